import { createLedgerLines, createSessionLedger } from '../../../functions/adapters/aws/session-ledger.ts';
import { createTable, type Table } from '../../../functions/adapters/aws/table.ts';
import type { LedgerLine } from '../../../functions/domain/ledger.ts';
import { anExecSession } from '../../support/exec-sessions.ts';
import { aLedgerLine } from '../../support/ledger.ts';
import { startTable, type TestTable } from '../../support/table.ts';

let store: TestTable;
beforeAll(async () => {
  store = await startTable();
});
afterAll(() => store.stop());

const SESSION_ID = 'ecs-execute-command-first';
const HONEST = anExecSession({ sessionId: SESSION_ID });
const MALFORMED = { kind: 'unreadable', because: 'the line of this session in the ledger is malformed' };

const findSession = (sessionId: string) => createSessionLedger(store.table).findSession(sessionId);
const findLine = (sessionId: string) => createLedgerLines(store.table).findLine(sessionId);
const forge = (row: object) => store.forge(`SESSION#${SESSION_ID}`, { ...row });

/** The line as the table holds it. */
function rowOf({ session, ...line }: LedgerLine): object {
  return { ...session, ...line };
}

describe('given a session that nobody recorded', () => {
  it('is absent', async () => {
    expect(await findSession('ecs-execute-command-nobody')).toEqual({ kind: 'absent' });
    expect(await findLine('ecs-execute-command-nobody')).toEqual({ kind: 'absent' });
  });
});

describe('given a line of the version before targets were resolved', () => {
  it('is a session of ECS Exec whose target has to be resolved', async () => {
    await forge(HONEST);
    expect(await findSession(SESSION_ID)).toEqual({ kind: 'read', value: HONEST });
    expect(await findLine(SESSION_ID)).toEqual({
      kind: 'read',
      value: {
        kind: 'exec',
        session: HONEST,
        sourceIdentity: null,
        taskRoleArn: null,
        target: { kind: 'unresolved', because: 'recorded by a version that did not resolve targets' },
        recordedAt: HONEST.startedAt,
      },
    });
  });
});

describe('given a session outside ECS Exec', () => {
  it('is a line for the auditor and no session that a denial could mean', async () => {
    const line = aLedgerLine({
      kind: 'outside-exec',
      session: { ...HONEST, containerName: `${HONEST.taskId}-1527056392` },
      target: { kind: 'unresolved', because: 'a session outside ECS Exec is written nowhere' },
    });
    await forge(rowOf(line));
    expect(await findSession(SESSION_ID)).toEqual({ kind: 'absent' });
    expect(await findLine(SESSION_ID)).toEqual({ kind: 'read', value: line });
  });
});

describe('given a forged or malformed line', () => {
  it.each([
    { name: 'a field is missing', row: { sessionId: SESSION_ID } },
    { name: 'the account is another than that of the task', row: { ...HONEST, account: '999999999999' } },
    { name: 'the task id is another than that of the task', row: { ...HONEST, taskId: 'f'.repeat(32) } },
    { name: 'the task belongs to another cluster', row: { ...HONEST, clusterArn: `${HONEST.clusterArn}-2` } },
    { name: 'the line is of another session', row: anExecSession({ sessionId: 'ecs-execute-command-other' }) },
    { name: 'the time is no time', row: { ...HONEST, startedAt: 'yesterday' } },
    { name: 'the kind is unknown', row: { ...rowOf(aLedgerLine({ session: HONEST })), kind: 'other' } },
    { name: 'only the kind is there', row: { ...HONEST, kind: 'exec' } },
    { name: 'the target is none', row: { ...rowOf(aLedgerLine({ session: HONEST })), target: { kind: 'target' } } },
  ])('is unreadable where $name', async ({ row }) => {
    await forge(row);
    expect(await findSession(SESSION_ID)).toEqual(MALFORMED);
    expect(await findLine(SESSION_ID)).toEqual(MALFORMED);
  });

  it('is read where every field agrees', async () => {
    const line = aLedgerLine({ session: HONEST });
    await forge(rowOf(line));
    expect(await findSession(SESSION_ID)).toEqual({ kind: 'read', value: HONEST });
    expect(await findLine(SESSION_ID)).toEqual({ kind: 'read', value: line });
  });
});

describe('given a table that does not answer', () => {
  const failing = (name: string): Table => ({
    ...store.table,
    read: () => Promise.reject(Object.assign(new Error('no'), { name })),
  });

  it('is unreadable where the table does not exist', async () => {
    const elsewhere = createTable(store.client, 'no-such-table');
    expect(await createSessionLedger(elsewhere).findSession('ecs-execute-command-a')).toEqual({
      kind: 'unreadable',
      because: 'reading the session ledger failed (ResourceNotFound)',
    });
  });

  it('is unreadable where access is denied', async () => {
    expect(await createLedgerLines(failing('AccessDeniedException')).findLine('x')).toEqual({
      kind: 'unreadable',
      because: 'reading the session ledger is not permitted (AccessDenied)',
    });
  });

  it('throws where the table throttles, so that the queue asks again', async () => {
    const throttled = failing('ProvisionedThroughputExceededException');
    await expect(createSessionLedger(throttled).findSession('x')).rejects.toThrow('no');
    await expect(createLedgerLines(throttled).findLine('x')).rejects.toThrow('no');
  });
});
