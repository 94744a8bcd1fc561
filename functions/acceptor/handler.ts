import type { APIGatewayProxyEventV2WithIAMAuthorizer, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { type AcceptanceJudgement, acceptanceRefusal, readAcceptanceRequest } from '../domain/acceptance.ts';
import { acceptGap } from '../flow/accept-gap.ts';
import { LOG_CODES } from '../telemetry/log-codes.ts';
import { METRICS } from '../telemetry/metric-names.ts';
import type { AcceptorDependencies } from './dependencies.ts';

type Request = Pick<APIGatewayProxyEventV2WithIAMAuthorizer, 'requestContext' | 'body' | 'isBase64Encoded'>;

type Invocation = Pick<Context, 'awsRequestId'>;

/** A session id and a reason fit many times over. */
const LONGEST_BODY_BYTES = 4 * 1024;

const RETRY_SECONDS = 5;

/**
 * Accepts the gap of one session for the caller whom AWS verified: 200 `{"accepted": {...}}`, else `{"refused": {code, detail}}`.
 * Who asks comes from the request's IAM authorizer alone, and only where the request came through the function's URL; headers and
 * body say nothing about it. What fails is 503 `unavailable`: asking again is harmless.
 */
export function createHandler({
  ports,
  clock,
  telemetry,
}: AcceptorDependencies): (event: Request, invocation: Invocation) => Promise<APIGatewayProxyStructuredResultV2> {
  return async (event, invocation) => {
    const arn = verifiedArn(event, invocation);
    telemetry.info(LOG_CODES.started, { caller: arn });
    const reading = readAcceptanceRequest(bodyOf(event));
    const sessionId = reading.kind === 'request' ? reading.request.sessionId : null;
    const journal = telemetry.withKeys({ caller: arn, sessionId });
    try {
      const judgement = await judge();
      if (judgement.kind === 'accepted') {
        journal.count(METRICS.gapsAccepted);
        journal.info(LOG_CODES.gapAccepted);
        return answer(200, { accepted: judgement.acceptance });
      }
      const { code, detail, status } = judgement;
      journal.warn(LOG_CODES.acceptanceRefused, { refusal: { code, detail } });
      return answer(status, { refused: { code, detail } });
    } catch (error) {
      journal.error(LOG_CODES.failed, { error });
      const detail = `The ledger could not be read or written; nothing was lost. Ask again in ${RETRY_SECONDS} seconds.`;
      return answer(503, { refused: { code: 'unavailable', detail } }, { 'retry-after': String(RETRY_SECONDS) });
    }

    async function judge(): Promise<AcceptanceJudgement> {
      // Before anything else is looked at: whoever AWS did not name learns nothing.
      if (arn === null) return acceptanceRefusal('unknown-caller', 'AWS verified no caller of this request.');
      if (reading.kind === 'refused') return reading;
      return acceptGap(reading.request, { arn, askedAt: clock().toISOString() }, ports);
    }
  };
}

/**
 * The types promise an authorizer; a function URL without one sends none. Whoever may call the URL may also call `Invoke`, with any
 * event: what Lambda made of an HTTP request carries the id of its invocation, which no caller can choose or know beforehand.
 */
function verifiedArn({ requestContext }: Request, { awsRequestId }: Invocation): string | null {
  if (awsRequestId === '' || requestContext?.requestId !== awsRequestId) return null;
  const arn: unknown = requestContext.authorizer?.iam?.userArn;
  return typeof arn === 'string' && arn !== '' ? arn : null;
}

function bodyOf({ body, isBase64Encoded }: Request): unknown {
  if (typeof body !== 'string' || body.length > 2 * LONGEST_BODY_BYTES) return undefined;
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.byteLength > LONGEST_BODY_BYTES) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function answer(
  statusCode: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}
