import { createCaseStore } from '../../functions/adapters/aws/case-store.ts';
import { sha256 } from '../../functions/adapters/digest.ts';
import { canonicalJson } from '../../functions/domain/canonical.ts';
import type { AttachedPolicy } from '../../functions/domain/observation.ts';
import { aCase, anAttachedPolicy } from '../support/builders.ts';
import { deployedStack, deployTable } from './deployed-account.ts';
import { asAws } from './live-account.ts';
import { nginxAccount, REGION, ROLE_ARN, ROLE_ID } from './nginx-account.ts';
import { at, linesOf, runCli } from './run-cli.ts';

const POLICY = `ExecLogDelivery-${REGION}`;
const documentOf = (sid: string) => ({
  Version: '2012-10-17' as const,
  Statement: [
    {
      Sid: `ExecLogDelivery${sid}`,
      Effect: 'Allow',
      Action: ['logs:DescribeLogGroups'],
      Resource: [`arn:aws:logs:${REGION}:111111111111:log-group:*`],
    },
  ],
});
const document = documentOf('DescribeGroups');

const CHANGED_ARN = 'arn:aws:iam::111111111111:role/changed';
const GONE_ARN = 'arn:aws:iam::111111111111:role/gone';
const UNTOUCHED_ARN = 'arn:aws:iam::111111111111:role/untouched';

const [repairedRole] = [at(nginxAccount({}, { [POLICY]: document }), 'iam', 'RoleDetailList', '0')];
const roleLike = (name: string, standing: object | null) => ({
  ...Object(repairedRole),
  RoleName: name,
  RoleId: `AROA${name.toUpperCase()}`.padEnd(21, 'X'),
  Arn: `arn:aws:iam::111111111111:role/${name}`,
  RolePolicyList: standing === null ? [] : [{ PolicyName: POLICY, PolicyDocument: standing }],
});

const account = nginxAccount({
  ...deployedStack,
  iam: {
    RoleDetailList: [repairedRole, roleLike('changed', documentOf('Other')), roleLike('untouched', null)],
    Policies: [],
  },
});

const recordOf = (roleArn: string, roleId: string, overrides: Partial<AttachedPolicy> = {}) =>
  anAttachedPolicy(
    { ...document, Statement: [] },
    { roleArn, roleId, policyName: POLICY, documentHash: sha256(canonicalJson(document)), ...overrides },
  );

const ours = recordOf(ROLE_ARN, ROLE_ID);
const changed = recordOf(CHANGED_ARN, 'AROACHANGEDXXXXXXXXXX');
const gone = recordOf(GONE_ARN, 'AROAGONEXXXXXXXXXXXXX');
const reverted = recordOf(UNTOUCHED_ARN, 'AROAUNTOUCHEDXXXXXXXX', { revertedAt: '2023-02-12T00:00:00Z' });

async function remember(...records: readonly AttachedPolicy[]) {
  const cases = createCaseStore(await deployTable(), 'exec-log', () => new Date());
  for (const record of records) await cases.saveAttachedPolicy(record, null);
  return cases;
}

describe('given a deployment that repaired several roles', () => {
  it('lists and removes what is ours, refuses what is not, and says what stands', async () => {
    await asAws(async (simulated) => {
      const cases = await remember(ours, changed, gone, reverted);
      const { code, stdout, stderr } = await runCli(['revert', '--all', '--region', REGION]);
      expect({ code, stderr, lines: stdout.split('\n') }).toEqual({
        code: 1,
        stderr: '',
        lines: [
          'the system attached 3 policies',
          `  ${POLICY} on ${CHANGED_ARN} since 2023-02-11T06:34:00Z`,
          `  ${POLICY} on ${GONE_ARN} since 2023-02-11T06:34:00Z`,
          `  ${POLICY} on ${ROLE_ARN} since 2023-02-11T06:34:00Z`,
          '',
          expect.stringMatching(`^! ${CHANGED_ARN}: refused somebody changed the policy`),
          `✓ ${GONE_ARN}: role-gone the role was deleted, and its policies with it`,
          `✓ ${ROLE_ARN}: removed the policy was ours`,
          '1 removed, 1 stands',
          '',
        ],
      });
      expect(simulated.calls.filter(({ operation }) => operation === 'DeleteRolePolicy')).toHaveLength(1);
      expect(await cases.findAttachedPolicy(ROLE_ID)).toMatchObject({ revertedAt: expect.any(String) });
      expect(await cases.findAttachedPolicy(changed.roleId)).toMatchObject({ revertedAt: null });
    }, account);
  });

  it('removes nothing in a dry run', async () => {
    await asAws(async (simulated) => {
      await remember(ours, changed);
      const { code, stdout } = await runCli(['revert', '--all', '--dry-run', '--json']);
      expect([code, linesOf(stdout)]).toEqual([
        0,
        [
          {
            policies: [
              { roleArn: CHANGED_ARN, policyName: POLICY, result: 'refused', because: expect.any(String) },
              { roleArn: ROLE_ARN, policyName: POLICY, result: 'would-remove', because: 'the policy is ours' },
            ],
            removed: 0,
            stand: 2,
          },
        ],
      ]);
      expect(simulated.calls.map(({ operation }) => operation)).not.toContain('DeleteRolePolicy');
    }, account);
  });

  it('has nothing to do the second time', async () => {
    await asAws(async () => {
      await remember(ours);
      const codes = [(await runCli(['revert', '--all'])).code, (await runCli(['revert', '--all'])).code];
      const { stdout } = await runCli(['revert', '--all']);
      expect([codes, stdout]).toEqual([[0, 0], 'the system has no policy attached\n0 removed, 0 stand\n']);
    }, account);
  });
});

