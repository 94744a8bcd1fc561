import { DescribeSessionsCommand, SSMClient, StartSessionCommand } from '@aws-sdk/client-ssm';
import { createSessionLifetimes } from '../../functions/adapters/aws/session-lifetimes.ts';
import type { JsonObject } from './account-state.ts';
import {
  ACCOUNT,
  allowing,
  aRole,
  clientOf,
  failureOf,
  REGION,
  roleArn,
  startSample,
  TASK_ID,
} from './sample-account.ts';
import type { SimulatedAccount } from './server.ts';
import { endSession } from './services/ssm-sessions.ts';

const Target = `ecs:prod_${TASK_ID}_${TASK_ID}-1234567890`;
const END = new Date('2026-11-20T09:30:00Z');
const onTask = allowing('ssm:StartSession', [
  `arn:aws:ecs:${REGION}:${ACCOUNT}:task/prod/*`,
  `arn:aws:ssm:${REGION}:${ACCOUNT}:document/SSM-SessionManagerRunShell`,
]);

describe('given the sessions of a simulated account', () => {
  let account: SimulatedAccount;
  let ssm: SSMClient;

  beforeEach(async () => {
    account = await startSample({
      iam: {
        RoleDetailList: [aRole('web-task'), aRole('visitor', { onTask }), aRole('repairer', { all: allowing('*') })],
      },
    });
    ssm = new SSMClient(clientOf(account, roleArn('repairer'), 'alice'));
  });
  afterEach(() => account.close());

  it('opens one on a task past ECS Exec, and records who did', async () => {
    const records: JsonObject[] = [];
    account.on('record', (record) => records.push(record));
    const { SessionId, StreamUrl } = await ssm.send(new StartSessionCommand({ Target }));

    expect(SessionId).toMatch(/^alice-[a-z0-9]{26}$/);
    expect(records).toEqual([
      expect.objectContaining({
        eventSource: 'ssm.amazonaws.com',
        eventName: 'StartSession',
        userIdentity: expect.objectContaining({ arn: `arn:aws:sts::${ACCOUNT}:assumed-role/repairer/alice` }),
        requestParameters: { target: Target },
        responseElements: {
          sessionId: SessionId,
          streamUrl: StreamUrl,
          tokenValue: 'HIDDEN_DUE_TO_SECURITY_REASONS',
        },
      }),
    ]);
  });

  it.each([
    ['an instance', 'i-0123456789abcdef0'],
    ['a task that is gone', `ecs:prod_${'0'.repeat(32)}_1`],
    ['a task of another cluster', `ecs:other_${TASK_ID}_1`],
  ])('has no connection to %s', async (_, target) => {
    expect((await failureOf(ssm.send(new StartSessionCommand({ Target: target })))).name).toBe('TargetNotConnected');
  });

  it('has no connection to another container than the task has', async () => {
    for (const task of account.state.ecs.tasks) task.containers = [{ name: 'app', runtimeId: `${TASK_ID}-1` }];
    expect((await failureOf(ssm.send(new StartSessionCommand({ Target })))).name).toBe('TargetNotConnected');
  });

  it('asks IAM about the task and the document', async () => {
    const visitor = new SSMClient(clientOf(account, roleArn('visitor')));
    const opened = await visitor.send(new StartSessionCommand({ Target }));
    const denied = await failureOf(visitor.send(new StartSessionCommand({ Target, DocumentName: 'Other' })));

    expect([typeof opened.SessionId, denied]).toEqual([
      'string',
      {
        name: 'AccessDeniedException',
        message: `User: arn:aws:sts::${ACCOUNT}:assumed-role/visitor/simulated-session is not authorized to perform: ssm:StartSession on resource: arn:aws:ssm:${REGION}:${ACCOUNT}:document/Other because no identity-based policy allows the ssm:StartSession action`,
      },
    ]);
  });

  it('shows those that run and those that are over, one by its id', async () => {
    const ids = [];
    for (const _ of [1, 2, 3]) ids.push((await ssm.send(new StartSessionCommand({ Target }))).SessionId);
    endSession(account.stores, ids[0] ?? '', END);
    endSession(account.stores, ids[0] ?? '', new Date(END.getTime() + 60_000));
    endSession(account.stores, 'gone', END);
    const shown = async (State: 'Active' | 'History', value?: string) => {
      const Filters = value === undefined ? [] : [{ key: 'SessionId' as const, value }];
      const { Sessions } = await ssm.send(new DescribeSessionsCommand({ State, Filters }));
      return Sessions?.map(({ SessionId, Status, EndDate }) => [SessionId, Status, EndDate]);
    };

    expect([await shown('Active'), await shown('History'), await shown('Active', ids[2])]).toEqual([
      [
        [ids[1], 'Connected', undefined],
        [ids[2], 'Connected', undefined],
      ],
      [[ids[0], 'Terminated', END]],
      [[ids[2], 'Connected', undefined]],
    ]);
  });

  it('pages them', async () => {
    for (const _ of [1, 2, 3]) await ssm.send(new StartSessionCommand({ Target }));
    const first = await ssm.send(new DescribeSessionsCommand({ State: 'Active', MaxResults: 2 }));
    const second = await ssm.send(new DescribeSessionsCommand({ State: 'Active', NextToken: first.NextToken }));

    expect([first.Sessions?.length, second.Sessions?.length, second.NextToken]).toEqual([2, 1, undefined]);
  });

  it('tells our reader whether one runs', async () => {
    const lifetimes = createSessionLifetimes(ssm);
    const { SessionId = '' } = await ssm.send(new StartSessionCommand({ Target }));
    const running = await lifetimes.findLifetime(SessionId);
    endSession(account.stores, SessionId, END);
    const over = await lifetimes.findLifetime(SessionId);

    expect([running, over, await lifetimes.findLifetime('gone')]).toEqual([
      { kind: 'read', value: { kind: 'running' } },
      { kind: 'read', value: { kind: 'ended', endedAt: END.toISOString() } },
      { kind: 'absent' },
    ]);
  });
});
