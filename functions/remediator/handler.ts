import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { jurisdictionOf } from '../domain/jurisdiction.ts';
import { placeOfFunction, readBatchItem } from '../flow/read-batch.ts';
import { countedSessionOf, type ReceivedDenial } from '../flow/received-denial.ts';
import type { Ended } from '../flow/remediate.ts';
import { type EndedEvents, type ItemEnd, remediateBatch } from '../flow/remediate-batch.ts';
import { LOG_CODES } from '../telemetry/log-codes.ts';
import { METRICS } from '../telemetry/metric-names.ts';
import { reportSettings } from '../telemetry/settings-report.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { RemediatorDependencies } from './dependencies.ts';
import { reportClick, reportEnding } from './report-click.ts';
import { reportOutcome, reportTicketRefusal } from './report-outcome.ts';
import { partOfStorm, reportStorms } from './storms.ts';

const MAX_REMEMBERED_EVENTS = 10_000;

/**
 * The remediator: a batch of denied calls, each ending as exactly one of policy, ticket, observation, suppression or
 * not-applicable, or counted into a case, or back in the queue.
 */
export function createHandler(dependencies: RemediatorDependencies) {
  const { settings, organizationId, portsFor, approvalsQueueUrl, digest, telemetry } = dependencies;
  const endedEvents = rememberedEvents();
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const journal = telemetry.withKeys({ requestId: context.awsRequestId });
    journal.info(LOG_CODES.started, { records: event.Records.length });
    const inForce = await settings.current();
    reportSettings(inForce, journal);
    const jurisdiction = jurisdictionOf(placeOfFunction(context.invokedFunctionArn), organizationId);
    const invocation = {
      rules: inForce.rules,
      owner: context.awsRequestId,
      hasTime: (milliseconds: number) => context.getRemainingTimeInMillis() > milliseconds,
    };
    const items = event.Records.map((record) => readBatchItem(record, { jurisdiction, digest, approvalsQueueUrl }));
    const portsOf = portsFor(jurisdiction, inForce.rules.settings);
    const ends = await remediateBatch(items, invocation, endedEvents, { jurisdiction, portsOf });
    reportStorms(ends.values(), journal);
    // A processor of its own for each invocation: it keeps the failures of the batch.
    return processPartialResponse(
      event,
      async ({ messageId }: SQSRecord) => {
        const end = ends.get(messageId);
        const error = end === undefined ? new Error('the record got no end') : report(end, journal);
        if (error !== null) {
          throw error;
        }
      },
      new BatchProcessor(EventType.SQS),
      { context, throwOnFullBatchFailure: false },
    );
  };
}

/** The event ids of a process that lives on, bounded. */
function rememberedEvents(): EndedEvents {
  const known = new Set<string>();
  return {
    has: (eventId) => known.has(eventId),
    add: (eventId) => {
      known.add(eventId);
      if (known.size > MAX_REMEMBERED_EVENTS) {
        const [oldest = eventId] = known;
        known.delete(oldest);
      }
    },
  };
}

/** Exactly one terminal line for a record that is of no storm, and its metrics; the error that gives it back to the queue, or null. */
function report(end: ItemEnd, journal: Telemetry): unknown {
  if (partOfStorm(end) !== null) return null;
  switch (end.kind) {
    case 'refused':
      journal.count(METRICS.refusedEvents, 1, { code: end.refusal.code });
      if (end.deniedCreateLogStream) {
        journal.count(METRICS.unreadableDenials);
      }
      journal.warn(LOG_CODES.refused, {
        messageId: end.messageId,
        refusal: end.refusal,
        deniedCreateLogStream: end.deniedCreateLogStream,
      });
      return null;
    case 'not-applicable':
      journal.count(METRICS.denials);
      journal.info(LOG_CODES.completed, { disposition: 'not-applicable', eventId: end.denial.eventId });
      return null;
    case 'notice':
      return reportNotice(end, journal);
    case 'order':
      return reportOrder(end, journal);
    case 'approval':
      return reportClick(end.clickEnd, journal);
    case 'denial':
      return reportDenial(end.received, end.ended, journal.withKeys({ fingerprint: end.fingerprint }));
  }
}

