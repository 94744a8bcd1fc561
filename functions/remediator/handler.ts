import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { deliverNotice } from '../flow/notify.ts';
import { type BatchItem, placeOfFunction, readBatchItem } from '../flow/read-batch.ts';
import { type Ended, type Invocation, remediateCause } from '../flow/remediate.ts';
import type { SettingsInForce } from '../ports.ts';
import { LOG_CODES } from '../telemetry/log-codes.ts';
import { METRICS } from '../telemetry/metric-names.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { RemediatorDependencies } from './dependencies.ts';
import { reportEnded, reportSettings } from './report.ts';

type DenialItem = Extract<BatchItem, { kind: 'denial' }>;
type NoticeItem = Extract<BatchItem, { kind: 'notice' }>;

/** A decision takes at most the read-back's 10 seconds and a few reads; what would not fit goes back to the queue unbegun. */
const MILLISECONDS_FOR_A_DECISION = 15_000;
/** Causes worked on at the same time: bounded, so that a storm of causes does not meet ECS's and IAM's request limits. */
const CONCURRENT_CAUSES = 4;
const MAX_REMEMBERED_EVENTS = 10_000;

/**
 * The remediator: a batch of denied calls, each ending as exactly one of policy, ticket, observation, suppression or
 * not-applicable, or counted into a case, or back in the queue.
 */
export function createHandler({ settings, ports, digest, telemetry }: RemediatorDependencies) {
  // Event ids done by this process: a duplicate costs no call while it is warm.
  const done = new Set<string>();
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const journal = telemetry.withKeys({ requestId: context.awsRequestId });
    journal.info(LOG_CODES.started, { records: event.Records.length });
    const inForce = await settings.current();
    reportSettings(inForce, journal);
    const invocation: Invocation = {
      rules: inForce.rules,
      owner: context.awsRequestId,
      hasTime: () => context.getRemainingTimeInMillis() > MILLISECONDS_FOR_A_DECISION,
    };
    const place = placeOfFunction(context.invokedFunctionArn);
    const items = event.Records.map((record) => readBatchItem(record, place, digest));
    const ended = await endAll(items, invocation, inForce, journal);
    const processor = new BatchProcessor(EventType.SQS);
    return processPartialResponse(event, (record: SQSRecord) => answer(ended.get(record.messageId)), processor, {
      context,
      throwOnFullBatchFailure: false,
    });
  };

  async function endAll(
    items: readonly BatchItem[],
    invocation: Invocation,
    inForce: SettingsInForce,
    journal: Telemetry,
  ): Promise<ReadonlyMap<string, unknown>> {
    const failures = new Map<string, unknown>();
    for (const item of items) {
      if (item.kind === 'refused') {
        refuse(item, journal);
      } else if (item.kind === 'not-exec') {
        journal.count(METRICS.denials);
        journal.info(LOG_CODES.completed, { disposition: 'not-applicable', eventId: item.denial.eventId });
      }
    }
    const denials = items.filter((item) => item.kind === 'denial');
    const known = denials.filter((item) => done.has(item.received.eventId));
    for (const item of known) {
      reportEnded(item.received, { kind: 'duplicate' }, journal);
    }
    const causes = [...byFingerprint(denials.filter((item) => !done.has(item.received.eventId)))];
    const notices = items.filter((item) => item.kind === 'notice');
    await Promise.all([
      inLanes(causes, CONCURRENT_CAUSES, ([fingerprint, group]) =>
        endCause(fingerprint, group, invocation, journal, failures),
      ),
      inLanes(notices, 1, (notice) => endNotice(notice, inForce, journal, failures)),
    ]);
    return failures;
  }

  async function endCause(
    fingerprint: string,
    group: readonly DenialItem[],
    invocation: Invocation,
    journal: Telemetry,
    failures: Map<string, unknown>,
  ): Promise<void> {
    const answers = await remediateCause(
      fingerprint,
      group.map((item) => item.received),
      invocation,
      ports,
    );
    group.forEach((item, index) => {
      const ended: Ended = answers[index] ?? { kind: 'failed', error: new Error('no answer') };
      reportEnded(item.received, ended, journal.withKeys({ fingerprint }));
      if (ended.kind === 'failed') {
        failures.set(item.messageId, ended.error);
      } else if (ended.kind !== 'deferred') {
        remember(item.received.eventId);
      }
    });
  }

  function remember(eventId: string): void {
    done.add(eventId);
    if (done.size > MAX_REMEMBERED_EVENTS) {
      const [oldest] = done;
      done.delete(oldest ?? eventId);
    }
  }

  async function endNotice(
    { messageId, fingerprint, noticeId }: NoticeItem,
    { rules }: SettingsInForce,
    journal: Telemetry,
    failures: Map<string, unknown>,
  ): Promise<void> {
    try {
      const notified = await deliverNotice(fingerprint, noticeId, rules.settings.slack?.secret ?? null, ports);
      if (notified.kind === 'later' && notified.overdue) {
        journal.count(METRICS.notificationFailures);
      }
      journal.info(LOG_CODES.notified, { fingerprint, noticeId, result: notified.kind });
    } catch (error) {
      journal.count(METRICS.notificationFailures);
      journal.error(LOG_CODES.notificationFailed, { fingerprint, noticeId, error });
      failures.set(messageId, error);
    }
  }
}

function refuse(
  { refusal, deniedCreateLogStream, messageId }: Extract<BatchItem, { kind: 'refused' }>,
  journal: Telemetry,
): void {
  journal.count(METRICS.refusedEvents, 1, { code: refusal.code });
  if (deniedCreateLogStream) {
    journal.count(METRICS.unreadableDenials);
  }
  journal.warn(LOG_CODES.refused, { messageId, refusal, deniedCreateLogStream });
}

async function answer(failure: unknown): Promise<void> {
  if (failure !== undefined) {
    throw failure;
  }
}

function byFingerprint(items: readonly DenialItem[]): ReadonlyMap<string, readonly DenialItem[]> {
  const groups = new Map<string, DenialItem[]>();
  for (const item of items) {
    const group = groups.get(item.fingerprint);
    if (group === undefined) {
      groups.set(item.fingerprint, [item]);
    } else {
      group.push(item);
    }
  }
  return groups;
}

async function inLanes<T>(items: readonly T[], lanes: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const lane = async () => {
    for (const item of waiting) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
