import { type LedgerLine, openVerdict } from '../../domain/ledger.ts';
import type { Reading } from '../../domain/observation.ts';
import type { LedgerLines, SessionLedger, SessionRecorder } from '../../ports.ts';
import { ABSENT, read, readingOf, unreadable } from './errors.ts';
import { lineOfRow, rowOfLine } from './ledger-rows.ts';
import { NOT_THERE, type Table } from './table.ts';
import { TABLE_PREFIXES } from './table-keys.ts';
import { rowOfVerdict, verdictKey } from './verdict-rows.ts';

const keyOf = (sessionId: string) => `${TABLE_PREFIXES.session}${sessionId}`;

/** The ledger in DynamoDB, for those who correlate denials: a session outside ECS Exec is none that they could mean. */
export function createSessionLedger(table: Table): SessionLedger {
  const lines = createLedgerLines(table);
  return {
    async findSession(sessionId) {
      const line = await lines.findLine(sessionId);
      if (line.kind !== 'read') return line;
      return line.value.kind === 'exec' ? read(line.value.session) : ABSENT;
    },
  };
}

/** The ledger in DynamoDB, for the auditor. A line that does not agree with itself is unreadable, never believed. */
export function createLedgerLines(table: Table): LedgerLines {
  const findLine = async (sessionId: string): Promise<Reading<LedgerLine>> => {
    const row = await table.read(keyOf(sessionId));
    if (row === undefined) return ABSENT;
    const line = lineOfRow(row, sessionId);
    return line === null ? unreadable('the line of this session in the ledger is malformed') : read(line);
  };
  return {
    findLine: (sessionId) =>
      readingOf(findLine(sessionId), { call: 'reading the session ledger', unreadable: ['ResourceNotFound'] }),
  };
}

/** The ledger in DynamoDB, for the recorder. */
export function createSessionRecorder(table: Table): SessionRecorder {
  return {
    // A line whose verdict a killed Lambda did not write is not known yet: recording it again is what writes the verdict.
    async isKnown(sessionId) {
      // The verdict is written after the line: where it stands, both do.
      return (await table.read(verdictKey(sessionId))) !== undefined;
    },

    async recordSession(line) {
      const { sessionId } = line.session;
      const written = await table.put(keyOf(sessionId), rowOfLine(line), NOT_THERE);
      const standing = written === 'written' ? line : await standingLine(table, line);
      await table.put(verdictKey(sessionId), rowOfVerdict(openVerdict(standing)), NOT_THERE);
      return written === 'written' ? 'recorded' : 'known';
    },
  };
}

/** The line that was there first; where nobody can read it, the session is audited by what its event says. */
async function standingLine(table: Table, line: LedgerLine): Promise<LedgerLine> {
  const { sessionId } = line.session;
  const row = await table.read(keyOf(sessionId));
  return (row === undefined ? null : lineOfRow(row, sessionId)) ?? line;
}
