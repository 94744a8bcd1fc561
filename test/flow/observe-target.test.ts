import type { LogTarget } from '../../functions/domain/log-target.ts';
import { requiredCalls } from '../../functions/domain/remediation-policy.ts';
import type { RouterTarget } from '../../functions/domain/router-target.ts';
import { observeTarget, type TargetPorts } from '../../functions/flow/observe-target.ts';
import type { SimulationQuery } from '../../functions/ports.ts';
import { absent, aLogGroup, aRole, GROUP, ROLE_ARN, read, unreadable } from '../support/builders.ts';
import { aLedgerLine } from '../support/ledger.ts';
import { aKey, BUCKET, BUCKET_KEY_ARN, KEY_ARN } from '../support/other-signals.ts';

const { target: PLAIN } = aLedgerLine();
if (PLAIN.kind !== 'target') throw new Error('the line has no target');
const ENCRYPTED: LogTarget = {
  ...PLAIN,
  logging: 'OVERRIDE',
  encryptionRequired: true,
  bucket: { name: BUCKET, keyPrefix: 'exec', encryptionRequired: true },
  sessionKey: { kind: 'unresolved', keyId: 'alias/exec' },
};
const ROUTER: RouterTarget = {
  kind: 'router-target',
  partition: PLAIN.partition,
  account: PLAIN.account,
  region: PLAIN.region,
  logGroupName: GROUP,
  createsGroup: true,
  origin: 'task-definition',
  routerName: 'log_router',
};

/** Ports that note each question. The simulation denies what no additional policy names. */
function ports(answers: Partial<{ encryption: Awaited<ReturnType<TargetPorts['buckets']['findEncryption']>> }> = {}) {
  const asked: string[] = [];
  const simulated: SimulationQuery[] = [];
  const noted = <T>(question: string, answer: T): Promise<T> => {
    asked.push(question);
    return Promise.resolve(answer);
  };
  const keys = new Map([
    ['alias/exec', aKey()],
    ['alias/bucket', aKey({ keyArn: BUCKET_KEY_ARN })],
    ['alias/aws/s3', aKey({ keyArn: BUCKET_KEY_ARN, managedBy: 'AWS' })],
  ]);
  const all: TargetPorts = {
    keys: {
      findKey: (keyId) => {
        const key = keys.get(keyId);
        return noted(`key ${keyId}`, key === undefined ? absent : read(key));
      },
    },
    buckets: {
      findEncryption: (name) =>
        noted(`bucket ${name}`, answers.encryption ?? read({ algorithm: 'aws:kms', keyId: 'alias/bucket' })),
    },
    logGroups: { findLogGroup: ({ logGroupName }) => noted(`group ${logGroupName}`, read(aLogGroup())) },
    iam: {
      simulate: async (query) => {
        simulated.push(query);
        const calls = query.pairs.map(({ action, resource }) => ({
          action,
          resource,
          allowed: query.additionalPolicy?.includes(`"${action}"`) === true,
          explicitDeny: false,
          deniedByOrganization: false,
          deniedByBoundary: false,
          missingContextValues: [],
        }));
        return read(calls);
      },
    },
  };
  return { all, asked, simulated };
}

describe('given a target without key and bucket', () => {
  it('costs the log group and two simulations', async () => {
    const { all, asked, simulated } = ports();
    const seen = await observeTarget(PLAIN, read(aRole()), all);
    expect(asked).toEqual([`group ${GROUP}`]);
    expect(
      simulated.map(({ additionalPolicy, context }) => [additionalPolicy !== null, 'kms:ViaService' in context]),
    ).toEqual([
      [false, false],
      [true, false],
    ]);
    expect(seen).toMatchObject({ target: PLAIN, sessionKey: absent, bucketEncryption: absent, bucketKey: absent });
  });
});

