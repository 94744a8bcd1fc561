import { readRecord } from './cloudtrail-record.ts';
import type { ExecSession } from './exec-session.ts';
import type { LoggingChange } from './ledger.ts';
import { parseClusterArn } from './task.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The calls that set a cluster's exec configuration, by their names in CloudTrail. */
export const CLUSTER_CALLS = ['UpdateCluster', 'CreateCluster'] as const;

/** How long before a session a change counts as close to it (threat T20). */
export const CHANGE_WINDOW_MILLISECONDS = 24 * 3_600_000;

/**
 * The change of the exec configuration of the session's cluster that the session began under: the last one within the 24 hours
 * before its start. Where there is none, the first one while it ran; null where none is known. A refused call changed nothing.
 * Whoever switches back while the session runs, or lets somebody else do so, does not stand in front of who switched it off.
 */
export function loggingChangeOf(
  records: readonly unknown[],
  session: Pick<ExecSession, 'clusterArn' | 'startedAt'>,
  endedAt: string | null,
): LoggingChange | null {
  const start = Date.parse(session.startedAt);
  const end = Math.max(Date.parse(endedAt ?? session.startedAt), start);
  const changes = records
    .flatMap((record) => {
      const change = readChange(record, session.clusterArn);
      return change === null ? [] : [change];
    })
    .map((change) => ({ change, at: Date.parse(change.changedAt) }))
    .filter(({ at }) => at >= start - CHANGE_WINDOW_MILLISECONDS && at <= end)
    .sort((left, right) => left.at - right.at);
  return (changes.findLast(({ at }) => at <= start) ?? changes[0])?.change ?? null;
}

/** Whether a record is a change of some cluster's exec configuration: everything else need not be kept. */
export function isLoggingChange(input: unknown): boolean {
  return changedLogging(input) !== null;
}

function readChange(input: unknown, clusterArn: string): LoggingChange | null {
  const changed = changedLogging(input);
  return changed !== null && isOfCluster(changed.clusters, clusterArn, changed.place) ? changed.change : null;
}

function changedLogging(input: unknown) {
  const reading = readRecord(input);
  if (reading.kind === 'refusal') return null;
  const { record } = reading;
  if (record.eventSource !== 'ecs.amazonaws.com' || record.errorCode !== null || record.eventTime === null) return null;
  if (!CLUSTER_CALLS.some((name) => name === record.eventName)) return null;
  const request = fieldsOf(fieldsOf(input)['requestParameters']);
  const configuration = fieldsOf(request['configuration'])['executeCommandConfiguration'];
  if (!isFields(configuration)) return null;
  const answered = fieldsOf(fieldsOf(fieldsOf(input)['responseElements'])['cluster'])['clusterArn'];
  const change: LoggingChange = {
    changedAt: record.eventTime,
    changedBy: record.identity.arn,
    eventId: record.eventId,
    logging: textOf(configuration['logging']),
  };
  return {
    change,
    place: { account: record.recipientAccount, region: record.region },
    clusters: { answered: textOf(answered), asked: textOf(request['cluster']) ?? textOf(request['clusterName']) },
  };
}

/** The answer names the cluster by its ARN; the request may do so by its name, or leave the default one out. */
function isOfCluster(
  { answered, asked }: { readonly answered: string | null; readonly asked: string | null },
  clusterArn: string,
  place: { readonly account: string | null; readonly region: string | null },
): boolean {
  if (answered !== null) return answered === clusterArn;
  if (asked?.startsWith('arn:')) return asked === clusterArn;
  const cluster = parseClusterArn(clusterArn);
  return (
    cluster !== null &&
    cluster.clusterName === (asked ?? 'default') &&
    cluster.account === (place.account ?? cluster.account) &&
    cluster.region === (place.region ?? cluster.region)
  );
}

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' && value.length <= 2048 ? value : null;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
