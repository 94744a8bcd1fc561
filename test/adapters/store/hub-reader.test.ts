import { createAuditProgressStore } from '../../../functions/adapters/aws/audit-progress.ts';
import { createAuditedPlaces } from '../../../functions/adapters/aws/audited-places.ts';
import { readAudits } from '../../../functions/adapters/aws/hub-reader.ts';
import { versionIs } from '../../../functions/adapters/aws/table.ts';
import { absent, read } from '../../support/builders.ts';
import { startTable, type TestTable } from '../../support/table.ts';

const HOME = { account: '111111111111', region: 'eu-central-1' };
const ENDED = { account: '222222222222', region: 'eu-central-1' };
const MALFORMED = { account: '222222222222', region: 'eu-west-1' };
const NEW = { account: '333333333333', region: 'eu-central-1' };
const AT = '2026-03-01T10:00:00.000Z';

let store: TestTable;
beforeAll(async () => {
  store = await startTable();
});
afterAll(() => store.stop());

describe('given the table of a hub', () => {
  it('knows no audits before the first one', async () => {
    expect(await readAudits(store.table, 'hub')).toEqual(absent);
  });

  it('reads the audit of each place from its own row, and stumbles over none', async () => {
    const progress = { sweptUntil: null, reviewedRoleId: null, finishedAt: AT, version: 1 };
    await createAuditProgressStore(store.table, 'hub').saveProgress(progress, null);
    await createAuditProgressStore(store.table, 'hub', { account: ENDED.account, place: ENDED }).saveProgress(
      progress,
      null,
    );
    await store.table.put(`AUDIT#hub#${MALFORMED.account}#${MALFORMED.region}`, { version: 'odd' }, versionIs(null));
    const places = [HOME, ENDED, MALFORMED, NEW];
    await createAuditedPlaces(store.table, 'hub').savePlaces({ places, last: null, version: 1 }, null);
    expect(await readAudits(store.table, 'hub')).toEqual(
      read([
        // The deployment's row is that of what is done once for all places.
        { ...HOME, finishedAt: read(null) },
        { ...ENDED, finishedAt: read(AT) },
        {
          ...MALFORMED,
          finishedAt: { kind: 'unreadable', because: 'The progress of the audit hub in the table is malformed.' },
        },
        { ...NEW, finishedAt: read(null) },
      ]),
    );
  });

  it('refuses a list of places that is none', async () => {
    await store.table.put('AUDIT#odd#PLACES', { places: 'none', version: 1 }, versionIs(null));
    await expect(readAudits(store.table, 'odd')).rejects.toThrow('malformed');
  });
});
