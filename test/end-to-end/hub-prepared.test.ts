import { AttachRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { preparedPolicyFor } from '../../functions/domain/prepared-policy.ts';
import { readAccountFile } from '../simulated-account/account-file.ts';
import type { AccountState } from '../simulated-account/account-state.ts';
import { type DeployedHub, startHub } from '../simulated-account/deployment/hub.ts';
import { nginxDefaultFile, nginxDefaultSession as SHELL } from '../simulated-account/scenarios/nginx-default.ts';

const HUB = '999999999999';
const SANDBOX = '111111111111';
const HOME_REGION = 'ap-northeast-1';
const SECOND_REGION = 'eu-west-1';
const ROLE = 'nginx-sample-task-nginx-role';
const GROUP = '/ecs/nginx-sample/nginx';

const memberIn = (region: string): AccountState =>
  readAccountFile(JSON.parse(JSON.stringify(nginxDefaultFile).replaceAll(HOME_REGION, region)));

let deployed: DeployedHub;
beforeAll(async () => {
  deployed = await startHub({
    organizationId: 'o-exampleorg1',
    hub: readAccountFile({ account: HUB, partition: 'aws', region: 'eu-central-1' }),
    members: [
      { files: [memberIn(HOME_REGION), memberIn(SECOND_REGION)], mode: 'attach', rolePatterns: 'nginx-sample-*' },
    ],
    settings: { defaultMode: 'attach' },
    ceiling: { repair: 'managed-policy', preparedGroups: [GROUP] },
  });
}, 120_000);
afterAll(() => deployed.close());

const arnIn = (region: string) => preparedPolicyFor(GROUP, { partition: 'aws', account: SANDBOX, region })?.arn;
const attached = () =>
  deployed
    .member(SANDBOX)
    .state.iam.roles.find(({ RoleName }) => RoleName === ROLE)
    ?.AttachedManagedPolicies?.map(({ PolicyArn }) => PolicyArn);

describe('given a hub whose members repair by prepared policies', () => {
  it.each([HOME_REGION, SECOND_REGION])(
    'attaches the policy of %s, and the next transcript arrives',
    async (region) => {
      expect((await deployed.exec(SANDBOX, SHELL, region)).transcript).toBe('lost');
      await deployed.runFor(60_000);
      expect(attached()).toContain(arnIn(region));
      expect((await deployed.exec(SANDBOX, SHELL, region)).transcript).toBe('recorded');
      await deployed.settle();
    },
    60_000,
  );

  it('wrote with the repair role alone, and put no policy', () => {
    const writes = deployed.organization.calls.filter(({ operation }) => /^(Attach|Detach|Put)Role/.test(operation));
    expect(writes.map(({ operation, caller, outcome }) => `${operation} ${caller} ${outcome}`)).toEqual(
      Array(2).fill(`AttachRolePolicy arn:aws:iam::${SANDBOX}:role/exec-log/exec-log-repair ok`),
    );
  });

  it('cannot attach another policy, nor put one, with that role', async () => {
    const client = new IAMClient({
      endpoint: deployed.organization.url,
      region: HOME_REGION,
      maxAttempts: 1,
      credentials: deployed
        .member(SANDBOX)
        .credentialsFor(`arn:aws:iam::${SANDBOX}:role/exec-log/exec-log-repair`, 'x'),
    });
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await expect(client.send(new AttachRolePolicyCommand({ RoleName: ROLE, PolicyArn }))).rejects.toThrow(
      'not authorized',
    );
    const PolicyDocument = '{"Version":"2012-10-17","Statement":[]}';
    await expect(
      client.send(new PutRolePolicyCommand({ RoleName: ROLE, PolicyName: 'ExecLogDelivery-x', PolicyDocument })),
    ).rejects.toThrow('not authorized');
  });
});
