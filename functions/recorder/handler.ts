import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { recordSession, type SessionEnd } from '../flow/record-session.ts';
import { LOG_CODES } from '../telemetry/log-codes.ts';
import { METRICS } from '../telemetry/metric-names.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { RecorderDependencies } from './dependencies.ts';

/**
 * Turns a batch of ExecuteCommand events into lines of the session ledger. What can never be read is acknowledged and counted;
 * what fails goes back to the queue, alone.
 */
export function createHandler({
  recorder,
  telemetry,
}: RecorderDependencies): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return (event) => {
    telemetry.info(LOG_CODES.started, { records: event.Records.length });
    return processPartialResponse(
      event,
      async ({ messageId, body }: SQSRecord) => {
        const journal = telemetry.withKeys({ messageId });
        try {
          report(await recordSession(body, recorder), journal);
        } catch (error) {
          journal.error(LOG_CODES.failed, { error });
          throw error;
        }
      },
      // A processor of its own for each invocation: it keeps the failures of the batch.
      new BatchProcessor(EventType.SQS),
      { throwOnFullBatchFailure: false },
    );
  };
}

function report(end: SessionEnd, journal: Telemetry): void {
  switch (end.kind) {
    case 'recorded':
      journal.count(METRICS.sessionsRecorded);
      journal.info(LOG_CODES.sessionRecorded, keysOf(end));
      return;
    case 'known':
      journal.info(LOG_CODES.sessionSkipped, { ...keysOf(end), why: end.kind });
      return;
    case 'dry-run':
      journal.info(LOG_CODES.sessionSkipped, { eventId: end.eventId, why: end.kind });
      return;
    case 'refused-call':
      journal.info(LOG_CODES.sessionSkipped, { eventId: end.eventId, why: end.kind, errorCode: end.errorCode });
      return;
    case 'refusal':
      journal.count(METRICS.refusedEvents, 1, { code: end.refusal.code });
      journal.warn(LOG_CODES.refused, { refusal: end.refusal });
  }
}

function keysOf({ session }: Extract<SessionEnd, { kind: 'recorded' | 'known' }>) {
  const { eventId, sessionId, clusterArn, taskArn } = session;
  return { eventId, sessionId, clusterArn, taskArn };
}
