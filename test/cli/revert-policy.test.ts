import { type RevertRequest, type RevertWay, revertPolicy } from '../../functions/cli/revert-policy.ts';
import type { PolicyDocument } from '../../functions/domain/decision.ts';
import type { AttachedPolicy } from '../../functions/domain/observation.ts';
import {
  anAttachedPolicy,
  anInlinePolicy,
  aRole,
  GROUP,
  POLICY_NAME,
  REGION,
  ROLE_ARN,
  ROLE_ID,
  ROLE_NAME,
} from '../support/builders.ts';
import { FakeCaseStore } from '../support/fakes/case-store.ts';
import { FakeRole } from '../support/fakes/role.ts';
import { PREPARED_NAME, preparedOf, somePrepared } from '../support/prepared.ts';

const NOW = new Date('2023-02-12T00:00:00Z');
const document: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'ExecLogDeliveryDescribeGroups',
      Effect: 'Allow',
      Action: ['logs:DescribeLogGroups'],
      Resource: [`arn:aws:logs:${REGION}:111111111111:log-group:*`],
    },
  ],
};
const foreignDocument = { ...document, Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };

interface World {
  /** What stands under our name, or null. */
  readonly standing: object | null;
  readonly record: AttachedPolicy | null;
  /** False: nobody named the table. */
  readonly hasTable: boolean;
}

function given({ standing = document, record = anAttachedPolicy(document), hasTable = true }: Partial<World> = {}) {
  const exec = aRole().inlinePolicies;
  const role = new FakeRole(
    aRole({ inlinePolicies: standing === null ? exec : [...exec, anInlinePolicy(POLICY_NAME, standing)] }),
  );
  const cases = new FakeCaseStore();
  if (record !== null) cases.policies.set(ROLE_ID, record);
  const request: RevertRequest = {
    roleName: ROLE_NAME,
    roleArn: null,
    region: REGION,
    dryRun: false,
    unrecorded: false,
  };
  const revert = (overrides: Partial<RevertRequest> = {}, way: RevertWay['iam'] & RevertWay['writer'] = role) =>
    revertPolicy(
      { ...request, ...overrides },
      {
        iam: role,
        writer: role,
        prepared: { iam: way, writer: way },
        records: hasTable ? cases : null,
        clock: () => NOW,
        sleep: async () => undefined,
      },
    );
  return { role, cases, revert };
}

describe('given a policy that our record proves to be ours', () => {
  it('removes it, and then marks the record', async () => {
    const { role, cases, revert } = given();
    expect(await revert()).toEqual({
      result: 'removed',
      roleArn: ROLE_ARN,
      policyName: POLICY_NAME,
      because: 'the policy was ours',
      document: JSON.stringify(document),
      recordReverted: true,
      remaining: ['exec'],
    });
    expect(role.deletes).toEqual([POLICY_NAME]);
    expect(cases.policies.get(ROLE_ID)).toEqual(
      anAttachedPolicy(document, { revertedAt: NOW.toISOString(), version: 2 }),
    );
  });

  it('has nothing to do the second time', async () => {
    const { role, revert } = given();
    await revert();
    expect(await revert()).toMatchObject({ result: 'nothing-to-do', document: null, recordReverted: true });
    expect(role.deletes).toEqual([POLICY_NAME]);
  });

  it('changes nothing in a dry run', async () => {
    const { role, cases, revert } = given();
    expect(await revert({ dryRun: true })).toMatchObject({ result: 'would-remove', remaining: ['exec', POLICY_NAME] });
    expect([role.deletes, cases.policies.get(ROLE_ID)]).toEqual([[], anAttachedPolicy(document)]);
  });

  it('removes it where its write was announced and never confirmed', async () => {
    const { revert } = given({ record: anAttachedPolicy(document, { confirmedAt: null }) });
    expect(await revert()).toMatchObject({ result: 'removed' });
  });

  it('says so where IAM still shows it', async () => {
    const { role, cases, revert } = given();
    role.deletePolicy = async () => ({ kind: 'written' });
    expect(await revert()).toMatchObject({ result: 'still-there', recordReverted: false });
    expect(cases.policies.get(ROLE_ID)).toEqual(anAttachedPolicy(document));
  });

  it('says so where somebody changed the record meanwhile', async () => {
    const { cases, revert } = given();
    cases.saveAttachedPolicy = async () => 'conflict';
    expect(await revert()).toMatchObject({ result: 'removed', recordReverted: false });
  });

  it('fails where AWS refuses the removal', async () => {
    const { role, revert } = given();
    role.deletePolicy = async () => ({ kind: 'refused', because: 'iam:DeleteRolePolicy was refused' });
    await expect(revert()).rejects.toThrow('the policy was not removed: iam:DeleteRolePolicy was refused');
  });
});

describe('given a policy that somebody else removed', () => {
  it('marks the record and removes nothing', async () => {
    const { role, cases, revert } = given({ standing: null });
    expect(await revert()).toMatchObject({ result: 'nothing-to-do', recordReverted: true });
    expect([role.deletes, cases.policies.get(ROLE_ID)?.revertedAt]).toEqual([[], NOW.toISOString()]);
  });
});

