import type { VerdictStore } from '../../ports.ts';
import { type Row, readRows, type Table, versionIs } from './table.ts';
import { TABLE_INDEXES, WORK_LISTS } from './table-keys.ts';
import { rowOfVerdict, sessionIdOfRow, verdictKey, verdictOfRow, workOrderOf } from './verdict-rows.ts';

/** Verdicts in DynamoDB. Settled ones leave the index of unfinished work with the write that settles them. */
export function createVerdictStore(table: Table): VerdictStore {
  return {
    async findVerdict(sessionId) {
      const row = await table.read(verdictKey(sessionId));
      return row === undefined ? undefined : verdictOfRow(row);
    },

    async saveVerdict(verdict, expectedVersion) {
      const written = await table.put(verdictKey(verdict.sessionId), rowOfVerdict(verdict), versionIs(expectedVersion));
      return written === 'written' ? 'saved' : 'conflict';
    },

    async *dueVerdicts(until, onMalformed) {
      const due = { sortUpTo: workOrderOf(until) };
      const leaveOut = onMalformed && ((row: Row, error: unknown) => onMalformed(sessionIdOfRow(row), error));
      for await (const rows of table.query(TABLE_INDEXES.work, WORK_LISTS.sessions, due)) {
        yield readRows(rows, verdictOfRow, leaveOut);
      }
    },

    async *verdictsOfDay(day) {
      for await (const rows of table.query(TABLE_INDEXES.day, day)) {
        yield rows.map(verdictOfRow);
      }
    },
  };
}
