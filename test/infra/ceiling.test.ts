import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aws } from 'aws-cdk-lib';
import type { Ceiling } from '../../functions/domain/settings.ts';
import { roleWriteGrants } from '../../infra/permissions/role-writes.ts';
import { DEFAULT_CEILING_FILE, DeploymentInputError, readCeiling } from '../../infra/settings.ts';
import { aCeiling, statement, templateOf } from './deployed.ts';

const roleWrite = async (ceiling: Partial<Ceiling>) =>
  statement(await templateOf(aCeiling('attach', ceiling)), 'RemediatorRole', 'WriteRepairPolicy');

describe('given a ceiling that would let the function write to every role', () => {
  it.each([
    '*',
    '**',
    'arn:aws:iam::*:role/*',
    'arn:*:iam::*:role/*',
    'arn:aws:iam::111111111111:role/*',
    'arn:aws:iam::*:role/**',
    'arn:aws:iam::*:role/*/*',
    'arn:aws:iam::*:role/a*',
    'arn:aws:iam::*:role/*-*',
  ])('refuses %s', (pattern) => {
    expect(() => roleWriteGrants(aCeiling('attach', { roles: [pattern] }))).toThrow(
      `The ceiling is not usable:\n  roles.0: ${JSON.stringify(pattern)}: expected a role name or path to start from`,
    );
  });

  it('refuses it also as one pattern among good ones, and fails the synthesis', async () => {
    const roles = ['arn:aws:iam::*:role/sandbox-*', 'arn:aws:iam::*:role/*'];
    await expect(templateOf(aCeiling('propose', { roles }))).rejects.toThrow(DeploymentInputError);
  });

  it.each(['observe', 'ticket'] as const)('does not mind it under %s, where nothing is written', (mode) => {
    expect(roleWriteGrants(aCeiling(mode, { roles: ['*'] }))).toEqual([]);
  });

  it('accepts it with an opt-in tag, which then bounds the permission', async () => {
    const roleTag = { key: 'exec-log', value: 'repair' };
    const bounded = {
      Resource: ['arn:<AWS::Partition>:iam::<AWS::AccountId>:role/*'],
      Condition: { StringEquals: { 'aws:ResourceTag/exec-log': 'repair' } },
    };
    expect(await roleWrite({ roles: ['*'], roleTag })).toMatchObject(bounded);
    expect(await roleWrite({ roles: [], roleTag })).toMatchObject(bounded);
  });
});

describe('given role patterns of a ceiling', () => {
  it('narrows what they leave open to the account and partition of the deployment', async () => {
    const roles = [
      'arn:aws:iam::*:role/team/app-*',
      'arn:*:iam::*:role/abc',
      'arn:aws-cn:iam::111111111111:role/*-task',
      'arn:aws:iam::*:role/abc*',
    ];
    expect((await roleWrite({ roles }))?.Resource).toEqual([
      'arn:<AWS::Partition>:iam::<AWS::AccountId>:role/abc',
      'arn:aws-cn:iam::111111111111:role/*-task',
      'arn:aws:iam::<AWS::AccountId>:role/abc*',
      'arn:aws:iam::<AWS::AccountId>:role/team/app-*',
    ]);
  });

  it('adds the opt-in tag to the patterns', async () => {
    expect(await roleWrite({ roleTag: { key: 'team', value: 'a' } })).toMatchObject({
      Resource: ['arn:aws:iam::<AWS::AccountId>:role/sandbox-*'],
      Condition: { StringEquals: { 'aws:ResourceTag/team': 'a' } },
    });
  });

  it.each([
    'sandbox-*',
    'arn:aws:iam::*:user/sandbox-*',
    'arn:aws:iam::1*:role/sandbox-*',
    'arn:aws:iam::*:role/sand?ox-abc',
    'arn:aws:iam::*:role/$abc',
    'arn:aws:iam::*:role*',
  ])('refuses %s, which is no role pattern', (pattern) => {
    expect(() => roleWriteGrants(aCeiling('attach', { roles: [pattern] }))).toThrow(
      /roles\.0: .*expected arn:aws:iam::/,
    );
  });

  it('gives no IAM write where there is no pattern and no tag', () => {
    expect(roleWriteGrants(aCeiling('attach', { roles: [] }))).toEqual([]);
  });
});

