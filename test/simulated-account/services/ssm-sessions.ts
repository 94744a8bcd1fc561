import { randomBytes, randomUUID } from 'node:crypto';
import type {
  DescribeSessionsRequest,
  DescribeSessionsResponse,
  Session,
  SessionFilter,
  StartSessionRequest,
  StartSessionResponse,
} from '@aws-sdk/client-ssm';
import { DescribeSessions$, StartSession$ } from '@aws-sdk/client-ssm';
import type { AccountRuntime } from '../account-runtime.ts';
import type { JsonObject } from '../account-state.ts';
import { type Call, lowerCamel, operation, page, ServiceError } from '../service.ts';
import type { Stores } from '../stores.ts';

const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';
const ECS_DOCUMENT = 'AmazonECS-ExecuteInteractiveCommand';
const SHELL_DOCUMENT = 'SSM-SessionManagerRunShell';

/** `ecs:<cluster>_<task id>_<runtime id>`; the cluster's name may hold underscores, the ids do not. */
const ECS_TARGET = /^ecs:(.+)_([0-9a-f-]{32,36})_([^_]+)$/;

/** Ends a session at a moment; one that is over or unknown stays as it is. */
export function endSession(stores: Stores, sessionId: string, now: Date): void {
  const session = stores.sessions.get(sessionId);
  if (session === undefined || session.EndDate !== undefined) return;
  stores.sessions.set(sessionId, { ...session, Status: 'Terminated', EndDate: now });
}

/** The session that ECS opens for `ExecuteCommand`, with the record of the call that its service-linked role makes. */
export function startEcsSession(
  { runtime, now }: Call,
  { cluster, taskId, runtimeId }: { readonly cluster: string; readonly taskId: string; readonly runtimeId: string },
): StartSessionResponse {
  const Target = `ecs:${cluster}_${taskId}_${runtimeId}`;
  const role = serviceRole(runtime);
  const SessionId = `ecs-execute-command-${sessionSuffix()}`;
  const opened = open(runtime, now, { SessionId, Target, DocumentName: ECS_DOCUMENT, Owner: role.session });
  const by = 'ecs.amazonaws.com';
  runtime.trail.write({
    userIdentity: role.identity(now),
    eventSource: 'ssm.amazonaws.com',
    eventName: 'StartSession',
    awsRegion: runtime.state.region,
    userAgent: by,
    host: `ssm.${runtime.state.region}.amazonaws.com`,
    calledBy: by,
    requestId: randomUUID(),
    readOnly: false,
    requestParameters: { target: Target, documentName: ECS_DOCUMENT },
    responseElements: recorded(opened),
    error: null,
  });
  return opened;
}

function serviceRole({ state: { partition, account } }: AccountRuntime) {
  const name = 'AWSServiceRoleForECS';
  const principalId = 'AROASERVICEROLEFORECS';
  const session = `arn:${partition}:sts::${account}:assumed-role/${name}/ecs-execute-command`;
  const identity = (now: Date): JsonObject => ({
    type: 'AssumedRole',
    principalId: `${principalId}:ecs-execute-command`,
    arn: session,
    accountId: account,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId,
        arn: `arn:${partition}:iam::${account}:role/aws-service-role/ecs.amazonaws.com/${name}`,
        accountId: account,
        userName: name,
      },
      webIdFederationData: {},
      attributes: { creationDate: `${now.toISOString().slice(0, 19)}Z`, mfaAuthenticated: 'false' },
    },
    invokedBy: 'ecs.amazonaws.com',
  });
  return { session, identity };
}

function open(runtime: AccountRuntime, now: Date, session: Session & { readonly SessionId: string }) {
  const { SessionId } = session;
  runtime.stores.sessions.set(SessionId, { ...session, Status: 'Connected', StartDate: now });
  const StreamUrl = `wss://ssmmessages.${runtime.state.region}.amazonaws.com/v1/data-channel/${SessionId}?role=publish_subscribe`;
  return { SessionId, StreamUrl, TokenValue: randomUUID() };
}

const recorded = (opened: StartSessionResponse) => ({ ...lowerCamel(opened), tokenValue: HIDDEN });

/** Today's session ids end in 26 characters of [a-z0-9]. */
function sessionSuffix(): string {
  return [...randomBytes(26)].map((byte) => (byte % 36).toString(36)).join('');
}

/** The task of an ECS target, by its ARN; undefined where the target is none that runs. */
function targetedTask({ state }: AccountRuntime, target: string): string | undefined {
  const [, cluster, taskId, runtimeId] = ECS_TARGET.exec(target) ?? [];
  const task = state.ecs.tasks.find(({ taskArn = '' }) => taskArn.endsWith(`:task/${cluster}/${taskId}`));
  const known = task?.containers?.some((container) => (container.runtimeId ?? runtimeId) === runtimeId);
  return known && task?.enableExecuteCommand && (task.lastStatus ?? 'RUNNING') === 'RUNNING' ? task.taskArn : undefined;
}

const startSession = operation<StartSessionRequest, StartSessionResponse>(StartSession$, {
  demands: ({ Target = '', DocumentName = SHELL_DOCUMENT }, { runtime }) => {
    const [, cluster, taskId] = ECS_TARGET.exec(Target) ?? [];
    return [
      {
        resource:
          cluster === undefined
            ? runtime.arn('ec2', `instance/${Target}`)
            : runtime.arn('ecs', `task/${cluster}/${taskId}`),
      },
      { resource: runtime.arn('ssm', `document/${DocumentName}`) },
    ];
  },
  recordedResponse: recorded,
  run: ({ Target = '', DocumentName = SHELL_DOCUMENT, Reason }, { runtime, caller, now }) => {
    if (targetedTask(runtime, Target) === undefined) {
      throw new ServiceError('TargetNotConnected', `${Target} is not connected.`);
    }
    const who = caller.kind === 'operator' ? caller.name : caller.sessionName;
    const SessionId = `${who}-${sessionSuffix()}`;
    const reason = Reason === undefined ? {} : { Reason };
    return open(runtime, now, { SessionId, Target, DocumentName, Owner: caller.arn, ...reason });
  },
});

const FILTERS: Readonly<Record<string, (session: Session) => string | undefined>> = {
  SessionId: ({ SessionId }) => SessionId,
  Target: ({ Target }) => Target,
  Owner: ({ Owner }) => Owner,
  Status: ({ Status }) => Status,
};

function fits(session: Session, { key, value }: SessionFilter): boolean {
  const memberOf = FILTERS[key ?? ''];
  if (memberOf === undefined) throw new ServiceError('InvalidFilterKey', `The filter ${key} is not served.`);
  return memberOf(session) === value;
}

const describeSessions = operation<DescribeSessionsRequest, DescribeSessionsResponse>(DescribeSessions$, {
  demands: () => [{ resource: '*' }],
  run: ({ State, Filters = [], MaxResults, NextToken }, { runtime }) => {
    const found = [...runtime.stores.sessions.values()]
      .filter(({ EndDate }) => (State === 'History') === (EndDate !== undefined))
      .filter((session) => Filters.every((filter) => fits(session, filter)));
    const invalid = () => new ServiceError('InvalidNextToken', 'The specified token is not valid.');
    const { items, next } = page(found, NextToken, runtime.pageLimit(MaxResults, 200), invalid);
    return { Sessions: items, ...(next === undefined ? {} : { NextToken: next }) };
  },
});

/** Sessions of Systems Manager: those of ECS Exec, and those that somebody opens past it. */
export const sessionOperations = [describeSessions, startSession];
