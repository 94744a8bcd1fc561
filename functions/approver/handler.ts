import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { readSlackClick } from '../domain/slack-click.ts';
import { approvalMessage } from '../flow/approval-message.ts';
import { LOG_CODES } from '../telemetry/log-codes.ts';
import { METRICS } from '../telemetry/metric-names.ts';
import type { ApproverDependencies } from './dependencies.ts';

type Request = Pick<APIGatewayProxyEventV2, 'headers' | 'body' | 'isBase64Encoded' | 'requestContext'>;

type Answer = APIGatewayProxyStructuredResultV2;

/** Enough of an opaque one-time id to find its lines, too little to answer it. */
const SHOWN_OF_ID = 6;

/**
 * Hands a click that Slack signed to the approvals queue, bytes and signature as they came, and decides nothing: 200 with an empty
 * body. 405: not POST; 413: over 64 KB; 401: not Slack's; 400: Slack's, but no click of ours; 500: no usable secret, so that
 * nothing can be told from a forgery; 503: asking again may help. After 200 it is in the queue, after 503 it may be. Anybody can
 * call it: one log line a request, in which nothing of the request stands before it is verified, and then who clicked what.
 */
export function createHandler({
  settings,
  gate,
  queue,
  telemetry,
}: ApproverDependencies): (event: Request) => Promise<Answer> {
  async function secretIdInForce(): Promise<string | null> {
    const { rules } = await settings.current();
    return rules.settings.slack?.secret ?? null;
  }

  async function answer(event: Request): Promise<Answer> {
    if (event.requestContext?.http?.method !== 'POST') return refused(405, 'not-post');
    const { headers = {}, body = '', isBase64Encoded = false } = event;
    const admission = await gate.admit({ headers, body, isBase64: isBase64Encoded }, secretIdInForce);
    switch (admission.kind) {
      case 'refused':
        return refused(admission.verdict === 'body-too-large' ? 413 : 401, admission.verdict);
      case 'unusable':
        telemetry.count(METRICS.clicksFailed);
        telemetry.error(LOG_CODES.failed, { because: admission.because });
        return status(500);
      case 'genuine': {
        const reading = readSlackClick(admission.text);
        if (reading.kind === 'refused') return refused(400, reading.code);
        await queue.sendLater(approvalMessage(admission.signed), 0);
        const { action, slackUserId, proposalId } = reading.click;
        telemetry.count(METRICS.clicksForwarded);
        telemetry.info(LOG_CODES.clickForwarded, { action, slackUserId, proposal: proposalId.slice(0, SHOWN_OF_ID) });
        return status(200);
      }
    }
  }

  function refused(statusCode: number, verdict: string): Answer {
    telemetry.count(METRICS.clicksRefused, 1, { verdict });
    telemetry.warn(LOG_CODES.clickRefused, { verdict });
    return status(statusCode, statusCode === 405 ? { allow: 'POST' } : {});
  }

  return async (event) => {
    try {
      return await answer(event);
    } catch (error) {
      telemetry.count(METRICS.clicksFailed);
      // Its name alone: who knows what an error of a client quotes.
      telemetry.error(LOG_CODES.failed, { because: error instanceof Error ? error.name : 'unknown' });
      return status(503, { 'retry-after': '5' });
    }
  };
}

/** Empty whatever happened: a stranger learns nothing, and Slack asks for nothing. */
function status(statusCode: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { statusCode, headers: { 'cache-control': 'no-store', ...headers }, body: '' };
}