describe('given a policy of our name that is not proved to be ours', () => {
  const rows: readonly { name: string; world: Partial<World>; unrecorded: boolean; result: string; says: RegExp }[] = [
    {
      name: 'changed since',
      world: { standing: foreignDocument },
      unrecorded: true,
      result: 'refused',
      says: /somebody changed/,
    },
    {
      name: 'without a record',
      world: { record: null },
      unrecorded: false,
      result: 'refused',
      says: /no record.*--unrecorded accepts/,
    },
    {
      name: 'of a record that is reverted',
      world: { record: anAttachedPolicy(document, { revertedAt: NOW.toISOString() }) },
      unrecorded: false,
      result: 'refused',
      says: /no record/,
    },
    { name: 'without a table', world: { hasTable: false }, unrecorded: false, result: 'refused', says: /--table NAME/ },
    {
      name: 'without a table, of another form',
      world: { hasTable: false, standing: foreignDocument },
      unrecorded: true,
      result: 'refused',
      says: /does not have the form/,
    },
    {
      name: 'without a table, of our form, accepted',
      world: { hasTable: false },
      unrecorded: true,
      result: 'removed',
      says: /ours/,
    },
    {
      name: 'without a table, empty',
      world: { hasTable: false, standing: { Version: '2012-10-17', Statement: [] } },
      unrecorded: true,
      result: 'refused',
      says: /form/,
    },
  ];

  it.each(rows)('is careful with one $name', async ({ world, unrecorded, result, says }) => {
    const { role, revert } = given(world);
    const reverted = await revert({ unrecorded });
    expect([reverted.result, says.test(reverted.because) ? says : reverted.because]).toEqual([result, says]);
    expect(role.deletes).toEqual(result === 'removed' ? [POLICY_NAME] : []);
  });
});

describe('given a prepared policy that we attached', () => {
  const record = anAttachedPolicy(preparedOf().document, { policyName: PREPARED_NAME });

  /** Inline policies are read as ever; the attached ones are known to the way of prepared policies alone. */
  function prepared(
    attached: readonly string[],
    { standing = null, record: remembered = record }: Partial<World> = {},
  ) {
    const inline = given({ standing, record: remembered });
    const way = new FakeRole(aRole({ prepared: somePrepared(attached) }));
    way.deletePolicy = async (_, policyName) => {
      way.deletes.push(policyName);
      way.role = aRole({ prepared: somePrepared() });
      return { kind: 'written' };
    };
    way.readPolicy = async () => {
      const policy = way.role.prepared?.policy ?? null;
      return policy === null ? { kind: 'absent' } : { kind: 'read', value: policy };
    };
    return { ...inline, way, revert: (changes: Partial<RevertRequest> = {}) => inline.revert(changes, way) };
  }

  it('detaches it, and then marks the record', async () => {
    const { role, way, cases, revert } = prepared([GROUP]);
    expect(await revert()).toEqual({
      result: 'removed',
      roleArn: ROLE_ARN,
      policyName: PREPARED_NAME,
      because: 'the policy was ours',
      document: JSON.stringify(preparedOf().document),
      recordReverted: true,
      remaining: ['exec'],
    });
    expect([way.deletes, role.deletes, cases.policies.get(ROLE_ID)?.revertedAt]).toEqual([
      [PREPARED_NAME],
      [],
      NOW.toISOString(),
    ]);
  });

  it.each<[string, readonly string[], Partial<World>, boolean, string, RegExp]>([
    ['detached by others', [], {}, false, 'nothing-to-do', /^the role has no policy ExecLogPrepared-/],
    ['beside another that others attached', [GROUP, '/ecs/x'], {}, false, 'refused', /aws iam detach-role-policy/],
    ['without a record', [GROUP], { record: null }, false, 'refused', /--unrecorded accepts/],
    ['without a record, accepted', [GROUP], { record: null }, true, 'removed', /ours/],
    [
      'beside an inline one of ours',
      [GROUP],
      { standing: document, record: anAttachedPolicy(document) },
      false,
      'removed',
      /ours/,
    ],
  ])('%s: is careful', async (_, attached, world, unrecorded, result, says) => {
    const { role, way, revert } = prepared(attached, world);
    const reverted = await revert({ unrecorded });
    expect([reverted.result, says.test(reverted.because) ? says : reverted.because]).toEqual([result, says]);
    // What the record names goes, and no other.
    const isInline = world.standing !== undefined;
    expect([way.deletes, role.deletes]).toEqual(
      result !== 'removed' ? [[], []] : isInline ? [[], [POLICY_NAME]] : [[PREPARED_NAME], []],
    );
  });
});

describe('given a role that is not the one that was named', () => {
  it('removes nothing in another account', async () => {
    const { role, revert } = given();
    await expect(revert({ roleArn: 'arn:aws:iam::222222222222:role/web' })).rejects.toThrow(
      /, not arn:aws:iam::222222222222/,
    );
    expect(role.deletes).toEqual([]);
  });

  it('says that a role is not there', async () => {
    const { role, revert } = given();
    role.findRole = async () => ({ kind: 'absent' });
    await expect(revert()).rejects.toThrow(`has no role ${ROLE_NAME}`);
  });
});
