import { createServiceNow } from '../../../functions/adapters/tickets/service-now.ts';
import { createTrackedTickets } from '../../../functions/adapters/tickets/tracked-tickets.ts';
import type { TicketDraft } from '../../../functions/ports.ts';
import { digestOf } from '../../support/digest.ts';
import { memoryTicketRows } from '../../support/fakes/ticket-rows.ts';
import { ServiceNowServer } from '../../support/vendors/service-now-server.ts';

const aDraft = (denials: number): TicketDraft => ({
  fingerprint: 'f00d',
  title: 'A transcript was lost',
  body: `${denials} denials`,
  severity: 'high',
  facts: { denials: String(denials), lastSeen: `2026-03-01T10:00:0${denials}Z` },
});

describe('given the incidents of one cause', () => {
  const server = new ServiceNowServer();
  let now = Date.parse('2026-03-01T10:00:00Z');
  let owners = 0;
  let instance = '';
  const rows = memoryTicketRows();
  const tickets = () =>
    createTrackedTickets(
      createServiceNow({
        settings: { instance },
        secret: { read: async () => ({ token: 'synthetic-token' }), forget: () => undefined },
        allowLoopback: true,
      }),
      rows,
      { clock: () => new Date(now), digest: digestOf, owner: () => `worker-${++owners}` },
    );
  const opened = (ticketId: string, count: number) => {
    const ticketUrl = `${instance}/nav_to.do?uri=incident.do%3Fsys_id%3D${String(count).padStart(32, '0')}`;
    return { ticketId, ticketUrl, opened: true };
  };
  const states = () => server.records.map(({ number, state }) => `${number} ${state}`);

  beforeAll(async () => {
    instance = await server.start();
  });
  afterAll(() => server.stop());

  it('opens one, and sends nothing more while nothing changes', async () => {
    await expect(tickets().fileTicket(aDraft(1))).resolves.toEqual(opened('INC0010001', 1));
    const sent = server.requests.length;
    await tickets().fileTicket(aDraft(1));
    expect(server.requests).toHaveLength(sent);
  });

  it('tells a change in a note', async () => {
    await tickets().fileTicket(aDraft(2));
    expect(server.notes.get('INC0010001')).toEqual([
      'What changed since the last report:\n\n- Denials: 1 → 2\n- Last seen: 2026-03-01T10:00:01Z → 2026-03-01T10:00:02Z',
    ]);
  });

  it('opens a resolved one again', async () => {
    await tickets().closeTicket('INC0010001', 'The next session was recorded.');
    expect(states()).toEqual(['INC0010001 6']);
    await tickets().fileTicket(aDraft(2));
    expect(states()).toEqual(['INC0010001 6']);
    await tickets().fileTicket(aDraft(3));
    expect(states()).toEqual(['INC0010001 2']);
  });

  it('follows a closed one, which cannot be reopened, with a new one', async () => {
    server.change('INC0010001', { state: '7' });
    await expect(tickets().fileTicket(aDraft(4))).resolves.toEqual(opened('INC0010002', 2));
    expect(states()).toEqual(['INC0010001 7', 'INC0010002 1']);
  });

  it('loses nothing where the instance is down for an hour', async () => {
    server.troubles = Array.from({ length: 12 }, () => ({ status: 503, headers: { 'retry-after': '300' } }));
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await expect(tickets().fileTicket(aDraft(5))).rejects.toMatchObject({ name: 'TrackerLater', afterSeconds: 300 });
      now += 300_000;
    }
    await tickets().fileTicket(aDraft(5));
    expect(server.recordOf('INC0010002')).toMatchObject({ description: '5 denials' });
    expect(server.notes.get('INC0010002')).toHaveLength(1);
  });
});
