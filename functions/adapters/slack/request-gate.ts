import { misshapenOf, rawBodyOf, type SignatureVerdict, type SlackRequest, slackHeadersOf } from './signature.ts';
import { createSignatureCheck, type SignatureCheckOptions } from './signature-check.ts';

/** A request of anybody's, as the public address gives it. */
interface IncomingRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly isBase64: boolean;
}

/** What stands in the queue for the remediator, which verifies it again: Slack's own bytes in base64, and its two headers. */
interface SignedBytes {
  readonly body: string;
  readonly timestamp: string;
  readonly signature: string;
}

/** Whether Slack sent it. Verdicts are constant words; nothing of the request is in them. */
type Admission =
  | { readonly kind: 'genuine'; readonly text: string; readonly signed: SignedBytes }
  | { readonly kind: 'refused'; readonly verdict: Exclude<SignatureVerdict, 'genuine' | 'no-signing-secret'> }
  /** No click can be told from a forged one; `because` never quotes the secret. */
  | { readonly kind: 'unusable'; readonly because: string };

export interface RequestGate {
  /**
   * `secretIdOf` is asked only for what has the shape of a request of Slack's. Throws what asking again may mend; then nothing was
   * admitted.
   */
  admit(request: IncomingRequest, secretIdOf: () => Promise<string | null>): Promise<Admission>;
}

/** Verifies what anybody may send, the cheap checks first; across a rotation of the signing secret too. */
export function createRequestGate({ secrets, clock }: SignatureCheckOptions): RequestGate {
  const check = createSignatureCheck({ secrets, clock });
  return {
    async admit({ headers, body, isBase64 }, secretIdOf) {
      const request = { ...slackHeadersOf(headers), body, isBase64 };
      const misshapen = misshapenOf(request);
      if (misshapen !== null) return { kind: 'refused', verdict: misshapen };
      const judged = await check({ ...request, now: clock() }, await secretIdOf());
      if (judged.kind === 'unusable') return judged;
      const { verdict } = judged;
      return verdict === 'genuine' ? genuine(request) : { kind: 'refused', verdict };
    },
  };
}

function genuine(request: Omit<SlackRequest, 'signingSecret' | 'now'>): Admission {
  const { timestamp = '', signature = '' } = request;
  const bytes = rawBodyOf(request);
  const signed = { body: bytes.toString('base64'), timestamp, signature };
  return { kind: 'genuine', text: bytes.toString('utf8'), signed };
}