describe('given a case', () => {
  it('removes the policy of its role', async () => {
    await asAws(async () => {
      const cases = await remember(ours);
      const found = aCase({ roleArn: ROLE_ARN, roleId: ROLE_ID, state: 'repaired' });
      await cases.saveCase(found, null);
      const { code, stdout } = await runCli(['revert', '--fingerprint', found.fingerprint, '--json']);
      expect([code, ...linesOf(stdout)]).toMatchObject([0, { result: 'removed', roleArn: ROLE_ARN }]);
    }, account);
  });

  it('ends with 2 where the table does not know it', async () => {
    await asAws(async () => {
      await remember();
      const { code, stderr } = await runCli(['revert', '--fingerprint', 'unknown']);
      expect([code, stderr]).toEqual([2, 'exec-log: --fingerprint: the table has no case "unknown"\n']);
    }, account);
  });
});

describe('given no table', () => {
  it.each([['--all'], ['--fingerprint', 'any']])('ends with 3: %s', async (...argv) => {
    await asAws(async () => {
      const { code, stderr } = await runCli(['revert', ...argv]);
      expect([code, /no table of a deployment "exec-log"/.test(stderr)]).toEqual([3, true]);
    });
  });

  it('ends with 3 for a report too', async () => {
    await asAws(async () => {
      const { code, stdout, stderr } = await runCli(['report']);
      expect([code, stdout, /no table of a deployment "exec-log"/.test(stderr)]).toEqual([3, '', true]);
    });
  });
});

describe('given a deployment that recorded no session', () => {
  it('reports that there is none', async () => {
    await asAws(async () => {
      await deployTable();
      const { code, stdout } = await runCli(['report', '--json', '--since', '2d']);
      expect([code, at(linesOf(stdout)[0], 'total', 'counts', 'sessions')]).toEqual([0, 0]);
    }, account);
  });
});

describe('given a command line that cannot be right', () => {
  it.each([
    { argv: [] },
    { argv: ['role', '--all'] },
    { argv: ['role', '--fingerprint', 'f'] },
    { argv: ['--all', '--fingerprint', 'f'] },
  ])('ends with 2: revert $argv', async ({ argv }) => {
    const { code, stdout, stderr } = await runCli(['revert', ...argv]);
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      'exec-log: expected exactly one of a role, --fingerprint FINGERPRINT and --all\n',
    ]);
  });
});

describe('given a hub that repaired roles of its members', () => {
  it('takes off its own, and says by which command each member takes off the rest', async () => {
    await asAws(async (simulated) => {
      const table = await deployTable();
      await createCaseStore(table, 'exec-log', () => new Date()).saveAttachedPolicy(ours, null);
      const MEMBER_ARN = 'arn:aws:iam::222222222222:role/app';
      const place = { account: '222222222222', region: 'eu-west-1' };
      const members = createCaseStore(table, 'exec-log', () => new Date(), {
        account: place.account,
        place,
      });
      await members.saveAttachedPolicy(recordOf(MEMBER_ARN, 'AROAMEMBERXXXXXXXXXXX'), null);
      const { code, stdout } = await runCli(['revert', '--all', '--json']);
      const because =
        'the hub attached it elsewhere: with credentials of account 222222222222 run ' +
        `exec-log revert ${MEMBER_ARN} --region eu-west-1 --unrecorded`;
      expect([code, linesOf(stdout)]).toEqual([
        1,
        [
          {
            policies: [
              { roleArn: ROLE_ARN, policyName: POLICY, result: 'removed', because: 'the policy was ours' },
              { roleArn: MEMBER_ARN, policyName: POLICY, result: 'failed', because },
            ],
            removed: 1,
            stand: 1,
          },
        ],
      ]);
      expect(simulated.calls.filter(({ operation }) => operation === 'DeleteRolePolicy')).toHaveLength(1);
    }, account);
  });
});
