import { createCaseStore } from '../../../functions/adapters/aws/case-store.ts';
import type { Case } from '../../../functions/domain/case.ts';
import type { AttachedPolicy } from '../../../functions/domain/observation.ts';
import type { CaseStore } from '../../../functions/ports.ts';
import { startTable, type TestTable } from '../../support/table.ts';

const NOW = new Date('2026-03-01T10:00:00Z');
const IN_400_DAYS = NOW.getTime() / 1000 + 400 * 86_400;

function aStoredCase(overrides: Partial<Case> = {}): Case {
  return {
    fingerprint: 'f1',
    state: 'ticketed',
    disposition: 'open-ticket',
    reasons: [{ code: 'role-allowed', detail: 'The role is on the deny-list.' }],
    count: 3,
    firstSeenAt: '2026-03-01T09:00:00Z',
    lastSeenAt: '2026-03-01T09:59:00.123Z',
    decidedAt: '2026-03-01T10:00:00.000Z',
    sessionIds: ['ecs-execute-command-1'],
    account: '111111111111',
    region: 'ap-northeast-1',
    roleArn: 'arn:aws:iam::111111111111:role/team/nginx',
    roleId: 'AROAXXXXXXXXXXXXXXXXX',
    logGroupName: null,
    clusterArn: null,
    ticketId: null,
    repairedAt: null,
    settingsVersion: 'v1',
    sessionDependent: false,
    decidedFor: '["task","session"]',
    recentEvents: ['0a', '1b', '2c'],
    outbox: [
      {
        noticeId: 'n1',
        state: 'ticketed',
        createdAt: '2026-03-01T10:00:00.000Z',
        announcedAt: '2026-03-01T10:00:00.000Z',
      },
    ],
    version: 1,
    ...overrides,
  };
}

function aStoredPolicy(overrides: Partial<AttachedPolicy> = {}): AttachedPolicy {
  return {
    roleId: 'AROA1',
    roleArn: 'arn:aws:iam::111111111111:role/team/nginx',
    policyName: 'ExecLogDelivery-ap-northeast-1',
    documentHash: 'abc',
    previousHash: null,
    attachedAt: '2026-03-01T10:00:00.000Z',
    confirmedAt: null,
    revertedAt: null,
    provedBy: null,
    warnedAt: null,
    fingerprints: ['f1'],
    owner: 'request-1',
    version: 1,
    ...overrides,
  };
}

let store: TestTable;
let cases: CaseStore;
beforeAll(async () => {
  store = await startTable();
  cases = createCaseStore(store.table, 'deployment-1', () => NOW);
});
afterAll(() => store.stop());

