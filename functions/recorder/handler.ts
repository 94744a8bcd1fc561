import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { ExecSession } from '../domain/exec-session.ts';
import { jurisdictionOf } from '../domain/jurisdiction.ts';
import type { LedgerLine } from '../domain/ledger.ts';
import { placeOfFunction } from '../flow/read-batch.ts';
import { recordSession, type SessionEnd } from '../flow/record-session.ts';
import { LOG_CODES } from '../telemetry/log-codes.ts';
import { METRICS } from '../telemetry/metric-names.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { RecorderDependencies } from './dependencies.ts';

/**
 * Turns a batch of ExecuteCommand and StartSession events into lines of the session ledger. What can never be read, or is of another
 * account or Region, is acknowledged and counted; what fails goes back to the queue, alone.
 */
export function createHandler({
  telemetry,
  organizationId,
  ...ports
}: RecorderDependencies): (event: SQSEvent, context: Pick<Context, 'invokedFunctionArn'>) => Promise<SQSBatchResponse> {
  return (event, context) => {
    const jurisdiction = jurisdictionOf(placeOfFunction(context.invokedFunctionArn), organizationId);
    telemetry.info(LOG_CODES.started, { records: event.Records.length });
    return processPartialResponse(
      event,
      async ({ messageId, body }: SQSRecord) => {
        const journal = telemetry.withKeys({ messageId });
        try {
          report(await recordSession(body, { ...ports, jurisdiction }), journal);
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
      journal.info(LOG_CODES.sessionRecorded, { ...keysOf(end.line.session), ...whatIsKnown(end.line) });
      return;
    case 'known':
      journal.info(LOG_CODES.sessionSkipped, { ...keysOf(end.session), why: end.kind });
      return;
    case 'dry-run':
    case 'by-ecs':
      journal.info(LOG_CODES.sessionSkipped, { eventId: end.eventId, why: end.kind });
      return;
    case 'refused-call':
      journal.info(LOG_CODES.sessionSkipped, { eventId: end.eventId, why: end.kind, errorCode: end.errorCode });
      return;
    case 'refusal':
      journal.count(METRICS.refusedEvents, 1, { code: end.refusal.code });
      // Not ours to judge a stranger's message; but what AWS delivered and nobody could read may have been a shell.
      if (end.refusal.code !== 'foreign-event') journal.count(METRICS.unreadableSessions);
      journal.warn(LOG_CODES.refused, { refusal: end.refusal });
  }
}

function keysOf({ eventId, sessionId, clusterArn, taskArn }: ExecSession) {
  return { eventId, sessionId, clusterArn, taskArn };
}

/** Under `opened`, how: a session outside ECS Exec is found in the log by it. */
function whatIsKnown({ kind, target }: LedgerLine) {
  return {
    opened: kind,
    target: target.kind,
    ...(target.kind !== 'target' && { because: target.because }),
  };
}
