import fc from 'fast-check';
import {
  createTrackedTickets,
  digestOfDraft,
  type TicketRows,
} from '../../../functions/adapters/tickets/tracked-tickets.ts';
import { type Tracker, TrackerLater } from '../../../functions/adapters/tickets/tracker.ts';
import type { TicketDraft } from '../../../functions/ports.ts';
import { digestOf } from '../../support/digest.ts';
import { memoryTicketRows } from '../../support/fakes/ticket-rows.ts';
import { MemoryTracker } from '../../support/vendors/memory-tracker.ts';

const STEP_MILLISECONDS = 2000;

/** What becomes of a worker at one of its calls: it dies before or after the call is carried out, or gets no answer. */
interface Trouble {
  readonly call: number;
  readonly kind: 'killed-before' | 'killed-after' | 'unanswered';
}

interface Round {
  /** Workers at once, each with the next report and its trouble. */
  readonly workers: readonly (Trouble | null)[];
  readonly person: 'close' | 'delete' | 'nothing';
  /** The person acts while the workers run, or after them. */
  readonly during: boolean;
  readonly waitSeconds: number;
}

const trouble: fc.Arbitrary<Trouble> = fc.record({
  // Most often around the opening, which is the fifth call of a worker that finds no ticket.
  call: fc.constantFrom(0, 1, 2, 3, 3, 4, 4, 4, 5, 5, 5, 6),
  kind: fc.constantFrom('killed-before', 'killed-after', 'unanswered'),
});

const rounds: fc.Arbitrary<readonly Round[]> = fc.array(
  fc.record({
    workers: fc.array(fc.option(trouble, { freq: 2 }), { minLength: 1, maxLength: 4 }),
    person: fc.constantFrom('close', 'delete', 'nothing'),
    during: fc.boolean(),
    waitSeconds: fc.constantFrom(0, 61, 61, 301, 400),
  }),
  { minLength: 1, maxLength: 5 },
);

const aDraft = (denials: number): TicketDraft => ({
  fingerprint: 'f00d',
  title: 'A transcript was lost',
  body: `${denials} denials`,
  severity: denials % 3 === 0 ? 'high' : 'medium',
  facts: { denials: String(denials) },
});

/** A world in which every call of every worker waits for its turn. */
function aWorld(scheduler: fc.Scheduler, lagSeconds: number) {
  let now = Date.parse('2026-03-01T10:00:00Z');
  let owners = 0;
  const clock = () => new Date(now);
  const tracker = new MemoryTracker(clock, lagSeconds);
  const rows = memoryTicketRows();
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };

  async function file(denials: number, met: Trouble | null): Promise<'filed' | 'later' | 'killed'> {
    let calls = 0;
    let die: () => void = () => undefined;
    const death = new Promise<'killed'>((resolve) => {
      die = () => resolve('killed');
    });
    const killed = () => {
      die();
      return new Promise<never>(() => undefined);
    };
    const step =
      <Input extends unknown[], Output>(name: string, call: (...input: Input) => Promise<Output>) =>
      async (...input: Input): Promise<Output> => {
        const kind = met?.call === calls++ ? met.kind : null;
        await scheduler.schedule(Promise.resolve(), name);
        pass(STEP_MILLISECONDS);
        if (kind === 'killed-before') return killed();
        const output = await call(...input);
        if (kind === 'killed-after') return killed();
        if (kind === 'unanswered') throw new TrackerLater('No answer', 60);
        return output;
      };
    const slowTracker: Tracker = {
      find: step('find', (fingerprint) => tracker.find(fingerprint)),
      open: step('open', tracker.open),
      update: step('update', tracker.update),
      close: step('close', tracker.close),
    };
    const slowRows: TicketRows = {
      read: step('read', rows.read),
      claim: step('claim', rows.claim),
      save: step('save', rows.save),
      release: step('release', rows.release),
    };
    const tickets = createTrackedTickets(slowTracker, slowRows, {
      clock,
      digest: digestOf,
      owner: () => `worker-${++owners}`,
    });
    const filed = tickets.fileTicket(aDraft(denials)).then(
      () => 'filed' as const,
      (error: unknown) => {
        if (error instanceof TrackerLater) return 'later' as const;
        throw error;
      },
    );
    return Promise.race([filed, death]);
  }

  const person = (act: Round['person']) => {
    const ticket = tracker.tickets().find(({ isOpen }) => isOpen);
    if (ticket === undefined || act === 'nothing') return;
    if (act === 'close') tracker.closeByHand(ticket.ticketId);
    else tracker.deleteByHand(ticket.ticketId);
  };

  return { tracker, file, person, pass, openTickets: () => tracker.tickets().filter(({ isOpen }) => isOpen) };
}

describe('given any interleaving of workers, kills, deletions and closings', () => {
  it('ends with exactly one open ticket that says the last report, and writes nothing without a change', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        rounds,
        fc.constantFrom(0, 60, 200, 240),
        async (scheduler, played, lagSeconds) => {
          const world = aWorld(scheduler, lagSeconds);
          let denials = 0;
          for (const { workers, person, during, waitSeconds } of played) {
            const running = workers.map((met) => world.file(++denials, met));
            if (during) scheduler.schedule(Promise.resolve(), person).then(() => world.person(person));
            await scheduler.waitFor(Promise.all(running));
            await scheduler.waitIdle();
            if (!during) world.person(person);
            expect(world.openTickets().length).toBeLessThanOrEqual(1);
            world.pass(waitSeconds * 1000);
          }
          denials += 1;
          let last = 'later';
          for (let attempt = 0; last === 'later' && attempt < 3; attempt += 1) {
            world.pass(1000_000);
            last = await scheduler.waitFor(world.file(denials, null));
          }
          expect(last).toBe('filed');
          expect(world.openTickets().map(({ digest }) => digest)).toEqual([digestOfDraft(aDraft(denials), digestOf)]);
          const troubles = played.flatMap(({ workers }) => workers.filter((met) => met !== null)).length;
          const repeated = world.tracker.writes.filter(({ changes }) => !changes);
          expect(repeated.length).toBeLessThanOrEqual(troubles);
          const opened = world.tracker.writes.filter(({ kind }) => kind === 'open').length;
          expect(opened).toBeLessThanOrEqual(1 + played.filter(({ person }) => person === 'delete').length);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
