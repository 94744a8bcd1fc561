import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateOpsItemCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import type { Row, Table } from '../../../functions/adapters/aws/table.ts';
import { sha256 } from '../../../functions/adapters/digest.ts';
import { createTicketSystems, type TicketSystemSettings } from '../../../functions/adapters/tickets/ticket-system.ts';
import { TrackerLater } from '../../../functions/adapters/tickets/tracker.ts';
import type { TicketDraft } from '../../../functions/ports.ts';
import { JIRA_SECRET, type JiraServer, serveJira } from '../../support/vendors/jira-server.ts';

const CLIENT = { region: 'eu-central-1' };
const DRAFT: TicketDraft = {
  fingerprint: 'f00d',
  title: 'Transcripts lost',
  body: 'What happened.',
  severity: 'high',
  facts: { denials: '1' },
};
const clients = {
  ssm: new SSMClient(CLIENT),
  secretsManager: new SecretsManagerClient(CLIENT),
  eventBridge: new EventBridgeClient(CLIENT),
};
const [ssm, secrets, bridge] = [
  mockClient(clients.ssm),
  mockClient(clients.secretsManager),
  mockClient(clients.eventBridge),
];

let site: JiraServer;
let rows: Map<string, Row>;
let now: number;

beforeEach(async () => {
  for (const client of [ssm, secrets, bridge]) client.reset();
  secrets.on(GetSecretValueCommand).resolves({ SecretString: JSON.stringify(JIRA_SECRET) });
  rows = new Map();
  now = Date.parse('2026-09-01T00:00:00Z');
  site = await serveJira();
});

afterEach(() => site.stop());

/** As far as tickets use it: nobody else writes. */
const table: Pick<Table, 'read' | 'put' | 'update'> = {
  read: async (key) => rows.get(key),
  put: async (key, row) => {
    rows.set(key, row);
    return 'written';
  },
  update: async (key, row) => {
    rows.set(key, { ...rows.get(key), ...row });
    return 'written';
  },
};

function systems(allowLoopback = true) {
  let turn = 0;
  return createTicketSystems({
    ...clients,
    table: table as Table,
    clock: () => new Date(now),
    digest: sha256,
    owner: () => `owner-${++turn}`,
    allowLoopback,
  });
}

const inJira = (projectKey = 'OPS'): TicketSystemSettings => ({
  ticket: {
    system: 'jira',
    secret: 'secretsmanager:exec-log/jira',
    jira: { site: site.origin, projectKey, issueType: 'Task' },
  },
  language: 'en',
});

it('opens tickets where the settings say', async () => {
  ssm.on(CreateOpsItemCommand).resolves({ OpsItemId: 'oi-1' });
  bridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] });
  const systemOf = systems();
  const inOpsCenter: TicketSystemSettings = { ticket: { system: 'ops-center' }, language: 'en' };
  const onABus: TicketSystemSettings = {
    ticket: { system: 'event-bus', eventBus: { busName: 'tickets' } },
    language: 'en',
  };
  const places = [];
  for (const settings of [inOpsCenter, inJira(), onABus]) {
    const { ticketId, ticketUrl } = await systemOf(settings).fileTicket(DRAFT);
    places.push([ticketId, ticketUrl]);
  }
  expect(places).toEqual([
    ['oi-1', 'https://eu-central-1.console.aws.amazon.com/systems-manager/opsitems/oi-1'],
    ['OPS-1', `${site.origin}/browse/OPS-1`],
    ['exec-log-f00d', undefined],
  ]);
  expect([...rows.keys()]).toEqual([`TICKET#jira ${site.origin} OPS#f00d`, 'TICKET#event-bus tickets#f00d']);
});

it('keeps a system, with its secret, while the settings say the same', async () => {
  const systemOf = systems();
  const first = systemOf(inJira());
  await first.fileTicket(DRAFT);
  expect(systemOf(inJira())).toBe(first);
  await systemOf(inJira()).fileTicket({ ...DRAFT, facts: { denials: '2' } });
  expect(secrets.calls()).toHaveLength(1);
  expect(systemOf({ ...inJira(), language: 'ja' })).not.toBe(first);
});

it('remembers the tickets of each project apart', async () => {
  const systemOf = systems();
  await systemOf(inJira()).fileTicket(DRAFT);
  await systemOf(inJira('DEV')).fileTicket(DRAFT);
  expect([...rows.keys()]).toEqual([`TICKET#jira ${site.origin} OPS#f00d`, `TICKET#jira ${site.origin} DEV#f00d`]);
});

it('sends no credentials to this machine where AWS is not simulated on it', async () => {
  await expect(systems(false)(inJira()).fileTicket(DRAFT)).rejects.toThrow('no host that its credentials may go to');
  expect(site.calls).toEqual([]);
});

it('refuses settings that got past their checks', () => {
  const ticket = { system: 'github', secret: 'secretsmanager:exec-log/github' } as const;
  expect(() => systems()({ ticket, language: 'en' })).toThrow('the settings lack ticket.github');
});

it('opens a hundred tickets for a hundred causes at once, although the vendor limits the rate', async () => {
  const system = systems()(inJira());
  const tooMany = { status: 429, headers: { 'retry-after': '30' } };
  let waiting = Array.from({ length: 100 }, (_, index) => ({ ...DRAFT, fingerprint: `cause-${index}` }));
  const file = async (draft: TicketDraft) => {
    try {
      await system.fileTicket(draft);
      return [];
    } catch (error) {
      if (!(error instanceof TrackerLater)) throw error;
      return [draft];
    }
  };
  for (let round = 0; waiting.length > 0 && round < 50; round += 1) {
    // Some searches get through, then a search or an opening does not.
    site.fail(...Array.from({ length: 12 }, () => null), ...(round < 8 ? [tooMany] : []));
    const left = await Promise.all(waiting.map(file));
    waiting = left.flat();
    site.recover();
    // What may have been opened is looked for until the search must show it.
    now += 6 * 60_000;
  }
  expect(waiting).toEqual([]);
  expect(site.issues.size).toBe(100);
});
