import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../ports.ts';
import { errorName, isAccessDenied } from '../aws/errors.ts';

const PREFIX = 'secretsmanager:';
const CACHE_MILLISECONDS = 5 * 60_000;
const SLACK_HOSTS: ReadonlySet<string> = new Set(['hooks.slack.com', 'hooks.slack-gov.com']);
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Secrets Manager's ways to say that asking again would give the same. */
const REFUSALS: Readonly<Record<string, string>> = {
  ResourceNotFound: 'is not there',
  InvalidRequest: 'is marked for deletion',
  DecryptionFailure: 'cannot be decrypted',
};

/** Where to post, or why nobody can. The address is the credential: it is handed to the request and to nothing else. */
export type WebhookAddress =
  | { readonly kind: 'url'; readonly url: URL }
  | { readonly kind: 'unusable'; readonly because: string };

export interface WebhookSecrets {
  /** `secretId` as the settings give it, `secretsmanager:NAME`. */
  find(secretId: string): Promise<WebhookAddress>;
  /** Forgets what was read, so that a rotated secret is read anew. */
  forget(secretId: string): void;
}

export interface WebhookSecretsOptions {
  readonly client: SecretsManagerClient;
  readonly clock: Clock;
  /** Also permits `http` to this machine itself: for the simulated account, never where the endpoint is AWS's own. */
  readonly allowLoopback: boolean;
}

/** The webhook of a secret `{"webhookUrl": "https://hooks.slack.com/..."}`, kept for five minutes. */
export function createWebhookSecrets({ client, clock, allowLoopback }: WebhookSecretsOptions): WebhookSecrets {
  const kept = new Map<string, { readonly address: WebhookAddress; readonly until: number }>();
  return {
    async find(secretId) {
      const now = clock().getTime();
      const known = kept.get(secretId);
      if (known !== undefined && now < known.until) return known.address;
      const address = await readAddress(client, secretId, allowLoopback);
      if (address.kind === 'url') kept.set(secretId, { address, until: now + CACHE_MILLISECONDS });
      return address;
    },
    forget(secretId) {
      kept.delete(secretId);
    },
  };
}

async function readAddress(
  client: SecretsManagerClient,
  secretId: string,
  allowLoopback: boolean,
): Promise<WebhookAddress> {
  if (!secretId.startsWith(PREFIX)) return unusable(`the Slack secret must be given as ${PREFIX}NAME`);
  const name = secretId.slice(PREFIX.length);
  let text: string | undefined;
  try {
    ({ SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: name })));
  } catch (error) {
    const because = isAccessDenied(error) ? 'may not be read' : REFUSALS[errorName(error)];
    if (because === undefined) throw error;
    return unusable(`the Slack secret ${name} ${because}`);
  }
  const webhookUrl = webhookUrlIn(text ?? '');
  if (webhookUrl === null) return unusable(`the Slack secret ${name} is not JSON with a webhookUrl`);
  const url = slackUrl(webhookUrl, allowLoopback);
  return url === null
    ? unusable(`the webhookUrl of the Slack secret ${name} is no address of Slack's`)
    : { kind: 'url', url };
}

function webhookUrlIn(text: string): string | null {
  try {
    const document: unknown = JSON.parse(text);
    const url: unknown = typeof document === 'object' && document !== null ? Reflect.get(document, 'webhookUrl') : null;
    return typeof url === 'string' ? url : null;
  } catch {
    return null;
  }
}

/** Null for anything but Slack's hosts: whoever may change the secret must not send the messages elsewhere. */
function slackUrl(text: string, allowLoopback: boolean): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.username !== '' || url.password !== '') return null;
  if (url.protocol === 'https:' && url.port === '' && SLACK_HOSTS.has(url.hostname)) return url;
  return allowLoopback && url.protocol === 'http:' && LOOPBACK_HOSTS.has(url.hostname) ? url : null;
}

function unusable(because: string): WebhookAddress {
  return { kind: 'unusable', because };
}
