import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../ports.ts';
import { readSecretText, secretDocument } from '../aws/secret-text.ts';
import { TrackerRefusal } from './tracker.ts';
import type { VendorSecret } from './vendor-request.ts';

const PREFIX = 'secretsmanager:';
/** The only secrets that our role may read. */
const OWN_PREFIX = 'exec-log/';
const CACHE_MILLISECONDS = 5 * 60_000;

/**
 * A ticket system's secret, `secretsmanager:exec-log/NAME`, kept for five minutes. What is unusable is not kept: whoever corrects
 * it need not wait. The refusal names the secret and never quotes it.
 */
export function createTicketSecret(client: SecretsManagerClient, secretId: string, clock: Clock): VendorSecret {
  let kept: { readonly document: unknown; readonly until: number } | null = null;
  return {
    async read() {
      const now = clock().getTime();
      if (kept !== null && now < kept.until) return kept.document;
      kept = null;
      const document = await readDocument(client, secretId);
      kept = { document, until: now + CACHE_MILLISECONDS };
      return document;
    },
    forget() {
      kept = null;
    },
  };
}

async function readDocument(client: SecretsManagerClient, secretId: string): Promise<object> {
  if (!secretId.startsWith(`${PREFIX}${OWN_PREFIX}`)) {
    throw new TrackerRefusal(`the secret of the ticket system must be given as ${PREFIX}${OWN_PREFIX}NAME`);
  }
  const name = secretId.slice(PREFIX.length);
  const secret = await readSecretText(client, name);
  if (secret.kind === 'refused') throw new TrackerRefusal(`the ticket secret ${name} ${secret.because}`);
  const document = secretDocument(secret.text);
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new TrackerRefusal(`the ticket secret ${name} is no JSON object`);
  }
  return document;
}
