import type { SessionEvidence } from '../../functions/domain/audit-session.ts';
import { withAnswer } from '../../functions/flow/session-evidence.ts';
import type { HistoryQuery } from '../../functions/ports.ts';
import { absent, read } from '../support/builders.ts';
import { aLedgerLine } from '../support/ledger.ts';

const unasked = () => {
  throw new Error('is not asked');
};

/** The aftermath of a session, so many minutes after it began; with the question to CloudTrail's history. */
async function aftermathAfter(minutes: number) {
  const line = aLedgerLine();
  const startedAt = Date.parse(line.session.startedAt);
  const asked: HistoryQuery[] = [];
  const evidence: SessionEvidence = {
    target: line.target,
    transcript: null,
    note: null,
    lifetime: null,
    aftermath: null,
  };
  const { aftermath } = await withAnswer(
    'aftermath',
    line,
    evidence,
    {
      transcripts: { findStream: unasked, findObject: unasked },
      denied: { findDeniedSession: unasked },
      lifetimes: { findLifetime: unasked },
      history: {
        findRecords: async (query) => {
          asked.push(query);
          return read({ records: [], complete: true });
        },
      },
      logGroups: { findLogGroup: async () => absent },
      ecs: { findTask: async () => absent, findCluster: unasked, findTaskDefinition: unasked },
    },
    new Date(startedAt + minutes * 60_000),
  );
  const from = asked[0]?.from.getTime() ?? 0;
  return { minutesBefore: (startedAt - from) / 60_000, history: aftermath?.history };
}

const HISTORY_MINUTES = 90 * 24 * 60 - 10;

it.each([
  ['whose half hour before it the history holds', HISTORY_MINUTES - 30, 30, true],
  ['whose half hour before it is half gone', HISTORY_MINUTES - 15, 15, true],
  ['that began with the history', HISTORY_MINUTES, 0, true],
  ['that began before the history', HISTORY_MINUTES + 1, -1, false],
])('asks about a session %s for no more than there is', async (_, minutes, minutesBefore, complete) => {
  expect(await aftermathAfter(minutes)).toEqual({ minutesBefore, history: read({ records: [], complete }) });
});
