import { createRequestGate } from '../../functions/adapters/slack/request-gate.ts';
import type { SlackCredentials, SlackSecrets } from '../../functions/adapters/slack/secrets.ts';
import { createHandler } from '../../functions/approver/handler.ts';
import { DEFAULT_SETTINGS } from '../../functions/domain/settings.ts';
import { ceilingOf, settingsInForce } from '../../functions/domain/settings-in-force.ts';
import { SLACK_ACTION_IDS } from '../../functions/domain/slack-click.ts';
import type { SettingsSource } from '../../functions/ports.ts';
import { FakeQueue } from './fakes/outside.ts';
import { recordingTelemetry } from './telemetry.ts';
import { clickPayload, formOf, signedRequest } from './vendors/slack-click.ts';

export type ApproverEvent = Parameters<ReturnType<typeof createHandler>>[0];

const SECRET_ID = 'secretsmanager:exec-log/slack';
export const SIGNING_SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
export const PROPOSAL_ID = 'p_0123456789-abcdefghij';

/** Secrets Manager as the adapter keeps it: read once, and again after it was forgotten. */
class FakeSecrets implements SlackSecrets {
  stored: SlackCredentials | Error = aBot(SIGNING_SECRET);
  reads = 0;
  private kept: SlackCredentials | null = null;

  async find(secretId: string): Promise<SlackCredentials> {
    if (secretId !== SECRET_ID) throw new Error(`nobody asked for ${secretId}`);
    if (this.kept !== null) return this.kept;
    this.reads += 1;
    if (this.stored instanceof Error) throw this.stored;
    if (this.stored.kind !== 'unusable') this.kept = this.stored;
    return this.stored;
  }

  forget(): void {
    this.kept = null;
  }
}

export function aBot(signingSecret: string): SlackCredentials {
  return { kind: 'bot', botToken: 'xoxb-0000-synthetic', signingSecret };
}

/** The settings' source, which counts how often it was asked. */
class FakeSettings implements SettingsSource {
  secret: string | null = SECRET_ID;
  failure: Error | null = null;
  reads = 0;

  async current() {
    this.reads += 1;
    if (this.failure !== null) throw this.failure;
    const slack = this.secret === null ? null : { secret: this.secret, channel: '#exec-log', routes: [] };
    const valid = { settings: { ...DEFAULT_SETTINGS, slack }, version: 'v1', readAt: new Date(0) };
    return settingsInForce(valid, [], ceilingOf(''), new Date(0));
  }
}

/** An approver with everything around it, at a time that a test moves. */
export function anApprover(now: Date) {
  const secrets = new FakeSecrets();
  const settings = new FakeSettings();
  const queue = new FakeQueue();
  const telemetry = recordingTelemetry();
  const time = { now };
  const gate = createRequestGate({ secrets, clock: () => time.now });
  const handler = createHandler({ settings, gate, queue, telemetry });
  return { secrets, settings, queue, telemetry, time, handler };
}

/** The body of a click on Approve. */
export function approveBody(at: Date, more: Partial<Parameters<typeof clickPayload>[0]> = {}): string {
  const facts = { channel: 'C0ALERTS', ts: '1700000000.000100', userId: 'U0ADA', teamId: 'T0SYNTHETIC', at };
  return formOf(clickPayload({ ...facts, actionId: SLACK_ACTION_IDS.approve, value: PROPOSAL_ID, ...more }));
}

/** A request as a function URL, or an HTTP API with payload format 2.0, delivers it: its headers in lower case. */
export function delivered(
  { body, headers }: { readonly body: string; readonly headers: Readonly<Record<string, string>> },
  { base64 = false, method = 'POST' } = {},
): ApproverEvent {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  const event: unknown = {
    version: '2.0',
    headers: { ...Object.fromEntries(lower), host: 'abc.lambda-url.eu-central-1.on.aws' },
    requestContext: { http: { method, path: '/' } },
    body: base64 ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded: base64,
  };
  return event as ApproverEvent;
}

/** A click that Slack signs at a moment, with the secret that it knows. */
export function signedClick(at: Date, signingSecret = SIGNING_SECRET, body = approveBody(at)) {
  return signedRequest(body, signingSecret, at);
}