describe('given roles that a ceiling never writes to', () => {
  const denied = (neverRoles: readonly string[]) =>
    roleWriteGrants(aCeiling('attach', { neverRoles: [...neverRoles] }))[1]?.resources.slice(3);

  it('denies them, narrowed to the account and partition of the deployment', () => {
    expect(denied(['arn:aws:iam::*:role/ci-*', 'arn:*:iam::111111111111:role/x', '*'])).toEqual([
      `arn:aws:iam::${Aws.ACCOUNT_ID}:role/ci-*`,
      `arn:${Aws.PARTITION}:iam::111111111111:role/x`,
      `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/*`,
    ]);
  });

  it.each(['ci-*', 'arn:aws:iam::*:user/ci', 'arn:aws:iam::*:role/ci?'])(
    'refuses %s, which is no role pattern',
    (one) => {
      expect(() => denied(['arn:aws:iam::*:role/ci-*', one])).toThrow(/neverRoles\.1: .*expected arn:aws:iam::/);
    },
  );
});

describe('given a permissions boundary that a ceiling requires', () => {
  it.each([
    'arn:aws:iam::111111111111:policy/task',
    'arn:aws-cn:iam::*:policy/team/task',
    'arn:aws:iam::aws:policy/PowerUserAccess',
  ])('accepts %s', (requireBoundary) => {
    expect(aCeiling('attach', { requireBoundary }).requireBoundary).toBe(requireBoundary);
  });

  it.each(['task', 'arn:aws:iam::111111111111:policy/*', 'arn:aws:iam::1*:policy/task', 'arn:aws:iam::*:role/task'])(
    'refuses %s',
    (requireBoundary) => {
      expect(() => aCeiling('attach', { requireBoundary })).toThrow('requireBoundary');
    },
  );

  it('adds it to the opt-in tag, both in one condition', async () => {
    const roleTag = { key: 'team', value: 'a' };
    expect(await roleWrite({ roleTag, requireBoundary: 'arn:aws:iam::*:policy/task' })).toMatchObject({
      Condition: {
        StringEquals: {
          'aws:ResourceTag/team': 'a',
          'iam:PermissionsBoundary': 'arn:aws:iam::<AWS::AccountId>:policy/task',
        },
      },
    });
  });
});

describe('given a ceiling file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'exec-log-ceiling-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const written = (text: string) => {
    const file = join(folder, 'ceiling.json');
    writeFileSync(file, text);
    return file;
  };

  it('observes by default', () => {
    expect(readCeiling(DEFAULT_CEILING_FILE).mode).toBe('observe');
  });

  it('gives the sandbox example a bounded write', () => {
    const [write] = roleWriteGrants(readCeiling('infra/ceiling.sandbox.json'));
    expect(write?.actions).toEqual(['iam:DeleteRolePolicy', 'iam:PutRolePolicy']);
  });

  it.each([
    ['a value that is unknown', '{"mode":"atach"}', 'mode: "atach": expected one of observe, ticket, propose, attach'],
    ['a key that is unknown', '{"modes":"attach"}', 'unknown key modes'],
    ['text that is no JSON', '{', '(the whole document)'],
  ])('names path, value and expectation of %s', (_, text, message) => {
    expect(() => readCeiling(written(text))).toThrow(message);
  });

  it('says that a file is not there', () => {
    expect(() => readCeiling(join(folder, 'none.json'))).toThrow('expected a file that can be read');
  });
});

describe('given other input of a deployment', () => {
  it.each([
    ['a deployment id with a slash', { deploymentId: 'a/b' }, 'deploymentId'],
    ['an alarm topic that is no topic', { alarmTopicArn: 'topic' }, 'alarmTopicArn'],
  ])('refuses %s', async (_, more, path) => {
    await expect(templateOf(aCeiling('observe'), more)).rejects.toThrow(`The deployment is not usable:\n  ${path}: `);
  });

  it('refuses a ceiling that would not fit into the environment of a function', async () => {
    const logGroups = Array.from({ length: 200 }, (_, index) => `/ecs/application-${index}/*`);
    await expect(templateOf(aCeiling('observe', { logGroups }))).rejects.toThrow('expected at most 3000');
  });
});