describe('given a case', () => {
  it('is undefined until it is saved', async () => {
    expect(await cases.findCase('unknown')).toBeUndefined();
  });

  it('is read back as it was saved', async () => {
    expect(await cases.saveCase(aStoredCase(), null)).toBe('saved');
    expect(await cases.findCase('f1')).toEqual(aStoredCase());
  });

  it('is read back without events, sessions and notices', async () => {
    const bare = aStoredCase({ fingerprint: 'bare', recentEvents: [], sessionIds: [], outbox: [], reasons: [] });
    await cases.saveCase(bare, null);
    expect(await cases.findCase('bare')).toEqual(bare);
  });

  it('is read back with its message, its channel and what is left of a notice', async () => {
    const [notice] = aStoredCase().outbox;
    const shown = aStoredCase({
      fingerprint: 'shown',
      chatChannel: '#web',
      firstTold: 'digest',
      chat: { channel: 'C0WEB', ts: '1772359200.000001', shownAt: '2026-03-01T10:00:00.000Z' },
      outbox:
        notice === undefined
          ? []
          : [
              { ...notice, shown: true },
              { ...notice, noticeId: 'n2', quiet: true },
              { ...notice, noticeId: 'n3', claim: { owner: 'request-1', until: '2026-03-01T10:00:30.000Z' } },
            ],
    });
    await cases.saveCase(shown, null);
    expect(await cases.findCase('shown')).toEqual(shown);
  });

  it.each([
    { personArn: 'arn:aws:iam::111111111111:user/alice', containerName: 'nginx' },
    { personArn: null, containerName: null },
    {},
  ])("is read back with its ticket's address and what people were asked of %p", async (whose) => {
    const statements = [
      { actions: ['logs:PutLogEvents'], resources: ['arn:aws:logs:eu-west-1:111111111111:log-group:*'] },
    ];
    const answer = { answeredBy: 'U0ALICE', answeredAt: '2026-03-01T10:00:00.000Z' };
    const expiresAt = '2026-03-04T10:00:00.000Z';
    const proposal = {
      proposalId: 'p'.repeat(22),
      state: 'approved',
      expiresAt,
      ...whose,
      statements,
      ...answer,
    } as const;
    const fingerprint = `asked-${Object.values(whose).join()}`;
    const asked = aStoredCase({ fingerprint, ticketUrl: 'https://example.atlassian.net/browse/OPS-1', proposal });
    await cases.saveCase(asked, null);
    expect(await cases.findCase(fingerprint)).toEqual(asked);
  });

  it.each([
    { kind: 'exec-companion', companion: 'object' },
    { kind: 'exec-companion', companion: 'object', bucketName: 'transcripts-1' },
    { kind: 'router', routerName: 'log_router', createsGroup: true },
    { kind: 'router', routerName: null, createsGroup: false },
    { kind: 'awslogs-driver' },
  ] as const)('is read back with its signal %j', async (signal) => {
    const signalled = aStoredCase({ fingerprint: JSON.stringify(signal), signal });
    await cases.saveCase(signalled, null);
    expect(await cases.findCase(signalled.fingerprint)).toEqual(signalled);
  });

  it('is a conflict to make anew, or to save over another version', async () => {
    const once = aStoredCase({ fingerprint: 'once' });
    await cases.saveCase(once, null);
    expect(await cases.saveCase(once, null)).toBe('conflict');
    expect(await cases.saveCase({ ...once, version: 2, count: 4 }, 1)).toBe('saved');
    expect(await cases.saveCase({ ...once, version: 2, count: 9 }, 1)).toBe('conflict');
    expect(await cases.findCase('once')).toEqual({ ...once, version: 2, count: 4 });
  });

  it('is a conflict to save over a version of a case that is not there', async () => {
    expect(await cases.saveCase(aStoredCase({ fingerprint: 'gone', version: 2 }), 1)).toBe('conflict');
  });

  it('is saved by exactly one of two workers', async () => {
    const raced = aStoredCase({ fingerprint: 'raced' });
    const answers = await Promise.all([cases.saveCase(raced, null), cases.saveCase(raced, null)]);
    expect(answers.sort()).toEqual(['conflict', 'saved']);
  });

  it('expires 400 days after its last write', async () => {
    await cases.saveCase(aStoredCase({ fingerprint: 'old' }), null);
    expect((await store.rowAt('CASE#old'))?.['expiresAt']).toBe(IN_400_DAYS);
  });

  it.each(['repaired', 'unverified', 'ticketed'] as const)(
    'never expires once repaired, while it is %s',
    async (state) => {
      const repaired = aStoredCase({ fingerprint: `repaired-${state}`, state, repairedAt: NOW.toISOString() });
      await cases.saveCase(repaired, null);
      expect(await store.rowAt(`CASE#repaired-${state}`)).not.toHaveProperty('expiresAt');
    },
  );

  it('takes 1,000 events and 50 sessions in one item', async () => {
    const recentEvents = Array.from({ length: 1000 }, (_, index) => index.toString(16).padStart(64, '0'));
    const sessionIds = Array.from({ length: 50 }, (_, index) => `ecs-execute-command-${index}`);
    const full = aStoredCase({ fingerprint: 'full', recentEvents, sessionIds });
    expect(await cases.saveCase(full, null)).toBe('saved');
    expect(await cases.findCase('full')).toEqual(full);
  });

  it.each([
    { name: 'an unknown state', row: { ...aStoredCase({ fingerprint: 'bad' }), recentEvents: '', state: 'perfect' } },
    { name: 'a missing field', row: { fingerprint: 'bad', version: 1 } },
    { name: 'the case of another fingerprint', row: { ...aStoredCase({ fingerprint: 'other' }), recentEvents: '' } },
    { name: 'events of another form', row: { ...aStoredCase({ fingerprint: 'bad' }), recentEvents: 7 } },
  ])('throws on $name', async ({ row }) => {
    await store.forge('CASE#bad', { ...row });
    await expect(cases.findCase('bad')).rejects.toThrow('The case bad in the table is malformed.');
  });
});

describe('given an attached policy', () => {
  it('is undefined until it is saved, and read back as it was', async () => {
    expect(await cases.findAttachedPolicy('AROA1')).toBeUndefined();
    expect(await cases.saveAttachedPolicy(aStoredPolicy(), null)).toBe('saved');
    expect(await cases.findAttachedPolicy('AROA1')).toEqual(aStoredPolicy());
  });

  it('is saved over the version that was read, and no other', async () => {
    const first = aStoredPolicy({ roleId: 'AROA2' });
    await cases.saveAttachedPolicy(first, null);
    const confirmed = { ...first, confirmedAt: NOW.toISOString(), version: 2 };
    expect(await cases.saveAttachedPolicy(confirmed, 1)).toBe('saved');
    expect(await cases.saveAttachedPolicy({ ...first, version: 2 }, 1)).toBe('conflict');
    expect(await cases.saveAttachedPolicy(first, null)).toBe('conflict');
    expect(await cases.findAttachedPolicy('AROA2')).toEqual(confirmed);
  });

  it('never expires while it stands, and 400 days after it was removed', async () => {
    const standing = aStoredPolicy({ roleId: 'AROA3' });
    await cases.saveAttachedPolicy(standing, null);
    expect(await store.rowAt('POLICY#AROA3')).not.toHaveProperty('expiresAt');
    await cases.saveAttachedPolicy({ ...standing, revertedAt: NOW.toISOString(), version: 2 }, 1);
    expect((await store.rowAt('POLICY#AROA3'))?.['expiresAt']).toBe(IN_400_DAYS);
  });

  it('is read without proof and warning where the version before the auditor wrote it', async () => {
    const { provedBy, warnedAt, ...earlier } = aStoredPolicy({ roleId: 'AROA5' });
    await store.forge('POLICY#AROA5', earlier);
    expect(await cases.findAttachedPolicy('AROA5')).toEqual({ ...earlier, provedBy, warnedAt });
  });

  it('throws on a forged one', async () => {
    await store.forge('POLICY#AROA4', { ...aStoredPolicy({ roleId: 'AROA1' }) });
    await expect(cases.findAttachedPolicy('AROA4')).rejects.toThrow('role AROA4 in the table is malformed');
  });
});