function reportNotice({ message, notified }: Extract<ItemEnd, { kind: 'notice' }>, journal: Telemetry): unknown {
  const { fingerprint, noticeId } = message;
  if (notified.kind === 'failed' || (notified.kind === 'later' && notified.overdue)) {
    journal.count(METRICS.notificationFailures);
  }
  if (notified.kind === 'failed') {
    journal.error(LOG_CODES.notificationFailed, { fingerprint, noticeId, error: notified.error });
    return notified.error;
  }
  if (notified.kind === 'digested' && notified.isFirst) {
    journal.count(METRICS.breakerOpened);
    journal.warn(LOG_CODES.breakerOpened, { fingerprint });
  }
  journal.info(LOG_CODES.notified, { fingerprint, noticeId, result: notified.kind });
  return null;
}

function reportOrder({ order, orderEnd }: Extract<ItemEnd, { kind: 'order' }>, journal: Telemetry): unknown {
  const { kind, ...of } = order;
  if ('kind' in orderEnd) {
    reportTicketRefusal(orderEnd.error, journal);
    if (kind === 'digest') journal.count(METRICS.notificationFailures);
    journal.error(LOG_CODES.failed, { order: kind, ...of, error: orderEnd.error });
    return orderEnd.error;
  }
  const { result, because, ticketsOpened, ticketsClosed, removed, finished, isTicketOverdue } = orderEnd;
  if (result === 'expired' && finished === undefined) journal.count(METRICS.proposalsExpired);
  if (finished !== undefined) reportEnding(finished, journal);
  if (isTicketOverdue) journal.count(METRICS.ticketFailures);
  if (removed !== null) {
    journal.count(METRICS.policiesRemoved);
    journal.info(LOG_CODES.policyRemoved, { ...removed });
  }
  for (const ticketId of ticketsOpened) {
    journal.count(METRICS.ticketsOpened);
    journal.info(LOG_CODES.ticketOpened, { ticketId });
  }
  for (const ticketId of ticketsClosed) {
    journal.count(METRICS.ticketsClosed);
    journal.info(LOG_CODES.ticketClosed, { ticketId });
  }
  journal.info(LOG_CODES.orderCompleted, { order: kind, ...of, result, because });
  return null;
}

function reportDenial({ denial, eventId, attempt }: ReceivedDenial, ended: Ended, journal: Telemetry): unknown {
  const { roleName, action, logGroupName } = denial;
  const keys = { eventId, roleName, action, logGroupName, sessionId: countedSessionOf(denial) };
  switch (ended.kind) {
    case 'completed':
      reportCompleted(ended, journal.withKeys(keys));
      return null;
    case 'folded':
      journal.count(METRICS.denials);
      journal.info(LOG_CODES.folded, { ...keys, count: ended.found.count });
      return null;
    case 'duplicate':
      journal.info(LOG_CODES.duplicate, keys);
      return null;
    case 'deferred':
      if (ended.ticket?.overdue) journal.count(METRICS.ticketFailures);
      journal.info(LOG_CODES.deferred, {
        ...keys,
        attempt,
        delaySeconds: ended.delaySeconds,
        ...(ended.ticket === undefined ? {} : { because: ended.ticket.because }),
      });
      return null;
    case 'failed':
      reportTicketRefusal(ended.error, journal);
      journal.error(LOG_CODES.failed, { ...keys, error: ended.error });
      return ended.error;
  }
}

function reportCompleted(ended: Extract<Ended, { kind: 'completed' }>, journal: Telemetry): void {
  const { decision, outcome, finding, found } = ended;
  journal.count(METRICS.denials);
  reportOutcome(ended, journal);
  journal.info(LOG_CODES.completed, {
    disposition: decision.disposition,
    mode: decision.mode,
    reasons: decision.reasons.map((reason) => reason.code),
    outcome: outcome.kind,
    clusterArn: found.clusterArn,
    settingsVersion: found.settingsVersion,
    person: finding?.session?.personArn ?? null,
  });
}
