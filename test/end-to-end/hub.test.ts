import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { readAccountFile } from '../simulated-account/account-file.ts';
import type { AccountState, JsonObject } from '../simulated-account/account-state.ts';
import { envelopeOf } from '../simulated-account/cloudtrail-log.ts';
import { type DeployedHub, startHub } from '../simulated-account/deployment/hub.ts';
import { nginxDefaultFile, nginxDefaultSession as SHELL } from '../simulated-account/scenarios/nginx-default.ts';

const HUB = '999999999999';
const SANDBOX = '111111111111';
const PRODUCTION = '222222222222';
const UNTRUSTING = '333333333333';
const CAUTIOUS = '444444444444';
const HOME_REGION = 'ap-northeast-1';
const SECOND_REGION = 'eu-west-1';
const ROLE = 'nginx-sample-task-nginx-role';
const MINUTE = 60_000;

/** The published set-up, in another account and Region. */
const memberOf = (account: string, region = HOME_REGION): AccountState => {
  const text = JSON.stringify(nginxDefaultFile).replaceAll(SANDBOX, account).replaceAll(HOME_REGION, region);
  return readAccountFile(JSON.parse(text));
};

let deployed: DeployedHub;
beforeAll(async () => {
  const repairing = { mode: 'attach', rolePatterns: 'nginx-sample-*' } as const;
  deployed = await startHub({
    organizationId: 'o-exampleorg1',
    hub: readAccountFile({ account: HUB, partition: 'aws', region: 'eu-central-1' }),
    members: [
      { files: [memberOf(SANDBOX), memberOf(SANDBOX, SECOND_REGION)], ...repairing },
      { files: [memberOf(PRODUCTION)], mode: 'ticket' },
      { files: [memberOf(CAUTIOUS)], mode: 'ticket' },
      { files: [memberOf(UNTRUSTING)], ...repairing, parameters: { OrganizationId: 'o-somebodyelse' } },
    ],
    settings: {
      defaultMode: 'ticket',
      accounts: Object.fromEntries([SANDBOX, CAUTIOUS, UNTRUSTING].map((account) => [account, { mode: 'attach' }])),
    },
  });
}, 120_000);
afterAll(() => deployed.close());

const policiesOf = (account: string) =>
  deployed
    .member(account)
    .state.iam.roles.find(({ RoleName }) => RoleName === ROLE)
    ?.RolePolicyList?.map(({ PolicyName }) => PolicyName);
const roleIn = (account: string, name: string) => `arn:aws:iam::${account}:role/exec-log/exec-log-${name}`;
const callsOf = (operation: string) =>
  deployed.organization.calls
    .filter((call) => call.operation === operation)
    .map(({ caller, outcome }) => `${caller} ${outcome}`);
const casesOf = async (account: string) => (await deployed.ledger.cases()).filter((found) => found.account === account);
const refusals = () =>
  deployed.hub
    .fn('remediator')
    .linesWithCode('EXECLOG_REFUSED')
    .map(({ refusal }) => refusal);

/** Credentials of a role's session, as a client takes them. */
const clientOf = (account: string, roleArn: string, region = HOME_REGION) => ({
  endpoint: deployed.organization.url,
  region,
  maxAttempts: 1,
  credentials: deployed.member(account).credentialsFor(roleArn, 'intruder'),
});

