import { createAuditProgressStore } from '../../../functions/adapters/aws/audit-progress.ts';
import type { AuditProgress } from '../../../functions/ports.ts';
import { startTable, type TestTable } from '../../support/table.ts';

const FIRST: AuditProgress = {
  sweptUntil: '2026-03-01T10:00:00.000Z',
  reviewedRoleId: null,
  finishedAt: null,
  version: 1,
};

let store: TestTable;
beforeAll(async () => {
  store = await startTable();
});
afterAll(() => store.stop());

const progressOf = (deploymentId: string) => createAuditProgressStore(store.table, deploymentId);

describe('given the progress of a deployment', () => {
  it('is undefined before the first audit, and read back as it was saved', async () => {
    expect(await progressOf('first').readProgress()).toBeUndefined();
    expect(await progressOf('first').saveProgress(FIRST, null)).toBe('saved');
    expect(await progressOf('first').readProgress()).toEqual(FIRST);
  });

  it('is saved over the version that was read, and no other', async () => {
    await progressOf('next').saveProgress(FIRST, null);
    const second = { ...FIRST, reviewedRoleId: 'AROA1', finishedAt: '2026-03-01T10:15:00.000Z', version: 2 };
    expect(await progressOf('next').saveProgress(second, 1)).toBe('saved');
    expect(await progressOf('next').saveProgress(second, 1)).toBe('conflict');
    expect(await progressOf('next').saveProgress(FIRST, null)).toBe('conflict');
    expect(await progressOf('next').readProgress()).toEqual(second);
  });

  it('is saved by exactly one of two auditors at once', async () => {
    const answers = await Promise.all([
      progressOf('race').saveProgress(FIRST, null),
      progressOf('race').saveProgress(FIRST, null),
    ]);
    expect(answers.sort()).toEqual(['conflict', 'saved']);
  });

  it('never expires', async () => {
    expect(await store.rowAt('AUDIT#first')).toEqual({ pk: 'AUDIT#first', sk: 'ITEM', ...FIRST });
  });

  it('throws where it is malformed', async () => {
    await store.forge('AUDIT#odd', { ...FIRST, sweptUntil: 'yesterday' });
    await expect(progressOf('odd').readProgress()).rejects.toThrow('The progress of the audit odd in the table');
  });
});
