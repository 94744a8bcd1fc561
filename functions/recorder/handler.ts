import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { readJson } from '../domain/cloudtrail-record.ts';
import { type ParsedExecuteCommand, parseExecuteCommand } from '../domain/execute-command.ts';
import { LOG_CODES } from '../telemetry/log-codes.ts';
import { METRICS } from '../telemetry/metric-names.ts';
import type { RecorderDependencies } from './dependencies.ts';

/**
 * Turns a batch of ExecuteCommand events into lines of the session ledger. What can never be read is acknowledged and counted;
 * what fails goes back to the queue, alone.
 */
export function createHandler(dependencies: RecorderDependencies): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return (event) => {
    dependencies.telemetry.info(LOG_CODES.started, { records: event.Records.length });
    // A processor of its own for each invocation: it keeps the failures of the batch.
    return processPartialResponse(
      event,
      (record: SQSRecord) => recordOne(record, dependencies),
      new BatchProcessor(EventType.SQS),
      {
        throwOnFullBatchFailure: false,
      },
    );
  };
}

async function recordOne(message: SQSRecord, { recorder, telemetry }: RecorderDependencies): Promise<void> {
  const journal = telemetry.withKeys({ messageId: message.messageId });
  try {
    const parsed = parseMessage(message.body);
    switch (parsed.kind) {
      case 'session': {
        const { session } = parsed;
        const answer = await recorder.recordSession(session);
        const { eventId, sessionId, clusterArn, taskArn } = session;
        const keys = { eventId, sessionId, clusterArn, taskArn };
        if (answer === 'known') {
          journal.info(LOG_CODES.sessionSkipped, { ...keys, why: 'known' });
          return;
        }
        journal.count(METRICS.sessionsRecorded);
        journal.info(LOG_CODES.sessionRecorded, keys);
        return;
      }
      case 'dry-run':
        journal.info(LOG_CODES.sessionSkipped, { eventId: parsed.eventId, why: 'dry-run' });
        return;
      case 'refused-call':
        journal.info(LOG_CODES.sessionSkipped, {
          eventId: parsed.eventId,
          why: 'refused-call',
          errorCode: parsed.errorCode,
        });
        return;
      case 'refusal':
        journal.count(METRICS.refusedEvents, 1, { code: parsed.refusal.code });
        journal.warn(LOG_CODES.refused, { refusal: parsed.refusal });
        return;
    }
  } catch (error) {
    journal.error(LOG_CODES.failed, { error });
    throw error;
  }
}

function parseMessage(body: string): ParsedExecuteCommand {
  const json = readJson(body);
  return json.kind === 'refusal' ? json : parseExecuteCommand(json.value);
}
