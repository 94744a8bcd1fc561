import type { WorkLists } from '../../ports.ts';
import { attachedRoleOfRow, openCaseOfRow } from './case-rows.ts';
import { type Row, readRows, type Table } from './table.ts';
import { TABLE_INDEXES, WORK_LISTS } from './table-keys.ts';

/** What the remediator left to be looked after, from the sparse index: nothing that is finished is read. */
export function createWorkLists(table: Table): WorkLists {
  return {
    async *attachedPolicies(afterRoleId, onMalformed) {
      const range = afterRoleId === null ? {} : { after: afterRoleId };
      for await (const rows of table.query(TABLE_INDEXES.work, WORK_LISTS.attachedPolicies, range)) {
        yield readRows(rows, attachedRoleOfRow, onlyError(onMalformed));
      }
    },

    async *openCases(onMalformed) {
      for await (const rows of table.query(TABLE_INDEXES.work, WORK_LISTS.cases)) {
        yield readRows(rows, openCaseOfRow, onlyError(onMalformed));
      }
    },
  };
}

/** The error names the row. */
function onlyError(onMalformed: ((error: unknown) => void) | undefined) {
  return onMalformed && ((_row: Row, error: unknown) => onMalformed(error));
}
