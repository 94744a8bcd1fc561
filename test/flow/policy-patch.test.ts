import type { Case } from '../../functions/domain/case.ts';
import { type PatchPorts, policyForCode } from '../../functions/flow/policy-patch.ts';
import { absent, aCase, anAttachedPolicy, GROUP, read, SESSION_ID } from '../support/builders.ts';
import { aLedgerLine } from '../support/ledger.ts';
import { aKey, BUCKET, BUCKET_KEY_ARN, KEY_ARN, ROUTER_GROUP } from '../support/other-signals.ts';
import { aTarget } from '../support/session-evidence.ts';

const RECORD = anAttachedPolicy({ Version: '2012-10-17', Statement: [] });
const ENCRYPTED = aTarget({
  logging: 'OVERRIDE',
  bucket: { name: BUCKET, keyPrefix: '', encryptionRequired: false },
  sessionKey: { kind: 'unresolved', keyId: 'alias/exec' },
});
const PORTS: PatchPorts = {
  lines: { findLine: async (id) => (id === SESSION_ID ? read(aLedgerLine({ target: ENCRYPTED })) : absent) },
  keys: { findKey: async (keyId) => read(aKey(keyId === 'alias/exec' ? {} : { keyArn: BUCKET_KEY_ARN })) },
  buckets: { findEncryption: async () => read({ algorithm: 'aws:kms', keyId: 'alias/bucket' }) },
};

/** The resources by the last part of their statement's Sid. */
async function granted(...cases: readonly Case[]) {
  const policy = await policyForCode(RECORD, null, cases, PORTS);
  return Object.fromEntries(
    (policy?.document.Statement ?? []).map(({ Sid, Resource }) => [Sid.replace('ExecLogDelivery', ''), Resource]),
  );
}

describe('the policy for the code, put together from the cases', () => {
  it("holds the keys of the sessions' target, which the ledger does not know", async () => {
    expect(await granted(aCase({ logGroupName: GROUP }))).toMatchObject({
      SessionKey: [KEY_ARN],
      BucketKey: [BUCKET_KEY_ARN],
    });
  });

  it('takes the target of its session for a call that names no group', async () => {
    const found = aCase({ logGroupName: null, signal: { kind: 'exec-companion', companion: 'session-key' } });
    expect(Object.keys(await granted(found))).toContain('Streams');
  });

  it.each([
    [false, ['Router']],
    [true, ['Router', 'RouterGroups']],
  ])('holds what a log router needs; it creates its group: %s', async (createsGroup, sids) => {
    const signal = { kind: 'router', routerName: 'log_router', createsGroup } as const;
    const statements = await granted(aCase({ logGroupName: ROUTER_GROUP, sessionIds: [], signal }));
    expect(Object.keys(statements)).toEqual(sids);
    expect(statements['Router']).toEqual([`arn:aws:logs:ap-northeast-1:111111111111:log-group:${ROUTER_GROUP}:*`]);
  });

  it('merges sessions and routers into one document', async () => {
    const signal = { kind: 'router', routerName: null, createsGroup: false } as const;
    const router = aCase({ logGroupName: ROUTER_GROUP, sessionIds: [], signal });
    expect(Object.keys(await granted(aCase({ logGroupName: GROUP }), router))).toEqual(
      expect.arrayContaining(['Streams', 'Router', 'BucketKey']),
    );
  });
});