describe('given a hub and a sandbox of its organisation', () => {
  it('repairs it with its own repair role, and its next transcript arrives', async () => {
    expect((await deployed.exec(SANDBOX, SHELL)).transcript).toBe('lost');
    await deployed.runFor(MINUTE);
    expect(policiesOf(SANDBOX)).toContain(`ExecLogDelivery-${HOME_REGION}`);
    expect(callsOf('PutRolePolicy')).toEqual([`${roleIn(SANDBOX, 'repair')} ok`]);
    expect(await casesOf(SANDBOX)).toMatchObject([{ state: 'repaired', region: HOME_REGION }]);
    expect((await deployed.exec(SANDBOX, SHELL)).transcript).toBe('recorded');
    await deployed.settle();
  }, 60_000);

  it("acts under a name and source identity by which the member's trail is searched", () => {
    const { records } = deployed.member(SANDBOX).state.cloudtrail;
    const write = records.find(({ eventName }) => eventName === 'PutRolePolicy');
    expect(write).toMatchObject({
      userIdentity: {
        arn: `arn:aws:sts::${SANDBOX}:assumed-role/exec-log-repair/exec-log-exec-log-remediator`,
        sessionContext: { sourceIdentity: 'exec-log-exec-log-remediator' },
      },
    });
  });

  it('repairs its second Region by itself, with the roles of the first', async () => {
    await deployed.exec(SANDBOX, SHELL, SECOND_REGION);
    await deployed.runFor(MINUTE);
    expect(policiesOf(SANDBOX)).toEqual(
      expect.arrayContaining([`ExecLogDelivery-${HOME_REGION}`, `ExecLogDelivery-${SECOND_REGION}`]),
    );
    const keys = (await deployed.ledger.rows('attachedPolicy')).map(({ pk }) => String(pk).replace(/#AROA.*$/, ''));
    expect(keys.sort()).toEqual([`POLICY#${SANDBOX}#${HOME_REGION}`, `POLICY#${SANDBOX}#${SECOND_REGION}`]);
    const notes = (await deployed.ledger.rows('denial')).map(({ pk }) => String(pk).replace(/#ecs-execute-.*$/, ''));
    expect(notes.sort()).toEqual([`DENIAL#${SANDBOX}#${HOME_REGION}`, `DENIAL#${SANDBOX}#${SECOND_REGION}`]);
  }, 60_000);
});

describe('given a member in production', () => {
  it('gets a ticket in the hub, and no write at all', async () => {
    await deployed.exec(PRODUCTION, SHELL);
    await deployed.runFor(MINUTE);
    expect(await casesOf(PRODUCTION)).toMatchObject([{ state: 'ticketed', reasons: [{ code: 'mode-allows-attach' }] }]);
    expect([deployed.hub.account.stores.opsItems.size, policiesOf(PRODUCTION)]).toEqual([1, ['ecs-exec']]);
    expect(callsOf('AssumeRole').some((call) => call.includes('AccessDenied'))).toBe(false);
  }, 60_000);
});

describe('given settings that ask for more than a member permits', () => {
  it('ends in a ticket: the member has no role to write with', async () => {
    await deployed.exec(CAUTIOUS, SHELL);
    await deployed.runFor(MINUTE);
    expect(await casesOf(CAUTIOUS)).toMatchObject([{ state: 'ticketed', reasons: [{ code: 'write-refused' }] }]);
    expect(policiesOf(CAUTIOUS)).toEqual(['ecs-exec']);
  }, 60_000);
});

describe('given a member that trusts another organisation', () => {
  it('is not read and not written: a ticket says why', async () => {
    await deployed.exec(UNTRUSTING, SHELL);
    await deployed.runFor(MINUTE);
    const [found] = await casesOf(UNTRUSTING);
    expect(found).toMatchObject({ state: 'ticketed' });
    expect(JSON.stringify(found?.reasons)).toContain(`${roleIn(UNTRUSTING, 'read')} is absent or may not be assumed`);
    expect(policiesOf(UNTRUSTING)).toEqual(['ecs-exec']);
  }, 60_000);
});

describe('given a member that wants to reach another one', () => {
  const assume = (from: string, roleArn: string, asked: object) =>
    new STSClient(clientOf(from, roleArn)).send(
      new AssumeRoleCommand({ RoleArn: roleIn(PRODUCTION, 'read'), RoleSessionName: 'intruder', ...asked }),
    );
  const AS_HUB = { SourceIdentity: 'exec-log-exec-log-remediator' };

  it.each([
    ['a read role', roleIn(SANDBOX, 'read'), SANDBOX],
    ['a repair role', roleIn(SANDBOX, 'repair'), SANDBOX],
    ['a task role', `arn:aws:iam::${SANDBOX}:role/${ROLE}`, SANDBOX],
    ['a function of the hub that does not read members', roleIn(HUB, 'approver'), HUB],
  ])('cannot become its read role as %s', async (_, roleArn, from) => {
    const known = deployed.member(from).state.iam.roles.map(({ Arn }) => Arn);
    const role = known.includes(roleArn) ? roleArn : (known.find((arn) => arn?.includes('Approver')) ?? '');
    await expect(assume(from, role, AS_HUB)).rejects.toThrow('not authorized');
  });

  it.each([
    ['without a source identity', {}],
    ['under another source identity', { SourceIdentity: 'exec-log-exec-log-recorder' }],
  ])('cannot pass for the hub %s, even with its role', async (_, asked) => {
    await expect(assume(HUB, roleIn(HUB, 'remediator'), asked)).rejects.toThrow('not authorized');
    await expect(assume(HUB, roleIn(HUB, 'remediator'), AS_HUB)).resolves.toMatchObject(AS_HUB);
  });

  it('cannot write with the role of another function of the hub', async () => {
    const repair = { RoleArn: roleIn(SANDBOX, 'repair'), SourceIdentity: 'exec-log-exec-log-recorder' };
    await expect(assume(HUB, roleIn(HUB, 'recorder'), repair)).rejects.toThrow('not authorized');
  });
});

describe('given a forged forward', () => {
  const denial = (): JsonObject => {
    const { records } = deployed.member(PRODUCTION).state.cloudtrail;
    const found = records.find(({ eventName }) => eventName === 'CreateLogStream');
    if (found === undefined) throw new Error('nothing was denied');
    return { ...found, eventID: '00000000-0000-4000-8000-000000000001' };
  };

  it('refuses the denial of another account than the one that forwarded it', async () => {
    const before = refusals().length;
    deployed.hub.bus.put({ ...envelopeOf(denial()), account: SANDBOX }, 'exec-log-hub');
    await deployed.hub.runFor(MINUTE);
    expect(refusals().slice(before)).toMatchObject([{ code: 'mismatch' }]);
  }, 60_000);

  it('takes nothing that a member puts on the bus by itself, not even with the role that forwards', async () => {
    const put = (Source: string) =>
      new EventBridgeClient(clientOf(SANDBOX, roleIn(SANDBOX, 'forward'))).send(
        new PutEventsCommand({
          Entries: [
            {
              Source,
              DetailType: 'AWS API Call via CloudTrail',
              Detail: JSON.stringify(denial()),
              EventBusName: `arn:aws:events:eu-central-1:${HUB}:event-bus/exec-log-hub`,
            },
          ],
        }),
      );
    await expect(put('aws.logs')).rejects.toThrow('not authorized');
    await expect(put('my.logs')).rejects.toThrow('not authorized');
  });
});

describe('given sessions of several members', () => {
  it('settles each by what its own account and Region show', async () => {
    await deployed.hub.runFor(61 * MINUTE);
    await deployed.hub.runSchedule();
    const states = (await deployed.ledger.verdicts()).map(
      ({ account, region, state }) => `${account} ${region} ${state}`,
    );
    expect(states.sort()).toEqual([
      `${SANDBOX} ${HOME_REGION} denied`,
      `${SANDBOX} ${HOME_REGION} recorded`,
      `${SANDBOX} ${SECOND_REGION} denied`,
      `${PRODUCTION} ${HOME_REGION} denied`,
      `${UNTRUSTING} ${HOME_REGION} denied`,
      `${CAUTIOUS} ${HOME_REGION} denied`,
    ]);
  }, 60_000);
});
