import { readAccountFile } from '../simulated-account/account-file.ts';
import type { AccountState } from '../simulated-account/account-state.ts';
import { type DeployedHub, startHub } from '../simulated-account/deployment/hub.ts';
import { nginxDefaultFile, nginxDefaultSession as SHELL } from '../simulated-account/scenarios/nginx-default.ts';

const HUB = '999999999999';
const [SANDBOX, OTHER_SANDBOX, SHOP, BANK, TOOLS] = [
  '111111111111',
  '222222222222',
  '333333333333',
  '444444444444',
  '555555555555',
] as const;
const [SANDBOXES, PRODUCTION, PLATFORM] = ['ou-ab12-sandbox1', 'ou-ab12-prodprod', 'ou-ab12-platform'] as const;
const [REGION, SECOND_REGION] = ['ap-northeast-1', 'eu-west-1'] as const;
const MINUTE = 60_000;
const REPAIRING = { mode: 'attach', rolePatterns: 'nginx-sample-*' } as const;

/** The published set-up in another account, Region and partition. */
function memberOf(account: string, region: string = REGION, partition = 'aws'): AccountState {
  const text = JSON.stringify(nginxDefaultFile)
    .replaceAll('111111111111', account)
    .replaceAll(REGION, region)
    .replaceAll('arn:aws:', `arn:${partition}:`);
  return readAccountFile({ ...JSON.parse(text), partition });
}

function hubIn(region: string, partition: string, organizations: object = {}): AccountState {
  return { ...readAccountFile({ account: HUB, partition, region }), ...organizations };
}

/** Five members in three units, as the organisation's management account or a delegate sees them. */
const organizations = {
  serviceControlPolicies: [],
  units: [
    { id: SANDBOXES, name: 'Sandboxes', parent: 'r-ab12' },
    { id: PRODUCTION, name: 'Production', parent: 'r-ab12' },
    { id: PLATFORM, name: 'Platform', parent: PRODUCTION },
  ],
  accounts: [
    ...[SANDBOX, OTHER_SANDBOX].map((id) => ({ id, name: id, parent: SANDBOXES, tags: {} })),
    ...[SHOP, BANK].map((id) => ({ id, name: id, parent: PRODUCTION, tags: {} })),
    { id: TOOLS, name: TOOLS, parent: PLATFORM, tags: {} },
    { id: HUB, name: 'security', parent: 'r-ab12', tags: {} },
  ],
};

const settings = {
  defaultMode: 'ticket',
  organizationalUnits: {
    [SANDBOXES]: { mode: 'attach' },
    [PRODUCTION]: { mode: 'ticket' },
    [PLATFORM]: { mode: 'observe' },
  },
};

const policiesOf = (deployed: DeployedHub, account: string) =>
  deployed
    .member(account)
    .state.iam.roles.flatMap(({ RolePolicyList = [] }) => RolePolicyList.map(({ PolicyName = '' }) => PolicyName))
    .filter((name) => name.startsWith('ExecLogDelivery'))
    .sort();
const endsOf = async (deployed: DeployedHub) =>
  (await deployed.ledger.cases())
    .map(({ account, region, disposition }) => `${account} ${region} ${disposition}`)
    .sort();

describe('given an organisation of five members in three units and two Regions', () => {
  let deployed: DeployedHub;
  beforeEach(async () => {
    deployed = await startHub({
      organizationId: 'o-exampleorg1',
      hub: hubIn('eu-central-1', 'aws', { organizations }),
      members: [
        { files: [memberOf(SANDBOX), memberOf(SANDBOX, SECOND_REGION)], ...REPAIRING },
        { files: [memberOf(OTHER_SANDBOX, SECOND_REGION)], ...REPAIRING },
        ...[SHOP, BANK, TOOLS].map((account) => ({ files: [memberOf(account)] as const, ...REPAIRING })),
      ],
      settings,
    });
  }, 120_000);
  afterEach(() => deployed.close());

  const openShells = async () => {
    for (const account of [SANDBOX, OTHER_SANDBOX, SHOP, BANK, TOOLS]) await deployed.exec(account, SHELL);
    await deployed.exec(SANDBOX, SHELL, SECOND_REGION);
    await deployed.runFor(MINUTE);
  };

  it('repairs the sandboxes where they are, and leaves the rest to people, unit by unit', async () => {
    await openShells();
    expect(await endsOf(deployed)).toEqual([
      `${SANDBOX} ${REGION} attach-policy`,
      `${SANDBOX} ${SECOND_REGION} attach-policy`,
      `${OTHER_SANDBOX} ${SECOND_REGION} attach-policy`,
      `${SHOP} ${REGION} open-ticket`,
      `${BANK} ${REGION} open-ticket`,
      `${TOOLS} ${REGION} observe`,
    ]);
    expect([SANDBOX, OTHER_SANDBOX, SHOP, BANK, TOOLS].map((account) => policiesOf(deployed, account))).toEqual([
      [`ExecLogDelivery-${REGION}`, `ExecLogDelivery-${SECOND_REGION}`],
      [`ExecLogDelivery-${SECOND_REGION}`],
      [],
      [],
      [],
    ]);
    const repairs = deployed.organization.calls.filter(({ operation }) => operation === 'PutRolePolicy');
    expect(new Set(repairs.map(({ caller }) => caller))).toEqual(
      new Set([SANDBOX, OTHER_SANDBOX].map((account) => `arn:aws:iam::${account}:role/exec-log/exec-log-repair`)),
    );
  }, 60_000);

  it('lowers every account while Organizations cannot be read', async () => {
    deployed.organization.faults.add({ service: 'organizations', kind: 'access-denied' });
    await openShells();
    expect((await endsOf(deployed)).filter((end) => end.endsWith('attach-policy'))).toEqual([]);
    expect(deployed.organization.calls.some(({ operation }) => operation === 'PutRolePolicy')).toBe(false);
  }, 60_000);

  it('gives a busy STS back to the queue, and repairs when it answers again', async () => {
    deployed.organization.faults.add({ service: 'sts', operation: 'AssumeRole', kind: 'throttle' });
    await deployed.exec(SANDBOX, SHELL);
    await deployed.settle();
    expect(await endsOf(deployed)).toEqual([]);
    deployed.organization.faults.clear();
    await deployed.runFor(10 * MINUTE);
    expect(await endsOf(deployed)).toEqual([`${SANDBOX} ${REGION} attach-policy`]);
  }, 60_000);
});

describe('given a second hub in another partition', () => {
  it('serves its own member by the same templates', async () => {
    const deployed = await startHub({
      organizationId: 'o-examplecn001',
      hub: hubIn('cn-north-1', 'aws-cn'),
      members: [{ files: [memberOf(SANDBOX, 'cn-north-1', 'aws-cn')], ...REPAIRING }],
      settings: { accounts: { [SANDBOX]: { mode: 'attach' } } },
      ceiling: { roles: ['arn:aws-cn:iam::*:role/nginx-sample-*'] },
    });
    try {
      await deployed.exec(SANDBOX, SHELL);
      await deployed.runFor(MINUTE);
      expect([await endsOf(deployed), policiesOf(deployed, SANDBOX)]).toEqual([
        [`${SANDBOX} cn-north-1 attach-policy`],
        ['ExecLogDelivery-cn-north-1'],
      ]);
    } finally {
      await deployed.close();
    }
  }, 120_000);
});
