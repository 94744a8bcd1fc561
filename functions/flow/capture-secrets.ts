import { at, textsAt } from './capture-references.ts';

/** What stands in the place of everything that may be secret. */
const HIDDEN = '***';

/** Free text that people put secrets into, or in which AWS quotes a command. */
const HIDDEN_TEXTS: ReadonlySet<string> = new Set(['command', 'entryPoint', 'reason', 'stoppedReason', 'statusReason']);
/** Maps whose values are anybody's; what matters is which names they have. */
const HIDDEN_MAPS: ReadonlySet<string> = new Set(['dockerLabels', 'labels', 'driverOpts']);

/** The options of log drivers and log routers that say where logs go; every other may be another vendor's token. */
const SHOWN_OPTIONS =
  /^(?:awslogs-.*|mode|max-buffer-size|name|match|region|log_group_name|log_group_template|log_stream_name|log_stream_prefix|log_stream_template|auto_create_group|role_arn|endpoint|log_key|log_format|log_retention_days|config-file-type|config-file-value|enable-ecs-log-metadata|delivery_stream|stream|bucket|s3_key_format|total_file_size|retry_limit|workers)$/i;

/** What ECS prints, without the values of environment variables, commands, labels and the options of other vendors' log drivers. */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      // The events of a service are sentences about everything, hundreds of them.
      .filter(([name]) => name !== 'events')
      .map(([name, member]: [string, unknown]) => [name, memberWithoutSecrets(name, member)]),
  );
}

function memberWithoutSecrets(name: string, member: unknown): unknown {
  if (HIDDEN_TEXTS.has(name)) return Array.isArray(member) ? member.map(() => HIDDEN) : HIDDEN;
  if (HIDDEN_MAPS.has(name)) return mapped(member, () => HIDDEN);
  if (name === 'options') return mapped(member, (option, value) => (SHOWN_OPTIONS.test(option) ? value : HIDDEN));
  if (name === 'environment' && Array.isArray(member)) {
    return member.map((variable: unknown) => ({ name: at(variable, 'name'), value: HIDDEN }));
  }
  return withoutSecrets(member);
}

function mapped(value: unknown, shown: (name: string, value: unknown) => unknown): unknown {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, one]: [string, unknown]) => [name, shown(name, one)]))
    : HIDDEN;
}

const SHOWN_RECORD = [
  'eventVersion',
  'eventTime',
  'eventSource',
  'eventName',
  'awsRegion',
  'sourceIPAddress',
  'userAgent',
  'errorCode',
  'errorMessage',
  'requestID',
  'eventID',
  'readOnly',
  'resources',
  'eventType',
  'managementEvent',
  'recipientAccountId',
  'eventCategory',
  'vpcEndpointId',
] as const;

const SHOWN_IDENTITY = ['type', 'principalId', 'arn', 'accountId', 'userName', 'invokedBy'] as const;
const SHOWN_REQUEST = [
  'cluster',
  'task',
  'container',
  'interactive',
  'target',
  'documentName',
  'logGroupName',
  'logStreamName',
  'logGroupNamePrefix',
  'bucketName',
  'Host',
  'key',
  'keyId',
] as const;
const SHOWN_RESPONSE = ['clusterArn', 'containerArn', 'containerName', 'interactive', 'taskArn'] as const;
const SHOWN_CONTEXT = ['aws:ssm:SessionId', 'aws:ssm:TargetId'] as const;

/**
 * A CloudTrail record with what says who opened which session, and what was denied to whom. Everything else is left out, the
 * command and the tokens of the session above all.
 */
export function recordWithoutSecrets(record: unknown): Readonly<Record<string, unknown>> {
  const identity = at(record, 'userIdentity');
  const response = at(record, 'responseElements');
  const session = at(response, 'session');
  const issuer = at(identity, 'sessionContext', 'sessionIssuer');
  const source = at(identity, 'sessionContext', 'sourceIdentity');
  const context = picked(at(record, 'requestParameters', 'encryptionContext'), SHOWN_CONTEXT);
  return {
    ...picked(record, SHOWN_RECORD),
    userIdentity: {
      ...picked(identity, SHOWN_IDENTITY),
      ...(issuer === undefined && source === undefined
        ? {}
        : { sessionContext: { sessionIssuer: picked(issuer, SHOWN_IDENTITY), ...withSource(source) } }),
    },
    requestParameters: {
      ...picked(at(record, 'requestParameters'), SHOWN_REQUEST),
      ...(Object.keys(context).length === 0 ? {} : { encryptionContext: context }),
      ...(at(record, 'requestParameters', 'command') === undefined ? {} : { command: HIDDEN }),
    },
    responseElements:
      typeof response === 'object' && response !== null
        ? {
            ...picked(response, SHOWN_RESPONSE),
            ...(session === undefined ? hiddenSession(response) : { session: hiddenSession(session) }),
          }
        : null,
  };
}

function withSource(source: unknown): object {
  return typeof source === 'string' ? { sourceIdentity: source } : {};
}

function hiddenSession(session: unknown): object {
  const [sessionId] = textsAt(session, 'sessionId');
  return sessionId === undefined ? {} : { sessionId, streamUrl: HIDDEN, tokenValue: HIDDEN };
}

function picked(value: unknown, names: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const member = at(value, name);
      return member === undefined ? [] : [[name, member]];
    }),
  );
}
