import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../ports.ts';
import { errorName, isAccessDenied } from '../aws/errors.ts';
import { TrackerRefusal } from './tracker.ts';
import type { VendorSecret } from './vendor-request.ts';

const PREFIX = 'secretsmanager:';
/** The only secrets that our role may read. */
const OWN_PREFIX = 'exec-log/';
const CACHE_MILLISECONDS = 5 * 60_000;

/** Secrets Manager's ways to say that asking again would give the same. */
const REFUSALS: Readonly<Record<string, string>> = {
  ResourceNotFound: 'is not there',
  InvalidRequest: 'is marked for deletion',
  InvalidParameter: 'has a name that Secrets Manager does not take',
  DecryptionFailure: 'cannot be decrypted',
};

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
  let text: string | undefined;
  try {
    ({ SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: name })));
  } catch (error) {
    const because = isAccessDenied(error) ? 'may not be read' : REFUSALS[errorName(error)];
    if (because === undefined) throw error;
    throw new TrackerRefusal(`the ticket secret ${name} ${because}`);
  }
  if (text === undefined || text.trim() === '') throw new TrackerRefusal(`the ticket secret ${name} is empty`);
  const document = parsedJson(text);
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new TrackerRefusal(`the ticket secret ${name} is no JSON object`);
  }
  return document;
}

/** Undefined where it is none: the parser's own error would quote the secret. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
