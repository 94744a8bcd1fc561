import {
  createTrackedTickets,
  digestOfDraft,
  type TicketRows,
} from '../../../functions/adapters/tickets/tracked-tickets.ts';
import { type Tracker, TrackerRefusal } from '../../../functions/adapters/tickets/tracker.ts';
import { VendorRefusal } from '../../../functions/adapters/tickets/vendor-request.ts';
import type { TicketDraft } from '../../../functions/ports.ts';
import { digestOf } from '../../support/digest.ts';
import { memoryTicketRows } from '../../support/fakes/ticket-rows.ts';
import { filed, MemoryTracker, silence } from '../../support/vendors/memory-tracker.ts';

const START = Date.parse('2026-03-01T10:00:00Z');

function aDraft(denials: number, overrides: Partial<TicketDraft> = {}): TicketDraft {
  return {
    fingerprint: 'f00d',
    title: 'A transcript was lost',
    body: `${denials} denials`,
    severity: 'medium',
    facts: { role: 'web', denials: String(denials) },
    ...overrides,
  };
}

function aTracker({ lagSeconds = 0 } = {}) {
  let now = START;
  let owners = 0;
  const clock = () => new Date(now);
  const tracker = new MemoryTracker(clock, lagSeconds);
  const rows = memoryTicketRows();
  /** A worker whose calls are its own; the others' are the tracker's and the rows'. */
  const workerWith = (itsRows: Partial<TicketRows>, itsTracker: Partial<Tracker> = {}) => {
    const find: Tracker['find'] = (fingerprint) => tracker.find(fingerprint);
    const { open, update, close } = tracker;
    return createTrackedTickets(
      { find, open, update, close, ...itsTracker },
      { ...rows, ...itsRows },
      { clock, digest: digestOf, owner: () => `worker-${++owners}` },
    );
  };
  return {
    tracker,
    rows,
    tickets: workerWith({}),
    workerWith,
    wait: (seconds: number) => {
      now += seconds * 1000;
    },
    writes: () => tracker.writes.map(({ kind, ticketId }) => `${kind} ${ticketId}`),
    commentsOf: (index: number) => tracker.tickets()[index]?.comments,
  };
}

describe('given a cause without a ticket', () => {
  it('opens one', async () => {
    const { tickets, tracker } = aTracker();
    await expect(tickets.fileTicket(aDraft(1))).resolves.toEqual(filed('T-1', true));
    expect(tracker.tickets()).toEqual([
      {
        ticketId: 'T-1',
        fingerprint: 'f00d',
        title: 'A transcript was lost',
        digest: digestOfDraft(aDraft(1), digestOf),
        isOpen: true,
        comments: [],
      },
    ]);
  });

  it('opens one although two workers ask at once, and the other asks again', async () => {
    const { tickets, writes } = aTracker();
    const answers = await Promise.allSettled([tickets.fileTicket(aDraft(1)), tickets.fileTicket(aDraft(1))]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { name: 'TrackerLater', afterSeconds: 60 },
    });
    await expect(tickets.fileTicket(aDraft(1))).resolves.toEqual(filed('T-1', false));
    expect(writes()).toEqual(['open T-1']);
  });

  it('opens one for each of two causes', async () => {
    const { tickets, writes } = aTracker();
    await Promise.all([tickets.fileTicket(aDraft(1)), tickets.fileTicket(aDraft(1, { fingerprint: 'beef' }))]);
    expect(writes()).toEqual(['open T-1', 'open T-2']);
  });
});

describe('given a ticket that says it already', () => {
  it('writes nothing and asks nothing', async () => {
    const { tickets, tracker, writes } = aTracker();
    await tickets.fileTicket(aDraft(1));
    const before = tracker.searches;
    await expect(tickets.fileTicket(aDraft(1))).resolves.toEqual(filed('T-1', false));
    expect(writes()).toEqual(['open T-1']);
    expect(tracker.searches).toBe(before);
  });

  it('writes nothing for a report that is older than the one it shows', async () => {
    const { tickets, writes } = aTracker();
    await tickets.fileTicket(aDraft(5));
    await tickets.fileTicket(aDraft(4));
    expect(writes()).toEqual(['open T-1']);
  });

  it.each([
    ['title', aDraft(1, { title: 'Another' })],
    ['body', aDraft(1, { body: 'Another' })],
    ['severity', aDraft(1, { severity: 'high' })],
    ['facts', aDraft(1, { facts: { role: 'web', denials: '1', cause: 'other' } })],
  ])('is brought up to date where the %s differs', async (_, draft) => {
    const { tickets, writes } = aTracker();
    await tickets.fileTicket(aDraft(1));
    await tickets.fileTicket(draft);
    expect(writes()).toEqual(['open T-1', 'update T-1']);
  });
});

