import type { ExecSession } from '../../functions/domain/exec-session.ts';

const TASK_ID = 'a9112a0a96ed445cbc93a90807e34e37';

/** A session in the container nginx of the task that the published denial names. */
export function anExecSession(overrides: Partial<ExecSession> = {}): ExecSession {
  return {
    sessionId: 'ecs-execute-command-0289df90ce62e19cc',
    account: '111111111111',
    partition: 'aws',
    region: 'ap-northeast-1',
    clusterArn: 'arn:aws:ecs:ap-northeast-1:111111111111:cluster/nginx-sample',
    taskArn: `arn:aws:ecs:ap-northeast-1:111111111111:task/nginx-sample/${TASK_ID}`,
    taskId: TASK_ID,
    containerName: 'nginx',
    personArn: 'arn:aws:sts::111111111111:assumed-role/Developer/ada@example.com',
    startedAt: '2023-02-11T06:30:00Z',
    eventId: '0d1e9c52-6a0f-4ce1-8a3f-0f2f3c9f4a11',
    ...overrides,
  };
}
