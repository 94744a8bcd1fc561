import type { ExecSession } from '../../functions/domain/exec-session.ts';

type Fields = Record<string, unknown>;

/** The EventBridge event of the ExecuteCommand from which this session is read. */
export function anExecuteCommandEvent(session: ExecSession, record: Fields = {}): Fields {
  return delivered('aws.ecs', session, {
    ...recordOf(session),
    eventSource: 'ecs.amazonaws.com',
    eventName: 'ExecuteCommand',
    requestParameters: { task: session.taskId, command: 'mysql -psecret-word', interactive: true },
    responseElements: {
      clusterArn: session.clusterArn,
      taskArn: session.taskArn,
      containerName: session.containerName,
      session: { sessionId: session.sessionId },
    },
    ...record,
  });
}

/** The EventBridge event of the StartSession from which this session is read; its container is a runtime id. */
export function aStartSessionEvent(session: ExecSession, record: Fields = {}): Fields {
  const [, cluster = ''] = session.clusterArn.split('/');
  return delivered('aws.ssm', session, {
    ...recordOf(session),
    eventSource: 'ssm.amazonaws.com',
    eventName: 'StartSession',
    requestParameters: { target: `ecs:${cluster}_${session.taskId}_${session.containerName}` },
    responseElements: {
      sessionId: session.sessionId,
      streamUrl: `wss://ssmmessages.${session.region}.amazonaws.com/v1/data-channel/${session.sessionId}`,
      tokenValue: 'HIDDEN_DUE_TO_SECURITY_REASONS',
    },
    ...record,
  });
}

function recordOf(session: ExecSession): Fields {
  return {
    eventVersion: '1.08',
    userIdentity: { type: 'AssumedRole', arn: session.personArn, accountId: session.account },
    eventTime: session.startedAt,
    awsRegion: session.region,
    eventID: session.eventId,
    recipientAccountId: session.account,
  };
}

function delivered(source: string, session: ExecSession, detail: Fields): Fields {
  return {
    version: '0',
    source,
    'detail-type': 'AWS API Call via CloudTrail',
    account: session.account,
    region: session.region,
    detail,
  };
}
