import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { MemberRoleRefused, readingOf } from '../../../functions/adapters/aws/errors.ts';
import { createMemberCredentials } from '../../../functions/adapters/aws/member-credentials.ts';
import { awsError, CLIENT } from '../aws-error.ts';

const MINUTE = 60_000;
const ONE = { partition: 'aws', account: '222222222222' };
const OTHER = { partition: 'aws', account: '333333333333' };
const NAME = 'exec-log-hub-remediator';

const client = new STSClient(CLIENT);
const sts = mockClient(client);
let now = new Date('2026-01-01T00:00:00Z');
const credentials = (deploymentId = 'hub') =>
  createMemberCredentials({ client, deploymentId, functionName: 'remediator', clock: () => now });

const answerOf = (roleArn = '', key = 'ASIASYNTHETIC', seconds = 3600) => ({
  Credentials: {
    AccessKeyId: key,
    SecretAccessKey: 'synthetic',
    SessionToken: 'synthetic',
    Expiration: new Date(now.getTime() + seconds * 1000),
  },
  AssumedRoleUser: {
    AssumedRoleId: `AROASYNTHETIC:${NAME}`,
    Arn: `arn:aws:sts::${roleArn.split(':')[4]}:assumed-role/${roleArn.split('/').at(-1)}/${NAME}`,
  },
});
const asked = () => sts.commandCalls(AssumeRoleCommand).map(({ args: [{ input }] }) => input);

beforeEach(() => {
  sts.reset();
  now = new Date('2026-01-01T00:00:00Z');
  let keys = 0;
  sts.on(AssumeRoleCommand).callsFake(({ RoleArn, DurationSeconds }) => {
    keys += 1;
    return answerOf(RoleArn, `ASIASYNTHETIC${keys}`, DurationSeconds);
  });
});

describe('given a member that trusts the hub', () => {
  it('assumes its read role under a name and source identity that are always the same', async () => {
    expect(await credentials().reading(ONE)()).toEqual({
      accessKeyId: 'ASIASYNTHETIC1',
      secretAccessKey: 'synthetic',
      sessionToken: 'synthetic',
      expiration: new Date('2026-01-01T01:00:00Z'),
    });
    expect(asked()).toEqual([
      {
        RoleArn: 'arn:aws:iam::222222222222:role/exec-log/hub-read',
        RoleSessionName: NAME,
        SourceIdentity: NAME,
        DurationSeconds: 3600,
      },
    ]);
  });

  it('assumes the repair role by itself, and for as short as AWS allows', async () => {
    await credentials().repairing(ONE)();
    expect(asked()).toMatchObject([
      { RoleArn: 'arn:aws:iam::222222222222:role/exec-log/hub-repair', DurationSeconds: 900 },
    ]);
  });

  it('assumes nothing before a client asks', () => {
    credentials().repairing(ONE);
    expect(asked()).toEqual([]);
  });

  it('keeps a session until five minutes before its end, and not longer', async () => {
    const reading = credentials().reading(ONE);
    await reading();
    now = new Date(now.getTime() + 55 * MINUTE - 1);
    expect((await reading()).accessKeyId).toBe('ASIASYNTHETIC1');
    now = new Date(now.getTime() + 1);
    expect((await reading()).accessKeyId).toBe('ASIASYNTHETIC2');
  });

  it('asks once for callers that come together', async () => {
    const member = credentials();
    await Promise.all([member.reading(ONE)(), member.reading(ONE)()]);
    expect(asked()).toHaveLength(1);
  });

  it('never gives the session of one account, or of one role, for another', async () => {
    const member = credentials();
    const keys = [
      (await member.reading(ONE)()).accessKeyId,
      (await member.reading(OTHER)()).accessKeyId,
      (await member.repairing(ONE)()).accessKeyId,
    ];
    expect(new Set(keys).size).toBe(3);
  });

  it.each([
    ['of another account', 'arn:aws:iam::333333333333:role/exec-log/hub-read'],
    ['of nobody knows whom', ''],
  ])('takes no session %s', async (_, roleArn) => {
    sts.on(AssumeRoleCommand).callsFake(() => answerOf(roleArn));
    await expect(credentials().reading(ONE)()).rejects.toThrow('another account');
  });
});

describe('given a member that does not let the hub in', () => {
  it.each(['AccessDenied', 'AccessDeniedException', 'RegionDisabledException'])(
    'makes every reading of it unreadable: %s',
    async (name) => {
      sts.on(AssumeRoleCommand).rejects(awsError(name));
      const reading = credentials().reading(ONE);
      await expect(reading()).rejects.toThrow(MemberRoleRefused);
      const answer = reading().then(() => ({ kind: 'absent' }) as const);
      expect(await readingOf(answer, { call: 'ecs:DescribeTasks' })).toEqual({
        kind: 'unreadable',
        because:
          'ecs:DescribeTasks is not permitted: the role arn:aws:iam::222222222222:role/exec-log/hub-read is absent or may not be assumed',
      });
    },
  );

  it('is asked again after a minute, not by each call', async () => {
    sts.on(AssumeRoleCommand).rejects(awsError('AccessDenied'));
    const reading = credentials().reading(ONE);
    await expect(reading()).rejects.toThrow(MemberRoleRefused);
    now = new Date(now.getTime() + MINUTE - 1);
    await expect(reading()).rejects.toThrow(MemberRoleRefused);
    expect(asked()).toHaveLength(1);
    now = new Date(now.getTime() + 1);
    await expect(reading()).rejects.toThrow(MemberRoleRefused);
    expect(asked()).toHaveLength(2);
  });
});

describe('given an STS that is busy', () => {
  it.each(['Throttling', 'TimeoutError', 'ExpiredTokenException'])(
    'throws, so that the queue asks again: %s',
    async (name) => {
      sts.on(AssumeRoleCommand).rejects(awsError(name));
      const reading = credentials().reading(ONE);
      const answer = () =>
        readingOf(
          reading().then(() => ({ kind: 'absent' }) as const),
          { call: 'ecs:DescribeTasks' },
        );
      await expect(answer()).rejects.toThrow('synthetic');
      await expect(answer()).rejects.toThrow('synthetic');
      expect(asked()).toHaveLength(2);
    },
  );
});

describe('given the id of a deployment', () => {
  it('takes the longest that a session can bear, and refuses the next at the cold start', () => {
    expect(() => credentials('a'.repeat(44))).not.toThrow();
    expect(() => credentials('a'.repeat(45))).toThrow('too long');
  });
});
