import { createSessionLedger, createSessionRecorder } from '../../../functions/adapters/aws/session-ledger.ts';
import { createTable, type Table } from '../../../functions/adapters/aws/table.ts';
import { anExecSession } from '../../support/exec-sessions.ts';
import { startTable, type TestTable } from '../../support/table.ts';

let store: TestTable;
beforeAll(async () => {
  store = await startTable();
});
afterAll(() => store.stop());

const keyOf = (sessionId: string) => `SESSION#${sessionId}`;

describe('given a session that nobody recorded', () => {
  it('is absent', async () => {
    expect(await createSessionLedger(store.table).findSession('ecs-execute-command-nobody')).toEqual({
      kind: 'absent',
    });
  });
});

describe('given a recorded session', () => {
  const session = anExecSession({ sessionId: 'ecs-execute-command-first', personArn: null });

  it('is read back as it was, null fields too', async () => {
    expect(await createSessionRecorder(store.table).recordSession(session)).toBe('recorded');
    expect(await createSessionLedger(store.table).findSession(session.sessionId)).toEqual({
      kind: 'read',
      value: session,
    });
  });

  it('keeps its first line when the event comes again, even changed', async () => {
    const again = { ...session, containerName: 'other' };
    expect(await createSessionRecorder(store.table).recordSession(again)).toBe('known');
    expect(await createSessionLedger(store.table).findSession(session.sessionId)).toEqual({
      kind: 'read',
      value: session,
    });
  });

  it('expires 400 days after it started', async () => {
    const row = await store.rowAt(keyOf(session.sessionId));
    expect(row?.['expiresAt']).toBe(Date.parse(session.startedAt) / 1000 + 400 * 86_400);
  });
});

describe('given two recorders with the same session', () => {
  it('lets exactly one of them record it', async () => {
    const session = anExecSession({ sessionId: 'ecs-execute-command-race' });
    const recorder = createSessionRecorder(store.table);
    const answers = await Promise.all([recorder.recordSession(session), recorder.recordSession(session)]);
    expect(answers.sort()).toEqual(['known', 'recorded']);
  });
});

describe('given a forged or malformed line', () => {
  const sessionId = 'ecs-execute-command-forged';
  const honest = anExecSession({ sessionId });

  it.each([
    { name: 'a field is missing', row: { sessionId } },
    { name: 'the account is another than that of the task', row: { ...honest, account: '999999999999' } },
    { name: 'the task id is another than that of the task', row: { ...honest, taskId: 'f'.repeat(32) } },
    { name: 'the task belongs to another cluster', row: { ...honest, clusterArn: `${honest.clusterArn}-2` } },
    { name: 'the line is of another session', row: anExecSession({ sessionId: 'ecs-execute-command-other' }) },
    { name: 'the time is no time', row: { ...honest, startedAt: 'yesterday' } },
  ])('is unreadable where $name', async ({ row }) => {
    await store.forge(keyOf(sessionId), { ...row });
    expect(await createSessionLedger(store.table).findSession(sessionId)).toEqual({
      kind: 'unreadable',
      because: 'the line of this session in the ledger is malformed',
    });
  });

  it('is read where every field agrees', async () => {
    await store.forge(keyOf(sessionId), { ...honest });
    expect(await createSessionLedger(store.table).findSession(sessionId)).toEqual({ kind: 'read', value: honest });
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
    expect(await createSessionLedger(failing('AccessDeniedException')).findSession('x')).toEqual({
      kind: 'unreadable',
      because: 'reading the session ledger is not permitted (AccessDenied)',
    });
  });

  it('throws where the table throttles, so that the queue asks again', async () => {
    const throttled = createSessionLedger(failing('ProvisionedThroughputExceededException'));
    await expect(throttled.findSession('x')).rejects.toThrow('no');
  });
});
