import fc from 'fast-check';
import { accountOfMoreWays } from './ledger-ways.ts';
import { LedgerPlay, MINUTE, type SessionKind } from './ledger-world.ts';
import { POLICY } from './whole-end.ts';

/** Whether the next events arrive: all of them, twice and the last one first, or not at all. */
type Delivery = 'once' | 'twice' | 'lost';

type Step =
  | { readonly kind: 'session'; readonly of: SessionKind; readonly delivery: Delivery; readonly minutes: number }
  | { readonly kind: 'time'; readonly minutes: number }
  | { readonly kind: 'audit' | 'two audits' | 'policy removed' }
  | { readonly kind: 'audit killed'; readonly call: number; readonly goesThrough: boolean }
  | { readonly kind: 'audit without'; readonly service: 'dynamodb' | 'ssm' | 'logs' | 'cloudtrail' | 'sqs' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('session' as const),
      of: fc.constantFrom('recorded', 'in the bucket', 'an empty stream', 'refused', 'missing', 'killed', 'denied'),
      delivery: fc.constantFrom('once', 'twice', 'lost'),
      minutes: fc.integer({ min: 0, max: 50 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('time' as const), minutes: fc.integer({ min: 0, max: 60 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('audit' as const, 'two audits' as const, 'policy removed' as const) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('audit killed' as const),
      call: fc.integer({ min: 0, max: 40 }),
      goesThrough: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('audit without' as const),
      service: fc.constantFrom('dynamodb', 'ssm', 'logs', 'cloudtrail', 'sqs'),
    }),
  },
);

let play: LedgerPlay;

beforeAll(async () => {
  play = await LedgerPlay.start({ account: accountOfMoreWays(), lookupLagMs: 10 * MINUTE });
  await play.audit();
}, 60_000);

afterAll(() => play.close());

async function take(next: Step): Promise<void> {
  const { deployment, account } = play.system;
  switch (next.kind) {
    case 'session': {
      const { of, delivery, minutes } = next;
      const lost = delivery === 'lost';
      Object.assign(deployment.bus.faults, {
        lost: () => lost,
        copies: delivery === 'twice' ? 2 : 1,
        reversed: delivery === 'twice',
      });
      await play.session(of, { minutes });
      return;
    }
    case 'time':
      return play.passes(next.minutes);
    case 'audit':
      await play.audit();
      return;
    case 'two audits':
      await Promise.all([play.audit(), play.audit()]);
      return;
    case 'policy removed':
      if (play.policies().includes(POLICY)) await play.removePolicy();
      return;
    case 'audit killed':
      await play.auditKilledAt(next.call, next.goesThrough);
      return;
    case 'audit without':
      account.faults.add({ service: next.service, kind: '500', times: 8 });
      await play.audit();
      account.faults.clear();
  }
}

/** Whether the account holds a transcript of this session, wherever that may be. */
function holdsTranscript(sessionId: string): boolean {
  const { logEvents, objectTexts } = play.system.account.stores;
  return (
    [...logEvents].some(([key, events]) => key.endsWith(`:${sessionId}`) && events.length > 0) ||
    [...objectTexts.keys()].some((key) => key.endsWith(`${sessionId}.log`))
  );
}

/** Whether CloudTrail holds a denied CreateLogStream of this session's stream. */
function wasDenied(sessionId: string): boolean {
  return play.system.account.state.cloudtrail.records.some(
    ({ eventName, errorCode, errorMessage }) =>
      eventName === 'CreateLogStream' && errorCode === 'AccessDenied' && String(errorMessage).includes(sessionId),
  );
}

it('gives every session exactly one verdict, which agrees with what the account holds, whatever happens on the way', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
      const from = play.opened.length;
      for (const next of steps) await take(next);
      await play.audited();
      await play.audit(15);
      await play.audit(45);
      // A stream without events is waited for for two hours.
      await play.audit(130);
      await play.passes(5);
      const verdicts = await play.system.ledger.verdicts();
      const found = play.opened.slice(from).map((id) => verdicts.filter(({ sessionId }) => sessionId === id));
      const { deadLetters, refusedToUs, policyWrites } = await play.end();

      expect(found.map(({ length }) => length)).toEqual(found.map(() => 1));
      expect(found.flat().filter(({ settledAt, dueAt }) => settledAt === null || dueAt !== null)).toEqual([]);
      for (const { sessionId, state } of found.flat()) {
        expect([state, state === 'recorded', state === 'denied']).toEqual([
          state,
          holdsTranscript(sessionId),
          wasDenied(sessionId),
        ]);
      }
      expect({ deadLetters, refusedToUs }).toEqual({ deadLetters: 0, refusedToUs: [] });
      expect(policyWrites.filter((write) => !/^Remediator:/.test(write))).toEqual([]);
    }),
    { numRuns: 12 },
  );
}, 120_000);
