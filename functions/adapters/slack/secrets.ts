import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import type { Clock } from '../../ports.ts';
import { readSecretText, secretDocument } from '../aws/secret-text.ts';
import type { WebhookSecrets } from './webhook.ts';
import { webhookUrlOf } from './webhook-url.ts';

const PREFIX = 'secretsmanager:';
const CACHE_MILLISECONDS = 5 * 60_000;

/**
 * Bot tokens, also those that rotate. A user's token would post in that person's name.
 * https://docs.slack.dev/authentication/tokens
 */
const BOT_TOKEN = /^(?:xoxe\.)?xoxb-[A-Za-z0-9-]{8,500}$/;
/** A blank or line break that came along when somebody pasted it would make every click a forged one. */
const SIGNING_SECRET = /^[A-Za-z0-9]{16,128}$/;

const document = z.object({
  webhookUrl: z.optional(z.unknown()),
  botToken: z.optional(z.unknown()),
  signingSecret: z.optional(z.unknown()),
});

/** What a secret of Slack's holds, or why it cannot be used. The sentence never quotes the secret. */
export type SlackCredentials =
  | { readonly kind: 'webhook'; readonly url: URL }
  | { readonly kind: 'bot'; readonly botToken: string; readonly signingSecret: string }
  | { readonly kind: 'unusable'; readonly because: string };

export interface SlackSecrets {
  /** `secretId` as the settings give it, `secretsmanager:NAME`. Throttling and 5xx are thrown. */
  find(secretId: string): Promise<SlackCredentials>;
  /** Forgets what was read, so that a rotated secret is read anew. */
  forget(secretId: string): void;
}

export interface SlackSecretsOptions {
  readonly client: SecretsManagerClient;
  readonly clock: Clock;
  /** Also permits a webhook by `http` on this machine itself: for the simulated account, never where the endpoint is AWS's own. */
  readonly allowLoopback: boolean;
}

/**
 * Secrets `{"webhookUrl"}` or `{"botToken", "signingSecret"}`, kept for five minutes. What is unusable is not kept: whoever
 * corrects it need not wait.
 */
export function createSlackSecrets({ client, clock, allowLoopback }: SlackSecretsOptions): SlackSecrets {
  const kept = new Map<string, { readonly credentials: SlackCredentials; readonly until: number }>();
  return {
    async find(secretId) {
      const now = clock().getTime();
      const known = kept.get(secretId);
      if (known !== undefined && now < known.until) return known.credentials;
      const credentials = await readSecret(client, secretId, allowLoopback);
      if (credentials.kind === 'unusable') kept.delete(secretId);
      else kept.set(secretId, { credentials, until: now + CACHE_MILLISECONDS });
      return credentials;
    },
    forget(secretId) {
      kept.delete(secretId);
    },
  };
}

/** The same secrets, for who can only post to a webhook. */
export function webhookSecretsOf(secrets: SlackSecrets): WebhookSecrets {
  return {
    async find(secretId) {
      const credentials = await secrets.find(secretId);
      if (credentials.kind === 'unusable') return credentials;
      return credentials.kind === 'webhook'
        ? { kind: 'url', url: credentials.url }
        : unusable('the Slack secret holds a botToken and no webhookUrl');
    },
    forget: (secretId) => secrets.forget(secretId),
  };
}

async function readSecret(
  client: SecretsManagerClient,
  secretId: string,
  allowLoopback: boolean,
): Promise<SlackCredentials> {
  if (!secretId.startsWith(PREFIX)) return unusable(`the Slack secret must be given as ${PREFIX}NAME`);
  const name = secretId.slice(PREFIX.length);
  const secret = await readSecretText(client, name);
  return secret.kind === 'text'
    ? credentialsIn(secret.text, name, allowLoopback)
    : unusable(`the Slack secret ${name} ${secret.because}`);
}

function credentialsIn(text: string, name: string, allowLoopback: boolean): SlackCredentials {
  const parsed = z.safeParse(document, secretDocument(text));
  const { webhookUrl, botToken, signingSecret } = parsed.data ?? {};
  const isBot = botToken !== undefined || signingSecret !== undefined;
  if (webhookUrl === undefined && !isBot) {
    return unusable(`the Slack secret ${name} is not JSON with a webhookUrl, or a botToken and a signingSecret`);
  }
  if (webhookUrl !== undefined && isBot) {
    return unusable(`the Slack secret ${name} holds a webhookUrl and a bot's token or secret: remove one of the two`);
  }
  if (webhookUrl !== undefined) {
    const url = typeof webhookUrl === 'string' ? webhookUrlOf(webhookUrl, allowLoopback) : null;
    return url === null
      ? unusable(`the webhookUrl of the Slack secret ${name} is no address of Slack's`)
      : { kind: 'webhook', url };
  }
  if (typeof botToken !== 'string' || !BOT_TOKEN.test(botToken)) {
    return unusable(`the botToken of the Slack secret ${name} is no bot's token: it begins with xoxb-`);
  }
  // Without it, no click could be told from a forged one.
  if (typeof signingSecret !== 'string' || !SIGNING_SECRET.test(signingSecret)) {
    return unusable(`the signingSecret of the Slack secret ${name} is missing or not as Slack shows it`);
  }
  return { kind: 'bot', botToken, signingSecret };
}

function unusable(because: string): { readonly kind: 'unusable'; readonly because: string } {
  return { kind: 'unusable', because };
}
