import { createLedgerLines, createSessionRecorder } from '../../../functions/adapters/aws/session-ledger.ts';
import type { Table } from '../../../functions/adapters/aws/table.ts';
import { createVerdictStore } from '../../../functions/adapters/aws/verdict-store.ts';
import { type LedgerLine, openVerdict } from '../../../functions/domain/ledger.ts';
import { anExecSession } from '../../support/exec-sessions.ts';
import { aLedgerLine } from '../../support/ledger.ts';
import { startTable, type TestTable } from '../../support/table.ts';

let store: TestTable;
beforeAll(async () => {
  store = await startTable();
});
afterAll(() => store.stop());

const lineOf = (sessionId: string, overrides: Partial<LedgerLine> = {}) =>
  aLedgerLine({ session: anExecSession({ sessionId }), ...overrides });
const recorder = (table: Table = store.table) => createSessionRecorder(table);
const findLine = (sessionId: string) => createLedgerLines(store.table).findLine(sessionId);
const findVerdict = (sessionId: string) => createVerdictStore(store.table).findVerdict(sessionId);

/** The table of a Lambda that is killed before its write of a key that begins so. */
const killedBefore = (prefix: string): Table => ({
  ...store.table,
  put: (key, row, condition) =>
    key.startsWith(prefix) ? Promise.reject(new Error('killed')) : store.table.put(key, row, condition),
});

describe('given a new session', () => {
  const line = lineOf('ecs-execute-command-new');

  it('is recorded with the open verdict from which the auditor begins', async () => {
    expect(await recorder().isKnown('ecs-execute-command-new')).toBe(false);
    expect(await recorder().recordSession(line)).toBe('recorded');
    expect(await findLine('ecs-execute-command-new')).toEqual({ kind: 'read', value: line });
    expect(await findVerdict('ecs-execute-command-new')).toEqual(openVerdict(line));
    expect(await recorder().isKnown('ecs-execute-command-new')).toBe(true);
  });

  it('expires 90 days after it started, and its verdict, which tells who and when, after 400', async () => {
    const expiring = (days: number) => ({ expiresAt: Date.parse(line.session.startedAt) / 1000 + days * 86_400 });
    expect(await store.rowAt('SESSION#ecs-execute-command-new')).toEqual(expect.objectContaining(expiring(90)));
    expect(await store.rowAt('VERDICT#ecs-execute-command-new')).toEqual(expect.objectContaining(expiring(400)));
  });
});

describe('given a session that is recorded again', () => {
  it('keeps its first line, even where the event has changed, and the verdict of that', async () => {
    const line = lineOf('ecs-execute-command-twice');
    await recorder().recordSession(line);
    const again = lineOf('ecs-execute-command-twice', { taskRoleArn: 'arn:aws:iam::111111111111:role/other' });
    expect(await recorder().recordSession(again)).toBe('known');
    expect(await findLine('ecs-execute-command-twice')).toEqual({ kind: 'read', value: line });
    expect(await findVerdict('ecs-execute-command-twice')).toEqual(openVerdict(line));
  });

  it('keeps the verdict that the auditor has settled since', async () => {
    const line = lineOf('ecs-execute-command-settled');
    await recorder().recordSession(line);
    const settled = {
      ...openVerdict(line),
      state: 'missing' as const,
      dueAt: null,
      settledAt: line.recordedAt,
      version: 2,
    };
    await createVerdictStore(store.table).saveVerdict(settled, 1);
    expect(await recorder().recordSession(line)).toBe('known');
    expect(await findVerdict('ecs-execute-command-settled')).toEqual(settled);
  });

  it('is recorded by exactly one of two recorders at once', async () => {
    const line = lineOf('ecs-execute-command-race');
    const answers = await Promise.all([recorder().recordSession(line), recorder().recordSession(line)]);
    expect(answers.sort()).toEqual(['known', 'recorded']);
    expect(await findVerdict('ecs-execute-command-race')).toEqual(openVerdict(line));
  });
});

describe('given a recorder that was killed between line and verdict', () => {
  it('does not know the session yet, and the next delivery writes the verdict of the first line', async () => {
    const line = lineOf('ecs-execute-command-killed');
    await expect(recorder(killedBefore('VERDICT#')).recordSession(line)).rejects.toThrow('killed');
    expect(await recorder().isKnown('ecs-execute-command-killed')).toBe(false);
    const later = lineOf('ecs-execute-command-killed', { taskRoleArn: null, recordedAt: '2023-02-11T06:40:00.000Z' });
    expect(await recorder().recordSession(later)).toBe('known');
    expect(await findVerdict('ecs-execute-command-killed')).toEqual(openVerdict(line));
    expect(await recorder().isKnown('ecs-execute-command-killed')).toBe(true);
  });

  it('writes no verdict where the line was not written', async () => {
    const line = lineOf('ecs-execute-command-lost');
    await expect(recorder(killedBefore('SESSION#')).recordSession(line)).rejects.toThrow('killed');
    expect(await findVerdict('ecs-execute-command-lost')).toBeUndefined();
  });

  it('heals a line of the version without verdicts', async () => {
    const session = anExecSession({ sessionId: 'ecs-execute-command-old' });
    await store.forge('SESSION#ecs-execute-command-old', { ...session });
    const line = lineOf('ecs-execute-command-old');
    expect(await recorder().recordSession(line)).toBe('known');
    expect(await findVerdict('ecs-execute-command-old')).toEqual({ ...openVerdict(line), taskRoleArn: null });
  });

  it('opens the verdict of the event where the line that stands there cannot be read', async () => {
    await store.forge('SESSION#ecs-execute-command-odd', { sessionId: 'something' });
    const line = lineOf('ecs-execute-command-odd');
    expect(await recorder().recordSession(line)).toBe('known');
    expect(await findVerdict('ecs-execute-command-odd')).toEqual(openVerdict(line));
  });
});

describe('given a table that throttles', () => {
  it('throws, so that the queue asks again', async () => {
    const throttled: Table = {
      ...store.table,
      read: () => Promise.reject(new Error('throttled')),
      put: () => Promise.reject(new Error('throttled')),
    };
    await expect(recorder(throttled).isKnown('x')).rejects.toThrow('throttled');
    await expect(recorder(throttled).recordSession(lineOf('x'))).rejects.toThrow('throttled');
  });
});
