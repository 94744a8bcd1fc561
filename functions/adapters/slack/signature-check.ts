import type { Clock } from '../../ports.ts';
import type { SlackSecrets } from './secrets.ts';
import { type SignatureVerdict, type SlackRequest, verifySlackRequest } from './signature.ts';

/** How often a forged signature may make us read the secret anew: often enough for a rotation, too seldom for a flood to cost. */
const RENEW_MILLISECONDS = 60_000;

export interface SignatureCheckOptions {
  readonly secrets: SlackSecrets;
  readonly clock: Clock;
}

/** `unusable`: no click can be told from a forged one; `because` never quotes the secret. */
type Judged =
  | { readonly kind: 'judged'; readonly verdict: Exclude<SignatureVerdict, 'no-signing-secret'> }
  | { readonly kind: 'unusable'; readonly because: string };

/** Judges a request by the signing secret of this id; null where the settings name none. Throws what asking again may mend. */
export type SignatureCheck = (request: Omit<SlackRequest, 'signingSecret'>, secretId: string | null) => Promise<Judged>;

/**
 * Verifies Slack's signatures, also across a rotation of the signing secret: one that does not fit may be of a new secret, which is
 * read anew, once a minute at most.
 */
export function createSignatureCheck({ secrets, clock }: SignatureCheckOptions): SignatureCheck {
  let renewedAt: number | null = null;

  function mayRenew(): boolean {
    const now = clock().getTime();
    if (renewedAt !== null && now - renewedAt < RENEW_MILLISECONDS) return false;
    renewedAt = now;
    return true;
  }

  async function judge(request: Omit<SlackRequest, 'signingSecret'>, secretId: string): Promise<Judged> {
    const credentials = await secrets.find(secretId);
    if (credentials.kind === 'unusable') return credentials;
    if (credentials.kind === 'webhook') return unusable('the Slack secret holds a webhookUrl and no signingSecret');
    const verdict = verifySlackRequest({ ...request, signingSecret: credentials.signingSecret });
    return verdict === 'no-signing-secret'
      ? unusable('the Slack secret holds an empty signingSecret')
      : { kind: 'judged', verdict };
  }

  return async (request, secretId) => {
    if (secretId === null) return unusable('the settings name no Slack secret');
    const judged = await judge(request, secretId);
    if (judged.kind !== 'judged' || judged.verdict !== 'forged' || !mayRenew()) return judged;
    secrets.forget(secretId);
    return judge(request, secretId);
  };
}

function unusable(because: string): Judged {
  return { kind: 'unusable', because };
}