describe('given a ticket that changed', () => {
  it('is updated with a comment of what changed', async () => {
    const { tickets, commentsOf } = aTracker();
    await tickets.fileTicket(aDraft(1));
    await tickets.fileTicket(aDraft(3, { severity: 'high' }));
    expect(commentsOf(0)).toEqual([
      'What changed since the last report:\n\n- Severity raised: `medium` → `high`\n- Denials: `1` → `3`',
    ]);
  });

  it('is updated although the search does not show it yet', async () => {
    const { tickets, writes } = aTracker({ lagSeconds: 300 });
    await tickets.fileTicket(aDraft(1));
    await tickets.fileTicket(aDraft(2));
    expect(writes()).toEqual(['open T-1', 'update T-1']);
  });
});

describe('given a ticket that a person deleted', () => {
  it.each([0, 300])('opens a new one with a search that is %d s late', async (lagSeconds) => {
    const { tickets, tracker, writes, wait } = aTracker({ lagSeconds });
    await tickets.fileTicket(aDraft(1));
    wait(1000);
    tracker.deleteByHand('T-1');
    await expect(tickets.fileTicket(aDraft(2))).resolves.toEqual(filed('T-2', true));
    expect(writes()).toEqual(['open T-1', 'open T-2']);
  });
});

describe('given a ticket that a person closed', () => {
  it('opens it again as a regression once something happened', async () => {
    const { tickets, tracker, commentsOf } = aTracker();
    await tickets.fileTicket(aDraft(1));
    tracker.closeByHand('T-1');
    await expect(tickets.fileTicket(aDraft(2))).resolves.toEqual(filed('T-1', false));
    expect(tracker.tickets()[0]?.isOpen).toBe(true);
    expect(commentsOf(0)).toEqual([
      'This ticket was closed, and the same cause lost logs again since. It is a regression, so the ticket is open again.\n\n- Denials: `1` → `2`',
    ]);
  });

  it.each([
    ['nothing', aDraft(1)],
    ['the wording alone', aDraft(1, { body: 'Other words' })],
  ])('stays closed where %s changed', async (_, draft) => {
    const { tickets, tracker } = aTracker();
    await tickets.fileTicket(aDraft(1));
    tracker.closeByHand('T-1');
    await tickets.fileTicket(draft);
    await tickets.fileTicket(draft);
    expect(tracker.tickets()[0]).toMatchObject({ isOpen: false, comments: [] });
  });

  it('is closed with the evidence by us, and one that is gone stays so', async () => {
    const { tickets, tracker, commentsOf } = aTracker();
    await tickets.fileTicket(aDraft(1));
    await tickets.closeTicket('T-1', 'The next session was recorded.');
    await tickets.closeTicket('T-1', 'The next session was recorded.');
    await tickets.closeTicket('T-9', 'The next session was recorded.');
    expect(commentsOf(0)).toEqual(['The next session was recorded.']);
    expect(tracker.tickets()[0]?.isOpen).toBe(false);
  });
});

describe('given an opening that was never answered', () => {
  it.each(['before', 'after'] as const)(
    'ends with one ticket where it was lost %s it was carried out',
    async (moment) => {
      const { tickets, tracker, wait } = aTracker({ lagSeconds: 299 });
      tracker.troubles = [silence(moment)];
      await expect(tickets.fileTicket(aDraft(1))).rejects.toThrow('did not answer');
      wait(60);
      await expect(tickets.fileTicket(aDraft(1))).rejects.toMatchObject({ name: 'TrackerLater', afterSeconds: 240 });
      wait(240);
      await tickets.fileTicket(aDraft(1));
      expect(tracker.tickets()).toHaveLength(1);
    },
  );

  it('asks for the ticket right after the lease and after the lag, and only then opens another', async () => {
    const { tickets, tracker, rows, wait, writes } = aTracker({ lagSeconds: 300 });
    const claim = { owner: 'killed', until: new Date(START + 60_000) };
    await rows.claim('f00d', claim, new Date(START));
    await rows.save({ fingerprint: 'f00d', ticket: null, openingUntil: claim.until }, claim);
    await expect(tickets.fileTicket(aDraft(1))).rejects.toMatchObject({ afterSeconds: 60 });
    wait(60);
    await expect(tickets.fileTicket(aDraft(1))).rejects.toMatchObject({ afterSeconds: 300 });
    wait(299);
    await expect(tickets.fileTicket(aDraft(1))).rejects.toMatchObject({ afterSeconds: 1 });
    wait(1);
    await expect(tickets.fileTicket(aDraft(1))).resolves.toEqual(filed('T-1', true));
    expect(tracker.searches).toBe(3);
    expect(writes()).toEqual(['open T-1']);
  });

  it('takes the ticket that the killed worker opened, and brings it up to date once', async () => {
    const { tickets, tracker, writes, wait } = aTracker({ lagSeconds: 10 });
    tracker.troubles = [silence('after')];
    await expect(tickets.fileTicket(aDraft(1))).rejects.toThrow();
    wait(10);
    await expect(tickets.fileTicket(aDraft(2))).resolves.toEqual(filed('T-1', false));
    await tickets.fileTicket(aDraft(2));
    expect(writes()).toEqual(['open T-1', 'update T-1']);
  });
});

