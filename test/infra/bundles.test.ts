import { readFileSync, statSync } from 'node:fs';
import { type BuiltFunction, buildFunctions } from '../../infra/build.ts';
import { buildCli, CLI_ENTRY } from '../../infra/build-cli.ts';
import { defaultProvider } from '../../infra/environment-credentials.ts';

let built: readonly BuiltFunction[];

beforeAll(async () => {
  built = await buildFunctions();
});

describe('given the bundles of the functions', () => {
  it('holds the functions that the template deploys, and not the terminal', () => {
    const names = built.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['acceptor', 'approver', 'auditor', 'recorder', 'remediator']));
    expect(names).not.toContain('cli');
  });

  it('holds no AGPL package, nothing of the tests, the template or the terminal', () => {
    const foreign = built.flatMap(({ inputs }) =>
      inputs.filter((input) =>
        /@cloud-copilot|dynalite|aws-cdk-lib|cdk-nag|fast-check|^(test|functions\/cli)\/|^infra\/(?!environment-credentials)/.test(
          input,
        ),
      ),
    );
    expect(foreign).toEqual([]);
  });

  it('takes credentials from the environment, without the default chain', () => {
    for (const { inputs } of built) {
      expect(inputs.filter((input) => /credential-provider|environment-credentials/.test(input))).toEqual([
        'infra/environment-credentials.ts',
      ]);
    }
  });

  it("takes the SDK's ES modules, which can be shaken", () => {
    const sdk = built.flatMap(({ inputs }) => inputs.filter((input) => input.includes('/@aws-sdk/client-')));
    expect(sdk.filter((input) => input.includes('/dist-cjs/'))).toEqual([]);
    expect(sdk).not.toEqual([]);
  });

  it("does not take the schema library's locales", () => {
    expect(
      built.flatMap(({ inputs }) => inputs.filter((input) => /zod\/v4\/locales\/(?!en\.|index\.)/.test(input))),
    ).toEqual([]);
  });

  it('gives the approver, on which a person waits, the clients of three services and no way to Slack or to the table', () => {
    const { inputs = [] } = built.find(({ name }) => name === 'approver') ?? {};
    const clients = inputs.flatMap((input) => /\/@aws-sdk\/(client-[a-z-]+)\//.exec(input)?.[1] ?? []);
    expect([...new Set(clients)].sort()).toEqual(['client-secrets-manager', 'client-sqs', 'client-ssm']);
    const own = inputs.filter((input) =>
      /^functions\/(flow\/(?!approval-message)|messages|remediator)|vendor-exchange/.test(input),
    );
    expect(own).toEqual([]);
  });

  it('gives the same bytes for the same source', async () => {
    const before = built.map(({ file }) => readFileSync(file, 'utf8'));
    const again = await buildFunctions();
    expect(again.map(({ file }) => readFileSync(file, 'utf8'))).toEqual(before);
  });

  it('refuses a function that is not there', async () => {
    await expect(buildFunctions({ names: ['auditor-that-is-not-there'] })).rejects.toThrow(
      'There is no functions/auditor-that-is-not-there/index.ts to build.',
    );
  });
});

describe('given the bundle of the terminal', () => {
  it('is an executable that starts Node', async () => {
    const { file, inputs } = await buildCli();
    expect(readFileSync(file, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(statSync(file).mode & 0o111).toBe(0o111);
    expect(inputs).toContain(CLI_ENTRY);
  });

  it('holds no AGPL package', async () => {
    const { inputs } = await buildCli();
    expect(inputs.filter((input) => input.includes('@cloud-copilot'))).toEqual([]);
  });
});

describe('given the credentials of a bundle', () => {
  const VARIABLES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const;
  const before = VARIABLES.map((name) => [name, process.env[name]] as const);

  const environment = (values: Readonly<Record<string, string | undefined>>) => {
    for (const name of VARIABLES) {
      const value = values[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };

  afterEach(() => environment(Object.fromEntries(before)));

  it("are those of the environment at the client's birth", async () => {
    environment({ AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 'first', AWS_SESSION_TOKEN: 'token' });
    const provider = defaultProvider();
    environment({ AWS_ACCESS_KEY_ID: 'AKIA2', AWS_SECRET_ACCESS_KEY: 'second' });
    expect(await provider()).toEqual({ accessKeyId: 'AKIA1', secretAccessKey: 'first', sessionToken: 'token' });
    expect(await defaultProvider()()).toEqual({ accessKeyId: 'AKIA2', secretAccessKey: 'second' });
  });

  it('fail the call, not the start, where there are none', async () => {
    environment({});
    await expect(defaultProvider()()).rejects.toThrow('The environment holds no credentials');
  });
});
