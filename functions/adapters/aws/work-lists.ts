import { HOME_ROWS, type RowScope } from '../../domain/jurisdiction.ts';
import type { WorkLists } from '../../ports.ts';
import { attachedRoleOfRow, openCaseOfRow } from './case-rows.ts';
import { type Row, readRows, type Table } from './table.ts';
import { isOfScope, placedKey, TABLE_INDEXES, WORK_LISTS } from './table-keys.ts';

/** What the remediator left to be looked after, from the sparse index: policies of the scope, and cases of every place. */
export function createWorkLists(table: Table, scope: RowScope = HOME_ROWS): WorkLists {
  return {
    async *attachedPolicies(afterRoleId, onMalformed) {
      const first = placedKey(scope, afterRoleId ?? '');
      const range = first === '' ? {} : { after: first };
      for await (const rows of table.query(TABLE_INDEXES.work, WORK_LISTS.attachedPolicies, range)) {
        const own = rows.filter((row) => isOfScope(scope, String(row['workOrder'])));
        yield readRows(own, (row) => attachedRoleOfRow(row, scope), onlyError(onMalformed));
        // The list is sorted: what follows another place's rows is of other places too.
        if (scope.place !== null && own.length < rows.length) return;
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