describe('given a worker that is killed before it remembers', () => {
  /** What it filed is carried out; it never comes back. */
  const killed = { release: () => new Promise<never>(() => undefined) };

  it('leaves the ticket that it opened to the next one, who never opens a second', async () => {
    const { tickets, workerWith, tracker, wait } = aTracker({ lagSeconds: 240 });
    void workerWith(killed).fileTicket(aDraft(1));
    await new Promise(setImmediate);
    wait(60);
    await expect(tickets.fileTicket(aDraft(1))).rejects.toMatchObject({ name: 'TrackerLater', afterSeconds: 300 });
    wait(300);
    await expect(tickets.fileTicket(aDraft(1))).resolves.toEqual(filed('T-1', false));
    expect(tracker.tickets()).toHaveLength(1);
  });

  it('leaves its update to the next one, who repeats no comment that the tracker shows', async () => {
    const { tickets, workerWith, writes, wait } = aTracker();
    await tickets.fileTicket(aDraft(1));
    void workerWith(killed).fileTicket(aDraft(2));
    await new Promise(setImmediate);
    wait(60);
    await tickets.fileTicket(aDraft(2));
    expect(writes()).toEqual(['open T-1', 'update T-1']);
  });
});

describe('given a slow worker', () => {
  it.each([
    { findSeconds: 45, answer: filed('T-1', true), opened: ['open T-1'] },
    { findSeconds: 46, answer: null, opened: [] },
  ])(
    'opens a ticket only with a quarter of its lease left: $findSeconds s',
    async ({ findSeconds, answer, opened }) => {
      const { workerWith, wait, writes } = aTracker();
      const find = async () => {
        wait(findSeconds);
        return null;
      };
      const filed = workerWith({}, { find }).fileTicket(aDraft(1));
      await expect(filed.catch(() => null)).resolves.toEqual(answer);
      expect(writes()).toEqual(opened);
    },
  );

  it('writes no older report over the one that another worker filed since it read', async () => {
    const { tickets, workerWith, writes } = aTracker();
    await tickets.fileTicket(aDraft(5));
    await workerWith({ read: async () => undefined }).fileTicket(aDraft(4));
    expect(writes()).toEqual(['open T-1']);
  });
});

describe('given a refusal', () => {
  it('tells it, and opens the ticket as soon as a person has changed the settings', async () => {
    const { tickets, tracker } = aTracker({ lagSeconds: 300 });
    tracker.troubles = [{ moment: 'before', error: new VendorRefusal('the project is not there', 400, '') }];
    await expect(tickets.fileTicket(aDraft(1))).rejects.toThrow('the project is not there');
    await expect(tickets.fileTicket(aDraft(1))).resolves.toEqual(filed('T-1', true));
  });

  it('opens no second ticket at once where the refusal came of an answer that nobody could read', async () => {
    const { tickets, tracker } = aTracker({ lagSeconds: 300 });
    tracker.troubles = [{ moment: 'after', error: new TrackerRefusal('the answer has an unknown shape') }];
    await expect(tickets.fileTicket(aDraft(1))).rejects.toThrow('unknown shape');
    await expect(tickets.fileTicket(aDraft(1))).rejects.toMatchObject({ name: 'TrackerLater', afterSeconds: 300 });
  });

  it('leaves the row free for the next worker where an update fails', async () => {
    const { tickets, tracker, writes } = aTracker();
    await tickets.fileTicket(aDraft(1));
    tracker.troubles = [silence('before')];
    await expect(tickets.fileTicket(aDraft(2))).rejects.toThrow('did not answer');
    await tickets.fileTicket(aDraft(2));
    expect(writes()).toEqual(['open T-1', 'update T-1']);
  });
});
