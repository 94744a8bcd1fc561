import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { createEventBus } from '../../../functions/adapters/tickets/event-bus.ts';
import { type TicketEvent, ticketEventSchema } from '../../../functions/adapters/tickets/event-schema.ts';
import type { TicketDraft } from '../../../functions/ports.ts';
import { digestOf } from '../../support/digest.ts';
import { memoryTicketRows } from '../../support/fakes/ticket-rows.ts';
import { awsError, CLIENT } from '../aws-error.ts';

const DRAFT: TicketDraft = {
  fingerprint: 'f00d',
  title: 'A transcript was lost',
  body: '# What happened\n\nA denial.',
  severity: 'high',
  facts: { role: 'web', denials: '1' },
};
const AGAIN: TicketDraft = { ...DRAFT, facts: { role: 'web', denials: '2' } };
const TAKEN = { FailedEntryCount: 0, Entries: [{ EventId: 'e1' }] };
const LIMIT = 252 * 1024;

const client = new EventBridgeClient(CLIENT);
const bridge = mockClient(client);
let owners = 0;
const aBus = () =>
  createEventBus(client, { busName: 'tickets' }, memoryTicketRows(), {
    clock: () => new Date('2026-03-01T10:00:00Z'),
    digest: digestOf,
    owner: () => `worker-${++owners}`,
  });

const entries = () =>
  bridge.commandCalls(PutEventsCommand).flatMap(({ args: [command] }) => command.input.Entries ?? []);
const events = (): TicketEvent[] => entries().map(({ Detail }) => ticketEventSchema.parse(JSON.parse(Detail ?? '')));
const sizes = () =>
  entries().map(({ Detail = '' }) => Buffer.byteLength(Detail) + 'exec-log'.length + 'exec-log ticket'.length);

beforeEach(() => {
  bridge.reset();
  bridge.on(PutEventsCommand).resolves(TAKEN);
});

describe('given a ticket', () => {
  it('puts one event of the versioned schema on the bus where it opens', async () => {
    await expect(aBus().fileTicket(DRAFT)).resolves.toEqual({ ticketId: 'exec-log-f00d', opened: true });
    expect(entries()).toEqual([
      { EventBusName: 'tickets', Source: 'exec-log', DetailType: 'exec-log ticket', Detail: expect.any(String) },
    ]);
    expect(events()).toEqual([{ version: '1', change: 'opened', ticketId: 'exec-log-f00d', ...DRAFT, comment: null }]);
  });

  it('puts one where it changed, with what changed, and none where nothing did', async () => {
    const bus = aBus();
    await bus.fileTicket(DRAFT);
    await bus.fileTicket(DRAFT);
    await expect(bus.fileTicket(AGAIN)).resolves.toEqual({ ticketId: 'exec-log-f00d', opened: false });
    expect(events().slice(1)).toEqual([
      {
        version: '1',
        change: 'changed',
        ticketId: 'exec-log-f00d',
        ...AGAIN,
        comment: 'What changed since the last report:\n\n- Denials: `1` → `2`',
      },
    ]);
  });

  it('puts one where it closes, with the evidence', async () => {
    await aBus().closeTicket('exec-log-f00d', 'The next session was recorded.');
    expect(events()).toEqual([
      {
        version: '1',
        change: 'closed',
        fingerprint: 'f00d',
        ticketId: 'exec-log-f00d',
        title: null,
        body: null,
        severity: null,
        facts: null,
        comment: 'The next session was recorded.',
      },
    ]);
  });

  it.each(['OPS-1', 'exec-log-'])('leaves alone a ticket of another system: %s', async (ticketId) => {
    await aBus().closeTicket(ticketId, 'evidence');
    expect(entries()).toEqual([]);
  });
});

