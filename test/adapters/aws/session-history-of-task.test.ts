import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { mockClient } from 'aws-sdk-client-mock';
import { createSessionHistory } from '../../../functions/adapters/aws/session-history.ts';
import { awsError, CLIENT } from '../aws-error.ts';

const TASK_ID = '0123456789abcdef0123456789abcdef';
const ECS = 'arn:aws:ecs:eu-central-1:111111111111';
const NEAR = new Date('2026-08-20T10:20:30Z');

const opened = (sessionId: string, eventTime: string, taskId = TASK_ID) => ({
  CloudTrailEvent: JSON.stringify({
    eventSource: 'ecs.amazonaws.com',
    eventName: 'ExecuteCommand',
    eventID: '00000000-0000-4000-8000-000000000001',
    eventTime,
    awsRegion: 'eu-central-1',
    recipientAccountId: '111111111111',
    userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111111111111:user/ada', accountId: '111111111111' },
    responseElements: {
      clusterArn: `${ECS}:cluster/shop`,
      taskArn: `${ECS}:task/shop/${taskId}`,
      containerName: 'web',
      session: { sessionId },
    },
  }),
});

const client = new CloudTrailClient(CLIENT);
const trail = mockClient(client);
const inputs = () => trail.commandCalls(LookupEventsCommand).map(({ args: [command] }) => command.input);
let now = new Date('2026-08-20T10:25:00Z');

const history = () =>
  createSessionHistory(client, {
    clock: () => now,
    sleep: async () => undefined,
    requestsPerSecond: Number.POSITIVE_INFINITY,
    windowMilliseconds: 60_000,
  });
const found = async (reader = history(), near = NEAR) => {
  const answer = await reader.findSessionOfTask({ taskId: TASK_ID, near });
  return answer.kind === 'read' ? answer.value.sessionId : answer.kind;
};

beforeEach(() => {
  trail.reset();
  now = new Date('2026-08-20T10:25:00Z');
});

describe('given the denial of a call that names no session', () => {
  it('looks at a few minutes of the history around it', async () => {
    trail.on(LookupEventsCommand).resolves({ Events: [opened('ecs-execute-command-a', '2026-08-20T10:20:01Z')] });
    await expect(found()).resolves.toBe('ecs-execute-command-a');
    expect(inputs()).toEqual([
      {
        LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'ExecuteCommand' }],
        StartTime: new Date('2026-08-20T10:15:00Z'),
        EndTime: new Date('2026-08-20T10:22:00Z'),
        MaxResults: 50,
      },
    ]);
  });

  it.each([
    ['the nearest one before it', ['10:20:29', '10:20:10', '10:16:00'], 'session0'],
    ['one before it rather than a nearer one after it', ['10:20:31', '10:19:00'], 'session1'],
    ['one right after it, where none is before', ['10:21:30', '10:20:40'], 'session1'],
    ['one of exactly five minutes before', ['10:15:30'], 'session0'],
    ['none of more than five minutes before', ['10:15:29'], 'absent'],
    ['one of exactly a minute after', ['10:21:30'], 'session0'],
    ['none of more than a minute after', ['10:21:31'], 'absent'],
  ])('finds %s', async (_, times, answer) => {
    const Events = times.map((time, at) => opened(`ecs-execute-command-session${at}`, `2026-08-20T${time}Z`));
    trail.on(LookupEventsCommand).resolves({ Events });
    expect((await found()).replace('ecs-execute-command-', '')).toBe(answer);
  });

  it("does not take another task's session", async () => {
    trail.on(LookupEventsCommand).resolves({
      Events: [opened('ecs-execute-command-a', '2026-08-20T10:20:01Z', 'f'.repeat(32))],
    });
    await expect(found()).resolves.toBe('absent');
  });

  it('reads the same minutes once, and anew in the next minute of ours', async () => {
    trail
      .on(LookupEventsCommand)
      .resolvesOnce({ Events: [] })
      .resolves({ Events: [opened('ecs-execute-command-a', '2026-08-20T10:20:01Z')] });
    const reader = history();
    await expect(found(reader)).resolves.toBe('absent');
    await expect(found(reader, new Date('2026-08-20T10:20:59Z'))).resolves.toBe('absent');
    expect(inputs()).toHaveLength(1);
    now = new Date('2026-08-20T10:26:00Z');
    await expect(found(reader)).resolves.toBe('ecs-execute-command-a');
  });

  it('throws throttling, and is unreadable where the history may not be read', async () => {
    trail
      .on(LookupEventsCommand)
      .rejectsOnce(awsError('ThrottlingException'))
      .rejects(awsError('AccessDeniedException'));
    const reader = history();
    await expect(found(reader)).rejects.toThrow('synthetic');
    await expect(found(reader)).resolves.toBe('unreadable');
  });
});
