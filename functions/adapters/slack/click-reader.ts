import { readSlackClick } from '../../domain/slack-click.ts';
import type { ClickReader } from '../../ports.ts';
import { rawBodyOf, type SignatureVerdict } from './signature.ts';
import { createSignatureCheck, type SignatureCheckOptions } from './signature-check.ts';

const DETAILS: Readonly<Record<Exclude<SignatureVerdict, 'genuine' | 'no-signing-secret'>, string>> = {
  'header-missing': 'the request lacks a header of Slack',
  'header-malformed': 'a header of the request is none that Slack writes',
  'body-too-large': 'the body is larger than any interaction of Slack',
  'too-old': 'the request was more than five minutes old when it was handed on',
  'from-the-future': 'the time of the request lies in the future',
  forged: 'the signature is not that of our Slack app',
};

/**
 * Verifies clicks as the approver did, and without believing it: a public address leads to the approver. The window is measured by
 * when the click was handed on.
 */
export function createClickReader(options: SignatureCheckOptions): ClickReader {
  const check = createSignatureCheck(options);
  return {
    async readClick({ body, timestamp, signature, forwardedAt }, secretId) {
      const judged = await check({ body, isBase64: true, timestamp, signature, now: forwardedAt }, secretId);
      if (judged.kind === 'unusable') throw new Error(`no click can be verified: ${judged.because}`);
      const { verdict } = judged;
      if (verdict !== 'genuine') return { kind: 'refused', code: verdict, detail: DETAILS[verdict] };
      return readSlackClick(rawBodyOf({ body, isBase64: true }).toString('utf8'));
    },
  };
}