describe('given an entry that the bus did not take', () => {
  it.each(['InternalFailure', 'InternalException', 'ThrottlingException', 'SomethingNew'])(
    'asks again after %s, at once and under the same id',
    async (ErrorCode) => {
      const bus = aBus();
      bridge
        .on(PutEventsCommand)
        .resolvesOnce({ FailedEntryCount: 1, Entries: [{ ErrorCode }] })
        .resolves(TAKEN);
      await expect(bus.fileTicket(DRAFT)).rejects.toMatchObject({ name: 'TrackerLater', afterSeconds: 60 });
      await expect(bus.fileTicket(DRAFT)).resolves.toEqual({ ticketId: 'exec-log-f00d', opened: true });
      expect(events().map(({ ticketId }) => ticketId)).toEqual(['exec-log-f00d', 'exec-log-f00d']);
    },
  );

  it('asks again where it counts a failure and names none', async () => {
    bridge.on(PutEventsCommand).resolves({ FailedEntryCount: 1 });
    await expect(aBus().fileTicket(DRAFT)).rejects.toMatchObject({ name: 'TrackerLater' });
  });

  it.each([
    ['AccessDeniedException', 'not permitted to our role'],
    ['NotAuthorizedForSourceException', 'must permit the source exec-log'],
    ['NotAuthorizedForDetailTypeException', 'must permit the detail type'],
    ['InvalidAccountIdException', 'account in the ARN'],
    ['InvalidArgument', 'name of the bus'],
    ['MalformedDetail', 'not valid JSON'],
    ['RedactionFailure', 'cannot redact'],
  ])('explains %s, which asking again would repeat', async (ErrorCode, words) => {
    bridge.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode }] });
    await expect(aBus().fileTicket(DRAFT)).rejects.toMatchObject({
      name: 'TrackerRefusal',
      message: expect.stringContaining(words),
    });
  });

  it.each([
    ['AccessDeniedException', 'TrackerRefusal'],
    ['ResourceNotFoundException', 'TrackerRefusal'],
    ['InternalException', 'TrackerLater'],
    ['TimeoutError', 'TrackerLater'],
  ])('tells a request that fails as a whole with %s', async (name, thrown) => {
    bridge.on(PutEventsCommand).rejects(awsError(name));
    await expect(aBus().fileTicket(DRAFT)).rejects.toMatchObject({ name: thrown });
  });
});

describe('given a text that is larger than an event', () => {
  const room =
    LIMIT -
    Buffer.byteLength(
      JSON.stringify({ version: '1', change: 'opened', ticketId: 'exec-log-f00d', ...DRAFT, body: '', comment: null }),
    ) -
    'exec-logexec-log ticket'.length;

  it('keeps a body that just fits, and cuts one that is a byte longer, with a note', async () => {
    await aBus().fileTicket({ ...DRAFT, body: 'a'.repeat(room) });
    await aBus().fileTicket({ ...DRAFT, body: 'a'.repeat(room + 1) });
    expect(events().map(({ body }) => body?.endsWith('an event holds 256 KB.)'))).toEqual([false, true]);
    expect(sizes().every((size) => size <= LIMIT && size > LIMIT - 10)).toBe(true);
  });

  it.each(['"', '\n', 'é', '\u0001', '🎉'])('counts %j as it is sent', async (character) => {
    await aBus().fileTicket({ ...DRAFT, body: character.repeat(200_000) });
    expect(sizes().every((size) => size <= LIMIT && size > LIMIT - 20)).toBe(true);
  });

  it('cuts evidence too', async () => {
    await aBus().closeTicket('exec-log-f00d', 'a'.repeat(300_000));
    expect(events().map(({ comment }) => comment?.endsWith('an event holds 256 KB.)'))).toEqual([true]);
    expect(sizes().every((size) => size <= LIMIT)).toBe(true);
  });

  it('is refused where the facts alone are', async () => {
    const facts = { everything: 'a'.repeat(300_000) };
    await expect(aBus().fileTicket({ ...DRAFT, facts })).rejects.toThrow('facts of the ticket are larger');
    expect(entries()).toEqual([]);
  });
});

describe('given the schema', () => {
  it.each([
    ['another version', { version: '2' }],
    ['another change', { change: 'deleted' }],
    ['a closed ticket with a body', { change: 'closed' }],
    ['no fingerprint', { fingerprint: '' }],
    ['a severity of its own', { severity: 'critical' }],
    ['a fact that is no text', { facts: { denials: 1 } }],
  ])('refuses %s', (_, wrong) => {
    const event = { version: '1', change: 'opened', ticketId: 'exec-log-f00d', ...DRAFT, comment: null };
    expect(ticketEventSchema.safeParse(event).success).toBe(true);
    expect(ticketEventSchema.safeParse({ ...event, ...wrong }).success).toBe(false);
  });
});
