import * as fc from 'fast-check';
import {
  attachedPolicyOfRow,
  caseOfRow,
  rowOfAttachedPolicy,
  rowOfCase,
} from '../../../functions/adapters/aws/case-rows.ts';
import { createLedgerLines, createSessionRecorder } from '../../../functions/adapters/aws/session-ledger.ts';
import type { Row } from '../../../functions/adapters/aws/table.ts';
import { TABLE_INDEXES } from '../../../functions/adapters/aws/table-keys.ts';
import { createVerdictStore } from '../../../functions/adapters/aws/verdict-store.ts';
import type { CaseState } from '../../../functions/domain/case.ts';
import { type LedgerLine, SESSION_STATES, type SessionVerdict } from '../../../functions/domain/ledger.ts';
import { aCase, anAttachedPolicy, anExecSession } from '../../support/builders.ts';
import { aLedgerLine, aVerdict } from '../../support/ledger.ts';
import { allOf } from '../../support/pages.ts';
import { aProposalOfCase } from '../../support/proposals.ts';
import { startTable, type TestTable } from '../../support/table.ts';

let store: TestTable;
beforeAll(async () => {
  store = await startTable();
});
afterAll(() => store.stop());

const text = fc.string({ maxLength: 60 });
const maybe = fc.option(text);
const moment = fc
  .date({ min: new Date('2023-01-01'), max: new Date('2033-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const maybeMoment = fc.option(moment);
const groups = fc.array(text, { maxLength: 3 });

const target: fc.Arbitrary<LedgerLine['target']> = fc.oneof(
  fc.record({ kind: fc.constant('unresolved' as const), because: text }),
  fc.record({
    kind: fc.constant('none' as const),
    because: fc.constantFrom('logging-off' as const, 'container-unknown' as const, 'log-group-unreadable' as const),
    otherContainerGroups: groups,
  }),
  fc.record({
    kind: fc.constant('target' as const),
    logging: fc.constantFrom('DEFAULT' as const, 'OVERRIDE' as const),
    partition: text,
    account: text,
    region: text,
    logGroupName: maybe,
    encryptionRequired: fc.boolean(),
    bucket: fc.option(fc.record({ name: text, keyPrefix: text, encryptionRequired: fc.boolean() })),
    sessionKey: fc.option(
      fc.oneof(
        fc.record({ kind: fc.constant('arn' as const), arn: text }),
        fc.record({ kind: fc.constant('unresolved' as const), keyId: text }),
      ),
    ),
    otherRegionOption: maybe,
    otherContainerGroups: groups,
  }),
);

/** An id of its own for each line, because the first line of an id stays. */
const sessionId = fc.uuid().map((id) => `ecs-execute-command-${id.replaceAll('-', '')}`);

const line: fc.Arbitrary<LedgerLine> = fc
  .record({
    kind: fc.constantFrom('exec' as const, 'outside-exec' as const),
    sourceIdentity: maybe,
    taskRoleArn: maybe,
    target,
    recordedAt: moment,
    startedAt: moment,
    personArn: maybe,
    sessionId,
  })
  .map(({ startedAt, personArn, sessionId, ...rest }) => ({
    ...rest,
    session: anExecSession({ startedAt, personArn, sessionId }),
  }));

const verdict: fc.Arbitrary<SessionVerdict> = fc.record({
  sessionId,
  account: text,
  region: text,
  clusterArn: text,
  taskArn: text,
  taskRoleArn: maybe,
  personArn: maybe,
  sourceIdentity: maybe,
  startedAt: moment,
  state: fc.constantFrom(...SESSION_STATES),
  exempt: fc.boolean(),
  causes: fc.array(fc.record({ code: text, detail: text }), { maxLength: 3 }),
  proof: fc.record({ transcript: maybe, fingerprint: maybe, eventId: maybe }),
  loggingChange: fc.option(fc.record({ changedAt: moment, changedBy: maybe, eventId: maybe, logging: maybe })),
  endedAt: maybeMoment,
  dueAt: maybeMoment,
  settledAt: maybeMoment,
  version: fc.constant(1),
});

describe('given anything that is written', () => {
  it('is a line that is read back equal', async () => {
    await fc.assert(
      fc.asyncProperty(line, async (written) => {
        await createSessionRecorder(store.table).recordSession(written);
        const { sessionId } = written.session;
        expect(await createLedgerLines(store.table).findLine(sessionId)).toEqual({ kind: 'read', value: written });
      }),
      { numRuns: 60 },
    );
  });

  it('is a verdict that is read back equal, from the table and from the indexes in which it stands', async () => {
    const verdicts = createVerdictStore(store.table);
    await fc.assert(
      fc.asyncProperty(verdict, async (written) => {
        await store.forge(`VERDICT#${written.sessionId}`, { version: 0 });
        await verdicts.saveVerdict(written, 0);
        const isWritten = ({ sessionId }: SessionVerdict) => sessionId === written.sessionId;
        expect(await verdicts.findVerdict(written.sessionId)).toEqual(written);
        const ofDay = await allOf(verdicts.verdictsOfDay(written.startedAt.slice(0, 10)));
        expect(ofDay.filter(isWritten)).toEqual(written.settledAt === null ? [] : [written]);
        const due = await allOf(verdicts.dueVerdicts(new Date('2034-01-01')));
        expect(due.filter(isWritten)).toEqual(written.dueAt === null ? [] : [written]);
      }),
      { numRuns: 60 },
    );
  });

  it('is a case or attached policy that is read back equal', () => {
    const states: readonly CaseState[] = [
      'observed',
      'suppressed',
      'ticketed',
      'proposed',
      'repaired',
      'unverified',
      'closed',
    ];
    const now = new Date('2023-02-11T06:36:04Z');
    fc.assert(
      fc.property(fc.constantFrom(...states, 'verified' as const), maybe, maybeMoment, (state, group, at) => {
        const proposal = aProposalOfCase({ state: at === null ? 'open' : 'approved', answeredAt: at });
        const found = aCase({ state, logGroupName: group, ticketId: group, repairedAt: at, proposal });
        expect(caseOfRow(rowOfCase(found, now), found.fingerprint)).toEqual(found);
        const policy = anAttachedPolicy(
          { Version: '2012-10-17', Statement: [] },
          { revertedAt: at, provedBy: group, warnedAt: at },
        );
        expect(attachedPolicyOfRow(rowOfAttachedPolicy(policy, now), policy.roleId)).toEqual(policy);
      }),
    );
  });
});

/** DynamoDB's own count: names and values in UTF-8, one byte for each null or flag, a few for each list and map. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return 8;
  if (typeof value !== 'object' || value === null) return 1;
  return Object.entries(value).reduce((sum, [name, member]) => sum + name.length + bytesOf(member) + 1, 3);
}

describe('given the rows of a typical session', () => {
  const rowAt = async (key: string): Promise<Row> => (await store.rowAt(key)) ?? {};

  it('cost one write unit each, of 1,024 bytes', async () => {
    const session = anExecSession({ sessionId: 'ecs-execute-command-egv8enfq3l9zptzgnrlq6szeji' });
    await createSessionRecorder(store.table).recordSession(aLedgerLine({ session }));
    for (const key of [`SESSION#${session.sessionId}`, `VERDICT#${session.sessionId}`]) {
      const bytes = bytesOf(await rowAt(key));
      expect({ key, bytes, isOneUnit: bytes > 100 && bytes <= 1024 }).toEqual({ key, bytes, isOneUnit: true });
    }
  });

  it('names no more attributes in the index than the 20 that DynamoDB takes, and every field of a verdict', () => {
    const { attributes, partitionKey, sortKey } = TABLE_INDEXES.work;
    expect(attributes.length).toBeLessThanOrEqual(20);
    expect([partitionKey, sortKey]).toEqual(['workList', 'workOrder']);
    expect(Object.keys(aVerdict()).filter((field) => !attributes.some((name) => name === field))).toEqual([]);
  });
});
