import { type SweepOptions, sweep } from '../../functions/flow/sweep.ts';
import type { HistoryQuery } from '../../functions/ports.ts';
import { anExecRecord } from '../support/auditor.ts';
import { anExecSession } from '../support/builders.ts';

const NOW = new Date('2026-04-01T00:00:00Z');
const DAY = 86_400_000;
const PAGE = 50;

/** The questions of a sweep over a history, which gives the newest records first and no more than were asked for. */
async function questionsOf(times: readonly number[], options: Partial<SweepOptions> = {}) {
  const asked: HistoryQuery[] = [];
  const sent: string[] = [];
  const findRecords = async (query: HistoryQuery) => {
    asked.push(query);
    const { from, to, maxPages, value } = query;
    const hit = times
      .filter((time) => value === 'ExecuteCommand' && time >= from.getTime() && time <= to.getTime())
      .sort((left, right) => right - left);
    const records = hit.slice(0, maxPages * PAGE).map((time) => {
      const startedAt = new Date(time).toISOString();
      return anExecRecord(anExecSession({ startedAt, sessionId: `ecs-execute-command-${time}` }));
    });
    return { kind: 'read', value: { records, complete: records.length === hit.length } } as const;
  };
  await sweep(
    {
      sweptUntil: null,
      since: new Date(NOW.getTime() - 90 * DAY),
      now: NOW,
      longestSliceMilliseconds: DAY,
      hasTime: () => true,
      onFound: ({ sessionId }) => sent.push(sessionId),
      ...options,
    },
    {
      history: { findRecords },
      recorder: { isKnown: async () => false },
      sessions: { sendLater: async () => undefined },
    },
  );
  return { asked, sent };
}

it('asks in seconds while a storm lasts, and in days again after it', async () => {
  const start = NOW.getTime() - 89 * DAY;
  // 3,000 sessions in 10 minutes; no slice longer than three of them can be told.
  const storm = Array.from({ length: 3000 }, (_, index) => start + index * 200);
  const { asked, sent } = await questionsOf(storm);
  expect(new Set(sent).size).toBe(3000);
  // 90 quiet days are 180 questions.
  expect(asked.length).toBeLessThan(300);
});

it.each([
  ['a first sweep', { sweptUntil: null }],
  ['one that goes on', { sweptUntil: '2026-01-02T00:00:00.000Z' }],
])('asks in %s for nothing from before the history begins', async (_, options) => {
  const historyBegins = new Date('2026-01-05T00:00:00Z');
  const { asked } = await questionsOf([], { ...options, historyBegins });
  expect(asked[0]?.from).toEqual(historyBegins);
});
