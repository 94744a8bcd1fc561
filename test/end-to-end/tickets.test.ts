import { randomUUID } from 'node:crypto';
import { at } from '../support/vendors/vendor-server.ts';
import { DESKS, type Desk } from './ticket-desks.ts';
import { nothing, Play } from './whole-end.ts';

const MINUTE = 60_000;
/** A cause is decided again, and its ticket brought up to date, after ten. */
const UNTIL_NEXT_DECISION = 11 * MINUTE;

describe.each(Object.entries(DESKS))('given tickets in %s', (system, openDesk) => {
  let desk: Desk;
  let play: Play;

  beforeEach(async () => {
    desk = await openDesk();
    play = await Play.start({ mode: 'ticket', settings: { ticket: desk.settings } });
    putSecret(desk.secret);
  });

  afterEach(async () => {
    await play.close();
    await desk.stop();
  });

  const putSecret = (document: unknown) => {
    const { stores, runtime } = play.system.account;
    const arn = runtime.arn('secretsmanager', 'secret:exec-log/tickets-AbCdEf');
    stores.secrets.set('exec-log/tickets', { arn, value: JSON.stringify(document) });
  };
  const sessionLater = async () => {
    await play.system.deployment.runFor(UNTIL_NEXT_DECISION);
    await play.session();
  };

  it('opens one for many denials, and comments when it is decided again', async () => {
    await play.session();
    await play.session();
    expect(desk.tickets()).toEqual([{ isOpen: true, comments: 0 }]);
    await sessionLater();
    expect(desk.tickets()).toEqual([{ isOpen: true, comments: 1 }]);
    expect(await play.end()).toEqual({
      ...nothing,
      cases: [expect.objectContaining({ state: 'ticketed', count: 3 })],
      posts: ['Ticket'],
    });
  });

  it('opens one that a person closed again, once the cause is back', async () => {
    await play.session();
    desk.closeByHand();
    await sessionLater();
    expect(desk.tickets()).toEqual([{ isOpen: true, comments: 1 }]);
  });

  it('opens a new one after a person deleted it', async () => {
    await play.session();
    desk.deleteAll();
    await sessionLater();
    expect(desk.tickets()).toEqual([{ isOpen: true, comments: 0 }]);
  });

  it('loses and repeats nothing while the vendor is away for an hour', async () => {
    desk.down();
    await play.session();
    await play.session();
    await play.system.deployment.runFor(60 * MINUTE);
    expect(await play.end()).toEqual(nothing);
    expect(desk.tickets()).toEqual([]);
    desk.up();
    await play.system.deployment.runFor(20 * MINUTE);
    expect(desk.tickets()).toEqual([{ isOpen: true, comments: 0 }]);
    expect(await play.end()).toEqual({
      ...nothing,
      cases: [expect.objectContaining({ state: 'ticketed', count: 2 })],
      posts: ['Ticket'],
    });
  });

  // More than one message carries, in one of the systems; how they wait is the same for all.
  const denials = system === 'jira' ? 10_000 : 1000;

  it(`counts each of ${denials} denials that came while the vendor was away, in one ticket and one message`, async () => {
    desk.down();
    play.system.deployment.bus.faults.lost = ({ source }) => source === 'aws.logs';
    await play.session();
    const storm = Array.from({ length: denials }, () => play.lastDenial({ eventID: randomUUID() }));
    await play.system.deployment.deliver('remediator', storm);
    await play.system.deployment.runFor(30 * MINUTE);
    desk.up();
    await play.system.deployment.runFor(20 * MINUTE);
    expect(desk.tickets()).toEqual([{ isOpen: true, comments: 0 }]);
    expect(await play.end()).toMatchObject({ cases: [{ count: denials }], posts: ['Ticket'], deadLetters: 0 });
  });

  it('keeps a denial in the dead-letter queue where the secret is of no use, and says why without quoting it', async () => {
    putSecret('synthetic-text-of-the-secret');
    await play.session();
    await play.system.deployment.runFor(30 * MINUTE);
    expect(await play.end()).toEqual({ ...nothing, deadLetters: 1 });
    expect(desk.tickets()).toEqual([]);
    const logs = JSON.stringify(play.system.deployment.fn('remediator').logs);
    expect(logs).toContain('the ticket secret exec-log/tickets is no JSON object');
    expect(logs).not.toContain('synthetic-text-of-the-secret');
  });
});

describe('given tickets as events on a bus', () => {
  const settings = { ticket: { system: 'event-bus', eventBus: { busName: 'tickets' } } };
  let play: Play;
  afterEach(() => play.close());

  it('puts one where the ticket opens and one where it changes, of the same ticket', async () => {
    play = await Play.start({ mode: 'ticket', settings, ticketBus: 'tickets' });
    await play.session();
    await play.session();
    await play.system.deployment.runFor(UNTIL_NEXT_DECISION);
    await play.session();
    const { busEvents } = play.system.account.stores;
    expect(busEvents).toMatchObject([
      { busName: 'tickets', source: 'exec-log', detail: { change: 'opened', facts: { denials: '1' } } },
      { busName: 'tickets', source: 'exec-log', detail: { change: 'changed', facts: { denials: '3' } } },
    ]);
    expect(new Set(busEvents.map(({ detail }) => at(detail, 'ticketId'))).size).toBe(1);
  });

  it.each([
    ['without a bus', undefined],
    ['with another bus', 'others'],
  ] as const)('keeps the denial, and says what to deploy, in a deployment %s', async (_, ticketBus) => {
    play = await Play.start({ mode: 'ticket', settings, ...(ticketBus === undefined ? {} : { ticketBus }) });
    await play.session();
    await play.system.deployment.runFor(30 * MINUTE);
    expect(await play.end()).toMatchObject({ cases: [], deadLetters: 1 });
    expect(play.system.account.stores.busEvents).toEqual([]);
    expect(JSON.stringify(play.system.deployment.fn('remediator').logs)).toContain('deploy with -c ticketBus=NAME');
  });
});