describe('given a target with a session key by its alias and a bucket with a key of the customer', () => {
  it('resolves both, and plans the policy for the whole of it', async () => {
    const { all, asked } = ports();
    const seen = await observeTarget(ENCRYPTED, read(aRole()), all);
    const resolved: LogTarget = {
      ...ENCRYPTED,
      bucket: { name: BUCKET, keyPrefix: 'exec', encryptionRequired: true, keyArn: BUCKET_KEY_ARN },
      sessionKey: { kind: 'arn', arn: KEY_ARN },
    };
    expect([...asked].sort()).toEqual([`bucket ${BUCKET}`, `group ${GROUP}`, 'key alias/bucket', 'key alias/exec']);
    expect(seen.target).toEqual(resolved);
    expect(seen.repair?.requiredCalls).toEqual(requiredCalls(resolved));
    expect(seen.repair?.policy.document.Statement.map(({ Sid }) => Sid)).toContain('ExecLogDeliveryBucketKey');
  });

  it('asks for the calls that S3 makes by themselves, and answers in the order of the required calls', async () => {
    const { all, simulated } = ports();
    const { repair, simulation } = await observeTarget(ENCRYPTED, read(aRole()), all);
    expect(simulated.map(({ pairs, context }) => [context['kms:ViaService'], pairs.length])).toEqual([
      [undefined, (repair?.requiredCalls.length ?? 0) - 2],
      ['s3.ap-northeast-1.amazonaws.com', 2],
      [undefined, (repair?.requiredCalls.length ?? 0) - 2],
      ['s3.ap-northeast-1.amazonaws.com', 2],
    ]);
    const order = repair?.requiredCalls.map(({ action, resource }) => ({ action, resource }));
    const answered = simulation.kind === 'read' ? simulation.value : { now: [], withPolicy: [] };
    expect(answered.now.map(({ action, resource }) => ({ action, resource }))).toEqual(order);
    expect(answered.withPolicy.map(({ action, resource }) => ({ action, resource }))).toEqual(order);
  });

  it.each([
    ['the key that AWS manages', read({ algorithm: 'aws:kms' as const, keyId: 'alias/aws/s3' })],
    ['S3 itself', read({ algorithm: 'AES256' as const, keyId: null })],
    ['nobody knows what', unreadable],
  ])('grants nothing for the bucket that is encrypted by %s', async (_, encryption) => {
    const { all } = ports({ encryption });
    const { repair } = await observeTarget(ENCRYPTED, read(aRole()), all);
    expect(repair?.policy.document.Statement.map(({ Sid }) => Sid)).not.toContain('ExecLogDeliveryBucketKey');
  });

  it('plans nothing where the session key cannot be resolved', async () => {
    const { all, simulated } = ports();
    const lost: LogTarget = { ...ENCRYPTED, sessionKey: { kind: 'unresolved', keyId: 'alias/gone' } };
    const seen = await observeTarget(lost, read(aRole()), all);
    expect(seen).toMatchObject({ sessionKey: absent, repair: null, simulation: absent });
    expect(simulated).toEqual([]);
  });
});

describe("given a log router's target", () => {
  it('reads its group and simulates its calls', async () => {
    const { all, asked } = ports();
    const seen = await observeTarget(ROUTER, read(aRole()), all);
    expect(asked).toEqual([`group ${GROUP}`]);
    expect(seen.repair?.requiredCalls.map(({ action }) => action)).toEqual([
      'logs:CreateLogStream',
      'logs:DescribeLogStreams',
      'logs:PutLogEvents',
      'logs:CreateLogGroup',
    ]);
    expect(seen.simulation.kind).toBe('read');
  });
});

describe('given no target or no role', () => {
  it('reads nothing without a target', async () => {
    const { all, asked, simulated } = ports();
    expect(await observeTarget(null, read(aRole()), all)).toEqual({
      target: null,
      sessionKey: absent,
      bucketEncryption: absent,
      bucketKey: absent,
      logGroup: absent,
      repair: null,
      simulation: absent,
    });
    expect({ asked, simulated }).toEqual({ asked: [], simulated: [] });
  });

  it('simulates nothing without a role', async () => {
    const { all, simulated } = ports();
    expect(await observeTarget(PLAIN, unreadable, all)).toMatchObject({ repair: null, simulation: absent });
    expect(simulated).toEqual([]);
  });

  it('is unreadable where IAM may not be asked', async () => {
    const { all } = ports();
    const refused = { ...all, iam: { simulate: async () => unreadable } };
    expect(await observeTarget(PLAIN, read(aRole()), refused)).toMatchObject({ simulation: unreadable });
  });

  it('asks with the role as the principal', async () => {
    const { all, simulated } = ports();
    await observeTarget(PLAIN, read(aRole({ tags: { team: 'shop' } })), all);
    expect(simulated[0]?.context).toMatchObject({ 'aws:PrincipalArn': ROLE_ARN, 'aws:PrincipalTag/team': 'shop' });
  });
});
