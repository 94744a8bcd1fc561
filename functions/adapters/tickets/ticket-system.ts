import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { canonicalJson, type Digest } from '../../domain/canonical.ts';
import type { Language } from '../../domain/language.ts';
import type { TicketSettings } from '../../domain/ticket-settings.ts';
import type { Clock, TicketSystem } from '../../ports.ts';
import type { Table } from '../aws/table.ts';
import { createTicketRows } from '../aws/ticket-rows.ts';
import { createEventBus } from './event-bus.ts';
import { createGitHub } from './github.ts';
import { createJira } from './jira.ts';
import { createOpsCenter } from './ops-center.ts';
import { patientTracker } from './patient-tracker.ts';
import { createServiceNow } from './service-now.ts';
import { createTicketSecret } from './ticket-secret.ts';
import { createTrackedTickets, type TicketRows } from './tracked-tickets.ts';
import { type Tracker, TrackerRefusal } from './tracker.ts';

/** A ticket takes several requests, and a decision has 15 seconds. */
const REQUEST_MILLISECONDS = 5_000;

/** What every ticket system is made of. */
export interface TicketSystemsOptions {
  readonly ssm: SSMClient;
  readonly secretsManager: SecretsManagerClient;
  readonly eventBridge: EventBridgeClient;
  readonly table: Table;
  readonly clock: Clock;
  readonly digest: Digest;
  /** A new name each time, e.g. `randomUUID`. */
  readonly owner: () => string;
  /** Also permits a vendor by `http` on this machine itself: for the simulated account, never where the endpoint is AWS's own. */
  readonly allowLoopback: boolean;
}

/** The part of the settings that a ticket system is made by. */
export interface TicketSystemSettings {
  readonly ticket: TicketSettings;
  readonly language: Language;
}

/**
 * The ticket system of the settings in force. It is made anew where they changed and kept while they are the same, with its secret
 * and with how long it asked to wait.
 */
export function createTicketSystems(options: TicketSystemsOptions): (settings: TicketSystemSettings) => TicketSystem {
  let kept: { readonly key: string; readonly system: TicketSystem } | null = null;
  return ({ ticket, language }) => {
    const key = canonicalJson([ticket, language]);
    if (kept?.key !== key) kept = { key, system: systemOf(ticket, language, options) };
    return kept.system;
  };
}

function systemOf(ticket: TicketSettings, language: Language, options: TicketSystemsOptions): TicketSystem {
  const { table, clock, digest, owner } = options;
  const tracking = { clock, digest, owner, language };
  const rowsOf = (...names: readonly string[]): TicketRows => createTicketRows(table, clock, names.join(' '));
  const tracked = (tracker: Tracker, ...names: readonly string[]) =>
    createTrackedTickets(patientTracker(tracker, clock), rowsOf(...names), tracking);
  switch (ticket.system) {
    case 'ops-center':
      return createOpsCenter(options.ssm);
    case 'jira': {
      const settings = needed(ticket.jira, 'jira');
      return tracked(
        createJira({ settings, ...accessOf(ticket, options) }),
        'jira',
        settings.site,
        settings.projectKey,
      );
    }
    case 'service-now': {
      const settings = needed(ticket.serviceNow, 'serviceNow');
      const tracker = createServiceNow({ settings, language, ...accessOf(ticket, options) });
      return tracked(tracker, 'service-now', settings.instance, settings.table ?? '');
    }
    case 'github': {
      const settings = needed(ticket.github, 'github');
      const tracker = createGitHub({ settings, ...accessOf(ticket, options) });
      return tracked(tracker, 'github', settings.apiUrl ?? '', `${settings.owner}/${settings.repo}`);
    }
    case 'event-bus': {
      const settings = needed(ticket.eventBus, 'eventBus');
      return createEventBus(options.eventBridge, settings, rowsOf('event-bus', settings.busName), tracking);
    }
  }
}

function accessOf({ secret }: TicketSettings, { secretsManager, clock, allowLoopback }: TicketSystemsOptions) {
  return {
    secret: createTicketSecret(secretsManager, needed(secret, 'secret'), clock),
    clock,
    allowLoopback,
    timeoutMilliseconds: REQUEST_MILLISECONDS,
  };
}

/** The settings' own checks see to it that it is there. */
function needed<Value>(value: Value | undefined, key: string): Value {
  if (value === undefined) throw new TrackerRefusal(`the settings lack ticket.${key}`);
  return value;
}
