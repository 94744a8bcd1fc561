import { createDeniedSessions } from '../../../functions/adapters/aws/denied-sessions.ts';
import { startTable, type TestTable } from '../../support/table.ts';

const NOW = new Date('2026-03-01T10:00:00Z');
const DENIED = { sessionId: 'ecs-execute-command-1', fingerprint: 'f1', eventId: 'event-1' };

let store: TestTable;
beforeAll(async () => {
  store = await startTable();
});
afterAll(() => store.stop());

const deniedSessions = () => createDeniedSessions(store.table, () => NOW);

describe('given the denial of a session', () => {
  it('is undefined until it is noted, and read back as it was', async () => {
    expect(await deniedSessions().findDeniedSession(DENIED.sessionId)).toBeUndefined();
    await deniedSessions().noteDeniedSession(DENIED);
    expect(await deniedSessions().findDeniedSession(DENIED.sessionId)).toEqual(DENIED);
  });

  it('says which call was denied, where that is not the delivery', async () => {
    const denied = { sessionId: 'ecs-execute-command-2', fingerprint: 'f2', eventId: 'event-3' };
    const noted = { ...denied, companion: 'session-key' } as const;
    await deniedSessions().noteDeniedSession(noted);
    expect(await deniedSessions().findDeniedSession(denied.sessionId)).toEqual(noted);
  });

  it('keeps its first note', async () => {
    await deniedSessions().noteDeniedSession({ ...DENIED, fingerprint: 'f2', eventId: 'event-2' });
    expect(await deniedSessions().findDeniedSession(DENIED.sessionId)).toEqual(DENIED);
  });

  it('is told to its own place alone: a member that names the session of another one does not speak for it', async () => {
    const place = { account: '222222222222', region: 'ap-northeast-1' };
    const member = createDeniedSessions(store.table, () => NOW, { account: place.account, place });
    expect(await member.findDeniedSession(DENIED.sessionId)).toBeUndefined();
    const lie = { ...DENIED, fingerprint: 'f3', eventId: 'event-4' };
    await member.noteDeniedSession(lie);
    expect(await member.findDeniedSession(DENIED.sessionId)).toEqual(lie);
    expect(await deniedSessions().findDeniedSession(DENIED.sessionId)).toEqual(DENIED);
  });

  it('is forgotten after 400 days', async () => {
    expect((await store.rowAt(`DENIAL#${DENIED.sessionId}`))?.['expiresAt']).toBe(NOW.getTime() / 1000 + 400 * 86_400);
  });

  it.each([
    { name: 'names no case', row: { sessionId: 'odd', eventId: 'event-1' } },
    { name: 'is of another session', row: DENIED },
  ])('throws where the note $name', async ({ row }) => {
    await store.forge('DENIAL#odd', row);
    await expect(deniedSessions().findDeniedSession('odd')).rejects.toThrow(
      'The note of the denial of session odd in the table is malformed.',
    );
  });
});
