import { type CloudTrailRecord, readRecord } from './cloudtrail-record.ts';
import type { ExecSession } from './exec-session.ts';
import type { Refusal } from './refusal.ts';
import { type ClusterArn, parseClusterArn, parseTaskArn, type TaskArn } from './task.ts';

/** What one `ExecuteCommand` record says: a session, or why none was opened, or why the record cannot be read. */
export type ParsedExecuteCommand =
  | { readonly kind: 'session'; readonly session: ExecSession; readonly sourceIdentity: string | null }
  /** AWS checked the call and opened nothing. */
  | { readonly kind: 'dry-run'; readonly eventId: string | null }
  /** AWS refused the call: there is no session. */
  | { readonly kind: 'refused-call'; readonly eventId: string | null; readonly errorCode: string }
  | { readonly kind: 'refusal'; readonly refusal: Refusal };

type Fields = Readonly<Record<string, unknown>>;

/** Old ids end in 17 hex digits, today's in 26 letters and digits; the API's limit is 96 characters. */
const SESSION_ID = /^ecs-execute-command-[A-Za-z0-9]{1,76}$/;

const CONTAINER_NAME = /^[A-Za-z0-9_-]{1,255}$/;

/**
 * Reads an EventBridge event or a bare CloudTrail record of `ExecuteCommand`; total, never throws. Task, cluster and container
 * come from the response: the request may leave the cluster and the container out, and holds the command, which is not read.
 */
export function parseExecuteCommand(input: unknown): ParsedExecuteCommand {
  const reading = readRecord(input);
  if (reading.kind === 'refusal') return reading;
  const { record, envelope } = reading;
  const outer = envelope === null ? {} : fieldsOf(input);
  if (envelope !== null && outer['source'] !== 'aws.ecs') {
    return refuse('foreign-event', "The event's source is not aws.ecs.");
  }
  if (record.eventSource !== 'ecs.amazonaws.com' || record.eventName !== 'ExecuteCommand') {
    return refuse('foreign-event', 'The record is not of ExecuteCommand.');
  }
  const detail = fieldsOf(envelope === null ? input : outer['detail']);
  if (fieldsOf(detail['requestParameters'])['dryrun'] === true) {
    return { kind: 'dry-run', eventId: record.eventId };
  }
  if (record.errorCode !== null) {
    return { kind: 'refused-call', eventId: record.eventId, errorCode: record.errorCode };
  }
  return readSession(record, detail, outer);
}

function readSession(record: CloudTrailRecord, detail: Fields, outer: Fields): ParsedExecuteCommand {
  const { eventId, eventTime } = record;
  if (eventId === null || eventTime === null) return refuse('not-an-event', 'The record has no readable id or time.');
  const response = fieldsOf(detail['responseElements']);
  // CloudTrail replaces a field that is too large by {omitted: true, originalSize, reason}.
  if (response['omitted'] === true) return refuse('truncated', 'CloudTrail left the response out.');
  const sessionId = textOf(fieldsOf(response['session'])['sessionId'], SESSION_ID);
  const containerName = textOf(response['containerName'], CONTAINER_NAME);
  if (sessionId === null || containerName === null) {
    return refuse('not-an-event', 'The response names no readable session and container.');
  }
  const { clusterArn, taskArn } = response;
  const cluster = typeof clusterArn === 'string' ? parseClusterArn(clusterArn) : null;
  const task = typeof taskArn === 'string' ? parseTaskArn(taskArn) : null;
  if (typeof clusterArn !== 'string' || typeof taskArn !== 'string' || cluster === null || task === null) {
    return refuse('not-an-event', 'The response names no readable cluster and task.');
  }
  const mismatch = mismatchOf(cluster, task, detail, outer);
  if (mismatch !== null) return refuse('mismatch', mismatch);
  return {
    kind: 'session',
    session: {
      sessionId,
      account: task.account,
      partition: task.partition,
      region: task.region,
      clusterArn,
      taskArn,
      taskId: task.taskId,
      containerName,
      personArn: record.identity.arn,
      startedAt: eventTime,
      eventId,
    },
    sourceIdentity: record.identity.sourceIdentity,
  };
}

/** Names the first disagreement. What the record leaves out cannot disagree; what it gives in another form does. */
function mismatchOf(cluster: ClusterArn, task: TaskArn, detail: Fields, outer: Fields): string | null {
  if (task.clusterName !== null && task.clusterName !== cluster.clusterName) {
    return 'The task belongs to another cluster than the one that answered.';
  }
  const { partition, account, region } = cluster;
  if (task.partition !== partition || task.account !== account || task.region !== region) {
    return 'Task and cluster stand in different accounts, Regions or partitions.';
  }
  if (!agrees(detail['recipientAccountId'], account) || !agrees(outer['account'], account)) {
    return "The task's account is not the account of the record.";
  }
  if (!agrees(detail['awsRegion'], region) || !agrees(outer['region'], region)) {
    return "The task's Region is not the Region of the record.";
  }
  return null;
}

const agrees = (given: unknown, expected: string): boolean =>
  given === undefined || given === null || given === expected;

const refuse = (code: Refusal['code'], detail: string): ParsedExecuteCommand => ({
  kind: 'refusal',
  refusal: { code, detail },
});

const textOf = (value: unknown, pattern: RegExp): string | null =>
  typeof value === 'string' && pattern.test(value) ? value : null;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
