import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buildFunctions } from '../../infra/build.ts';
import { commandsFor, type PackagedTemplate, PackageError, packageAssembly } from '../../infra/package.ts';
import { type SynthesisRequest, synthesise, type Template } from '../../infra/synthesise.ts';
import { aCeiling } from './deployed.ts';
import { unzipped } from './unzipped.ts';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'exec-log-package-'));
  await buildFunctions();
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

function packaged(name: string, request: Partial<SynthesisRequest> = {}) {
  const assembly = join(folder, name);
  const outdir = join(folder, `${name}-package`);
  const synthesised = synthesise({ ceiling: aCeiling('attach'), checked: false, ...request, outdir: assembly });
  const deployment = packageAssembly({ assembly, outdir });
  const template: PackagedTemplate = JSON.parse(readFileSync(deployment.template, 'utf8'));
  return { synthesised, deployment, template, outdir };
}

/** A template without what says where the code of its functions is taken from. */
function withoutCode({ Resources, ...rest }: Template) {
  const entries = Object.entries(Resources).map(([id, resource]) => {
    if (resource.Type !== 'AWS::Lambda::Function') return [id, resource];
    const { Code: _code, ...Properties } = resource.Properties;
    return [id, { ...resource, Properties }];
  });
  return { ...rest, Resources: Object.fromEntries(entries) };
}

const functionsOf = ({ Resources }: Template) =>
  Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');

describe.each<[string, Partial<SynthesisRequest>]>([
  ['observes', { ceiling: aCeiling('observe') }],
  ['attaches', {}],
  ['is a hub', { hub: 'o-exampleorg1' }],
  [
    'attaches prepared policies',
    {
      ceiling: aCeiling('attach', { repair: 'managed-policy', logGroups: ['/ecs/web'], preparedGroups: ['/ecs/web'] }),
    },
  ],
])('given the package of a deployment that %s', (name, request) => {
  it('grants and makes nothing else than the synthesised template: only the code comes from elsewhere', () => {
    const { synthesised, template } = packaged(`same-${name}`, request);
    const { Parameters, ...rest } = withoutCode(template) as PackagedTemplate;
    expect(rest).toEqual(withoutCode(synthesised));
    expect(Object.keys(Parameters)).toEqual(['CodeBucket', 'CodePrefix']);
  });
});

describe('given the package of a deployment', () => {
  it('holds the bundle of each function in a zip of its own, which the template names', () => {
    const { template, deployment, outdir } = packaged('zips');
    const zips = functionsOf(template).map(({ Properties }) => {
      const { S3Bucket, S3Key } = Object(Properties['Code']);
      const [prefix, zip] = S3Key['Fn::Join'][1];
      expect([S3Bucket, prefix]).toEqual([{ Ref: 'CodeBucket' }, { Ref: 'CodePrefix' }]);
      const entry = String(Properties['FunctionName']).replace('exec-log-', '');
      const bundle = readFileSync(join(__dirname, '../../dist/functions', entry, 'index.cjs'));
      const files = unzipped(readFileSync(join(outdir, zip)));
      // Compared as bytes: a megabyte at a time is slow otherwise.
      const seen = files.map(({ name, mode, contents }) => ({ name, mode, isBundle: contents.equals(bundle) }));
      expect(seen).toEqual([{ name: 'index.cjs', mode: 0o100644, isBundle: true }]);
      return zip;
    });
    expect(deployment.zips.map((zip) => basename(zip)).sort()).toEqual(zips.sort());
    expect(readdirSync(outdir).sort()).toEqual([...zips, 'exec-log.template.json'].sort());
  });

  it('is the same, byte for byte, if it is made again', () => {
    const contentsOf = (outdir: string) =>
      Object.fromEntries(readdirSync(outdir).map((file) => [file, readFileSync(join(outdir, file), 'base64')]));
    expect(contentsOf(packaged('second').outdir)).toEqual(contentsOf(packaged('first').outdir));
  });

  it('leaves nothing of another package behind', () => {
    const outdir = join(folder, 'again-package');
    mkdirSync(outdir);
    writeFileSync(join(outdir, 'box.template.json'), '{}');
    expect(readdirSync(packaged('again').outdir)).not.toContain('box.template.json');
  });

  it('takes a bucket and a prefix that ends with a slash', () => {
    const { CodeBucket, CodePrefix } = packaged('parameters').template.Parameters;
    const takes = (pattern: string | undefined, value: string) => new RegExp(pattern ?? '^$').test(value);
    const buckets = ['code-111111111111', 'Code', 's3://code'].map((name) => takes(CodeBucket?.AllowedPattern, name));
    const prefixes = ['', 'exec-log/', 'exec-log', 'a b/'].map((name) => takes(CodePrefix?.AllowedPattern, name));
    expect([buckets, prefixes, CodePrefix?.Default]).toEqual([[true, false, false], [true, true, false, false], '']);
  });

  it('says how it is uploaded and deployed', () => {
    expect(commandsFor({ stackName: 'box', template: 'dist/package/box.template.json', zips: [] })).toEqual([
      "aws s3 cp dist/package s3://BUCKET/box/ --recursive --exclude '*' --include '*.zip'",
      'aws cloudformation deploy --stack-name box --template-file dist/package/box.template.json --s3-bucket BUCKET --s3-prefix box --capabilities CAPABILITY_NAMED_IAM --parameter-overrides CodeBucket=BUCKET CodePrefix=box/',
    ]);
  });
});

describe('given nothing to package', () => {
  it('says what to do about it', () => {
    const outdir = join(folder, 'none-package');
    expect(() => packageAssembly({ assembly: join(folder, 'none'), outdir })).toThrow(PackageError);
    const assembly = join(folder, 'member');
    mkdirSync(assembly);
    writeFileSync(join(assembly, 'exec-log-member.template.json'), '{"Resources":{}}');
    expect(() => packageAssembly({ assembly, outdir })).toThrow('has no functions: deploy it as it is.');
  });
});

describe('given a removal of the stack', () => {
  it('leaves the table and the logs of decisions behind, and nothing else', () => {
    const { template } = packaged('removal');
    const kept = Object.values(template.Resources).filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain');
    expect([...new Set(kept.map(({ Type }) => Type))].sort()).toEqual(['AWS::DynamoDB::Table', 'AWS::Logs::LogGroup']);
    expect(kept).toHaveLength(1 + functionsOf(template).length);
  });

  it('can be followed by another deployment: what is left has no name that it would want', () => {
    const { template } = packaged('named');
    const kept = Object.values(template.Resources).filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain');
    expect(kept.flatMap(({ Properties }) => Properties['TableName'] ?? Properties['LogGroupName'] ?? [])).toEqual([]);
  });
});
