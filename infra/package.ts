/**
 * Packages what `npm run synth` made for CloudFormation alone, without the CDK and its bootstrap:
 * `npm run package`, then the commands that it prints.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { repositoryRoot } from './repository.ts';
import type { Template, TemplateResource } from './synthesise.ts';
import { zipOf } from './zip.ts';

/** What there is to upload and to deploy, all in one folder. */
export interface PackagedDeployment {
  readonly stackName: string;
  /** The file of the template. */
  readonly template: string;
  /** The files of the functions' code, one for each. */
  readonly zips: readonly string[];
}

/** Nothing that can be packaged; the message says what to do. */
export class PackageError extends Error {}

/** A template that takes parameters. */
export interface PackagedTemplate extends Template {
  readonly Parameters: Readonly<Record<string, TemplateParameter>>;
}

interface TemplateParameter {
  readonly Type: 'String';
  readonly Description: string;
  readonly Default?: string;
  readonly AllowedPattern: string;
  readonly ConstraintDescription: string;
}

const PARAMETERS: PackagedTemplate['Parameters'] = {
  CodeBucket: {
    Type: 'String',
    Description: 'The S3 bucket with the zips of the functions, in the Region of the stack',
    AllowedPattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
    ConstraintDescription: 'the name of a bucket',
  },
  CodePrefix: {
    Type: 'String',
    Description: 'What stands before the names of the zips in the bucket, with its slash at the end; empty: nothing',
    Default: '',
    AllowedPattern: "^([A-Za-z0-9!_.*'()/-]{1,200}/)?$",
    ConstraintDescription: 'empty, or a prefix that ends with a slash',
  },
};

const TEMPLATE_SUFFIX = '.template.json';

/**
 * Makes the template and the zips of the cloud assembly in `assembly`, in `outdir`, which is emptied first. The same assembly gives the
 * same bytes. A zip is named by its contents, so that CloudFormation sees which functions changed, and a stack that falls back finds the
 * code that it had. Nothing of the template changes but where code is taken from.
 * @throws PackageError where there is no one stack with functions.
 */
export function packageAssembly({
  assembly,
  outdir,
}: {
  readonly assembly: string;
  readonly outdir: string;
}): PackagedDeployment {
  const stackName = stackOf(assembly);
  const file = `${stackName}${TEMPLATE_SUFFIX}`;
  const synthesised: Template = JSON.parse(readFileSync(join(assembly, file), 'utf8'));
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  const zips: string[] = [];
  const packed = ([id, resource]: readonly [string, TemplateResource]) => {
    if (resource.Type !== 'AWS::Lambda::Function') return [id, resource] as const;
    const { name, archive } = archiveOf(assembly, resource);
    writeFileSync(join(outdir, name), archive);
    zips.push(join(outdir, name));
    const Code = { S3Bucket: { Ref: 'CodeBucket' }, S3Key: { 'Fn::Join': ['', [{ Ref: 'CodePrefix' }, name]] } };
    return [id, { ...resource, Properties: { ...resource.Properties, Code } }] as const;
  };
  const Resources = Object.fromEntries(Object.entries(synthesised.Resources).map(packed));
  if (zips.length === 0) {
    throw new PackageError(`${file} has no functions: deploy it as it is.`);
  }
  const packaged: PackagedTemplate = { ...synthesised, Parameters: PARAMETERS, Resources };
  const template = join(outdir, file);
  writeFileSync(template, `${JSON.stringify(packaged, null, 1)}\n`);
  return { stackName, template, zips };
}

function stackOf(assembly: string): string {
  const templates = existsSync(assembly) ? readdirSync(assembly).filter((name) => name.endsWith(TEMPLATE_SUFFIX)) : [];
  const [only] = templates;
  if (only === undefined || templates.length > 1) {
    throw new PackageError(`${templates.length} templates in ${assembly}: run npm run synth, which leaves one.`);
  }
  return only.slice(0, -TEMPLATE_SUFFIX.length);
}

/** By the function's name, which says more to people than the number of an asset. */
function archiveOf(assembly: string, { Properties }: TemplateResource): { name: string; archive: Buffer } {
  const { FunctionName, Code } = Properties;
  const key = String(Object(Code)['S3Key']);
  const folder = join(assembly, `asset.${key.replace(/\.zip$/, '')}`);
  if (!existsSync(folder)) throw new PackageError(`The code of ${FunctionName} is not in ${assembly}: ${key}`);
  const files = readdirSync(folder).sort();
  const archive = zipOf(files.map((name) => ({ name, contents: readFileSync(join(folder, name)) })));
  const hash = createHash('sha256').update(archive).digest('hex').slice(0, 16);
  return { name: `${FunctionName}-${hash}.zip`, archive };
}

/** What is typed next; the bucket is theirs to name. */
export function commandsFor({ stackName, template }: PackagedDeployment): readonly string[] {
  const folder = dirname(template);
  return [
    `aws s3 cp ${folder} s3://BUCKET/${stackName}/ --recursive --exclude '*' --include '*.zip'`,
    `aws cloudformation deploy --stack-name ${stackName} --template-file ${template} --s3-bucket BUCKET --s3-prefix ${stackName} --capabilities CAPABILITY_NAMED_IAM --parameter-overrides CodeBucket=BUCKET CodePrefix=${stackName}/`,
  ];
}

function main(): void {
  const root = repositoryRoot();
  const folder = join('dist', 'package');
  const deployment = packageAssembly({ assembly: join(root, 'cdk.out'), outdir: join(root, folder) });
  const template = join(folder, basename(deployment.template));
  console.log(
    `Packaged ${deployment.stackName} into ${folder}: a template and ${deployment.zips.length} zips. Deploy it:`,
  );
  for (const command of commandsFor({ ...deployment, template })) console.log(command);
}

// Neither `require.main` nor `import.meta` exists in all three module systems that load this file.
const script = process.argv[1] ?? '';
if (basename(script) === 'package.ts' && basename(dirname(script)) === 'infra') {
  try {
    main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = error instanceof PackageError ? 2 : 1;
  }
}
