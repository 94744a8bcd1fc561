import type { SessionVerdict } from '../../functions/domain/ledger.ts';
import type { LogTarget } from '../../functions/domain/log-target.ts';
import { read, rules, SESSION_ID } from '../support/builders.ts';
import { aLedgerLine, aVerdict } from '../support/ledger.ts';
import { aKey, BUCKET, BUCKET_KEY_ARN } from '../support/other-signals.ts';
import { RemediatorWorld } from '../support/remediator.ts';
import { aTarget } from '../support/session-evidence.ts';

const ORDER = { kind: 'incident', sessionId: SESSION_ID };
const IN_BOTH = aTarget({
  logging: 'OVERRIDE',
  bucket: { name: BUCKET, keyPrefix: 'exec', encryptionRequired: false },
});
const HALF: Partial<SessionVerdict> = {
  state: 'recorded',
  dueAt: null,
  settledAt: '2023-02-11T08:00:00Z',
  causes: [{ code: 'only-log-group', detail: 'The log group holds the transcript, the bucket does not.' }],
};
const MISSING: Partial<SessionVerdict> = {
  ...HALF,
  state: 'missing',
  causes: [{ code: 'delivery-not-allowed', detail: 'A denied write leaves no trace.' }],
};

/** A settled session whose transcript should go into group and bucket, which encrypts with a customer's key. */
function worldWith(verdict: Partial<SessionVerdict>, target: LogTarget = IN_BOTH): RemediatorWorld {
  const world = new RemediatorWorld();
  world.audited.lines.set(SESSION_ID, aLedgerLine({ target }));
  world.audited.verdicts.set(SESSION_ID, aVerdict(verdict));
  world.readings = { bucketEncryption: read({ algorithm: 'aws:kms', keyId: BUCKET_KEY_ARN }) };
  world.keys.set(BUCKET_KEY_ARN, read(aKey({ keyArn: BUCKET_KEY_ARN })));
  return world;
}

/** The role may write into the log group. */
function allowLogs({ role }: RemediatorWorld): void {
  const allowed = ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams', 'logs:DescribeLogGroups'];
  role.replace('logs', JSON.stringify({ Statement: [{ Effect: 'Allow', Action: allowed, Resource: '*' }] }));
}

const theDraft = (world: RemediatorWorld) => [...world.tickets.open.values()][0];
const theCase = (world: RemediatorWorld) => [...world.cases.cases.values()][0];

describe('given a transcript that arrived in the log group alone', () => {
  it('files a ticket that names the denied calls of the bucket and of its key, with the whole repair', async () => {
    const world = worldWith(HALF);
    allowLogs(world);
    expect(await world.deliver(ORDER)).toEqual([]);
    expect(theDraft(world)).toMatchObject({ severity: 'medium', facts: { incident: 'half-delivered' } });
    const body = theDraft(world)?.body ?? '';
    expect(body.split('\n').filter((line) => line.startsWith('- `s3:') || line.startsWith('- `kms:'))).toEqual([
      `- \`s3:PutObject\` on \`arn:aws:s3:::${BUCKET}/exec/ecs-execute-command-probe.log\``,
      `- \`kms:GenerateDataKey\` on \`${BUCKET_KEY_ARN}\` through \`s3.ap-northeast-1.amazonaws.com\``,
      `- \`kms:Decrypt\` on \`${BUCKET_KEY_ARN}\` through \`s3.ap-northeast-1.amazonaws.com\``,
    ]);
    for (const sid of ['ExecLogDeliveryStreams', 'ExecLogDeliveryObjects', 'ExecLogDeliveryBucketKey']) {
      expect(body).toContain(sid);
    }
    expect(body).not.toContain('## Accept the gap');
    expect(body).not.toContain('- `logs:');
  });

  it('says so in the reasons of the case, behind its own', async () => {
    const world = worldWith(HALF);
    allowLogs(world);
    await world.deliver(ORDER);
    expect(theCase(world)?.reasons.map(({ code }) => code)).toEqual([
      'half-delivered',
      'simulated-denied',
      'simulated-denied',
      'simulated-denied',
    ]);
    expect(theCase(world)?.reasons[1]?.detail).toContain(`s3:PutObject on arn:aws:s3:::${BUCKET}/exec/`);
  });

  it('tells people in one message', async () => {
    const world = worldWith(HALF);
    await world.deliver(ORDER);
    await world.deliverOwn();
    expect(world.messenger.posted.map(({ text }) => text)).toEqual([
      '🌗 Transcripts of nginx-sample-cluster arrive in one of two places only',
    ]);
    expect(JSON.stringify(world.messenger.posted[0]?.blocks)).not.toContain('do not come back');
  });
});

describe('given a session without a transcript', () => {
  it('says where the simulation allows everything', async () => {
    const world = worldWith(MISSING, aTarget());
    allowLogs(world);
    await world.deliver(ORDER);
    expect(theDraft(world)?.body).toContain('The simulation allows every call of the delivery');
    expect(theDraft(world)?.body).not.toContain('## The permission as code');
  });

  it('names the denied calls of a bucket alone, with their permissions as code', async () => {
    const world = worldWith(MISSING, { ...IN_BOTH, logGroupName: null, encryptionRequired: true });
    await world.deliver(ORDER);
    const body = theDraft(world)?.body ?? '';
    expect(body).toContain(`- \`s3:PutObject\` on \`arn:aws:s3:::${BUCKET}/exec/ecs-execute-command-probe.log\``);
    expect(body).toContain('ExecLogDeliveryBucketKey');
    expect(body).not.toContain('logs:');
    expect(world.role.puts).toEqual([]);
  });

  it('names the stack that owns the role', async () => {
    const world = worldWith(MISSING);
    world.readings = { ...world.readings, stack: read({ stackName: 'shop' }) };
    await world.deliver(ORDER);
    expect(theDraft(world)?.body).toContain('belongs to stack `shop`');
  });

  it('reads nothing of the role where no ticket is filed', async () => {
    const world = worldWith(MISSING);
    world.rules = rules({ defaultMode: 'observe' });
    await world.deliver(ORDER);
    expect(world.calls.filter((call) => call === 'simulate' || call === 'role')).toEqual([]);
  });

  it.each([
    ['of another account', aLedgerLine({ taskRoleArn: 'arn:aws:iam::222222222222:role/nginx-sample-task-nginx-role' })],
    ['that nobody knows', aLedgerLine({ taskRoleArn: null })],
  ])('files the ticket without a simulation for a role %s', async (_, line) => {
    const world = worldWith(MISSING);
    world.audited.lines.set(SESSION_ID, line);
    world.audited.verdicts.set(SESSION_ID, aVerdict({ ...MISSING, taskRoleArn: line.taskRoleArn }));
    await world.deliver(ORDER);
    expect(theDraft(world)?.body).not.toContain('## What the task role may do');
    expect(world.tickets.opened).toBe(1);
  });

  it('throws what a reader throws, to be asked again', async () => {
    const world = worldWith(MISSING);
    world.failing = (call) => (call === 'simulate' ? new Error('throttled') : null);
    expect(await world.deliver(ORDER)).toEqual(['m0']);
    expect(world.tickets.opened).toBe(0);
  });
});
