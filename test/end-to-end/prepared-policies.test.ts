import { AttachRolePolicyCommand, DetachRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { preparedPolicyFor } from '../../functions/domain/prepared-policy.ts';
import type { Ceiling } from '../../functions/domain/settings.ts';
import { LedgerPlay, runAs, usualEnd } from './ledger-world.ts';
import { ProposeWorld } from './propose-world.ts';
import { nothing, ROLE } from './whole-end.ts';

const GROUP = '/ecs/nginx-sample/nginx';
const OTHER_GROUP = '/ecs/other';
const EXECUTION_ROLE = 'nginx-sample-task-execution-role';
const NAME = 'ExecLogPrepared-ap-northeast-1';
const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';

const ceiling: Partial<Ceiling> = { repair: 'managed-policy', preparedGroups: [GROUP, OTHER_GROUP] };

const arnOf = (group: string) =>
  preparedPolicyFor(group, { partition: 'aws', account: '111111111111', region: 'ap-northeast-1' })?.arn;

const ALL_LOGS = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'logs:*', Resource: '*' }],
});

const repairedEnd = {
  ...usualEnd,
  states: ['denied'],
  cases: ['repaired all-guardrails-hold 1'],
  tickets: [],
  posts: ['Repaired'],
  policyWrites: [],
};

const OPEN = expect.stringMatching(/^Open: /);

describe('given a deployment that repairs by prepared policies', () => {
  let play: LedgerPlay;
  let before: readonly string[];

  beforeEach(async () => {
    play = await LedgerPlay.start({ ceiling });
    await play.audit();
    before = play.policies();
  });

  afterEach(() => play.close());

  const role = () => play.system.account.state.iam.roles.find(({ RoleName }) => RoleName === ROLE);
  const attached = () => (role()?.AttachedManagedPolicies ?? []).map(({ PolicyArn }) => PolicyArn);
  /** What the functions attached and detached, with whose role. */
  const attachments = () =>
    play.system.account.calls
      .filter(({ operation, caller }) => /^(At|De)tach/.test(operation) && caller?.includes(':role/exec-log/'))
      .map(
        ({ operation, outcome, caller }) => `${/Auditor|Remediator/.exec(caller ?? '')?.[0]}:${operation} ${outcome}`,
      );

  /** Somebody makes the prepared policy say something else. */
  function edit(): void {
    const policy = play.system.account.state.iam.policies.find(({ Arn }) => Arn === arnOf(GROUP));
    if (policy === undefined) throw new Error('the account has no such policy');
    policy.DefaultVersionId = 'v2';
    policy.PolicyVersionList = [{ VersionId: 'v2', IsDefaultVersion: true, Document: ALL_LOGS }];
  }

  function clientOf(principal: string): IAMClient {
    const { account } = play.system;
    const credentials = account.credentialsFor(principal, 'mallory');
    return new IAMClient({ endpoint: account.url, region: 'ap-northeast-1', credentials });
  }

  /** A denied session, and the audits after which nothing of it is open any more. */
  async function repair(): Promise<void> {
    await play.session('denied');
    await play.audited();
  }

  /** A day of a slow schedule: each standing policy has its moment in it. */
  async function day(): Promise<void> {
    for (let audits = 0; audits < 14; audits += 1) await play.audit(110);
    await play.passes(5);
  }

  it('attaches the policy of the group, writes no document, and the next session is recorded', async () => {
    await repair();
    const first = await play.end();
    await play.session('denied');
    await play.audited();

    expect(first).toEqual(repairedEnd);
    expect(await play.end()).toEqual({
      ...repairedEnd,
      states: ['denied', 'recorded'],
      cases: ['verified transcript-delivered 1'],
      posts: ['Repaired', 'Verified'],
    });
    expect(JSON.stringify(play.system.slack.posts)).toContain('aws_iam_role_policy_attachments_exclusive');
    expect([attached(), play.policies(), attachments()]).toEqual([
      [arnOf(GROUP)],
      before,
      ['Remediator:AttachRolePolicy ok'],
    ]);
    expect(await play.policyRecord()).toMatchObject({ policyName: NAME, revertedAt: null });
  });

  it('detaches it once the role may do without it', async () => {
    await repair();
    role()?.RolePolicyList?.push({ PolicyName: 'logs', PolicyDocument: ALL_LOGS });
    await day();

    expect([attached(), attachments()]).toEqual([
      [],
      ['Remediator:AttachRolePolicy ok', 'Remediator:DetachRolePolicy ok'],
    ]);
    expect(await play.end()).toEqual({
      ...repairedEnd,
      cases: ['closed fixed-in-code 1'],
      posts: ['Fixed', 'Repaired'],
    });
    expect((await play.policyRecord())['revertedAt']).not.toBeNull();
  });

  it('opens a ticket once somebody detached it, and never attaches it again', async () => {
    await repair();
    await clientOf('operator').send(new DetachRolePolicyCommand({ RoleName: ROLE, PolicyArn: arnOf(GROUP) }));
    await play.audit(15);
    await play.audited();
    const noticed = await play.end();
    await repair();

    expect(noticed).toEqual({
      ...repairedEnd,
      cases: ['ticketed policy-removed 1'],
      tickets: [OPEN],
      posts: ['Repaired', 'Somebody'],
    });
    expect([attached(), attachments()]).toEqual([[], ['Remediator:AttachRolePolicy ok']]);
  });

  it('refuses to attach a policy that somebody edited: a ticket', async () => {
    edit();
    await repair();

    expect([attached(), attachments()]).toEqual([[], []]);
    expect(await play.end()).toEqual({
      ...repairedEnd,
      cases: ['ticketed write-refused 1'],
      tickets: [OPEN],
      posts: ['Ticket'],
    });
  });

  it('tells of an attached policy that somebody edited, and changes nothing itself', async () => {
    await repair();
    edit();
    await play.audited();

    expect([attached(), attachments()]).toEqual([[arnOf(GROUP)], ['Remediator:AttachRolePolicy ok']]);
    expect(await play.end()).toEqual({
      ...repairedEnd,
      cases: ['ticketed policy-changed 1'],
      tickets: [OPEN],
      posts: ['Repaired', 'Somebody'],
    });
  });

  it('does not take for its own what somebody else attached: a ticket', async () => {
    await clientOf('operator').send(new AttachRolePolicyCommand({ RoleName: ROLE, PolicyArn: arnOf(OTHER_GROUP) }));
    await repair();

    expect([attached(), attachments()]).toEqual([[arnOf(OTHER_GROUP)], []]);
    expect((await play.end()).cases).toEqual(['ticketed name-free 1']);
  });

  it.each([
    ['one role', [ROLE]],
    ['all', ['--all']],
  ])('is reverted from the terminal: %s', async (_, argv) => {
    await repair();
    const { code, stdout } = await runAs('sato', play, ['revert', ...argv, '--json']);

    expect(code).toBe(0);
    expect(stdout).toContain(NAME);
    expect([attached(), play.policies()]).toEqual([[], before]);
    expect((await play.policyRecord())['revertedAt']).not.toBeNull();
  });

  it("lets the function's role attach nothing else, to no other role, and write no document", async () => {
    const functionRole = play.system.account.state.iam.roles.find(({ RoleName }) => RoleName.includes('Remediator'));
    const client = clientOf(functionRole?.Arn ?? '');
    const attempt = (answer: Promise<unknown>) =>
      answer.then(
        () => 'ok',
        (error: unknown) => (error instanceof Error ? error.name : error),
      );
    const foreign = { RoleName: ROLE, PolicyArn: ADMINISTRATOR };
    const ours = { PolicyArn: arnOf(GROUP) };

    expect([
      await attempt(client.send(new AttachRolePolicyCommand({ RoleName: ROLE, ...ours }))),
      await attempt(client.send(new DetachRolePolicyCommand({ RoleName: ROLE, ...ours }))),
      await attempt(client.send(new AttachRolePolicyCommand(foreign))),
      await attempt(client.send(new DetachRolePolicyCommand(foreign))),
      await attempt(client.send(new AttachRolePolicyCommand({ RoleName: EXECUTION_ROLE, ...ours }))),
      await attempt(client.send(new AttachRolePolicyCommand({ RoleName: functionRole?.RoleName, ...ours }))),
      await attempt(
        client.send(new PutRolePolicyCommand({ RoleName: ROLE, PolicyName: 'x', PolicyDocument: ALL_LOGS })),
      ),
    ]).toEqual(['ok', 'ok', ...Array(5).fill('AccessDenied')]);
  });
});

describe('given a deployment that proposes prepared policies', () => {
  let world: ProposeWorld;
  afterEach(() => world.close());

  it('attaches the policy once a person approved it, and the next session is recorded', async () => {
    world = await ProposeWorld.start({}, ceiling);
    await world.proposed();
    const asks = world.text();
    await world.click('U0MARA');
    const role = world.play.system.account.state.iam.roles.find(({ RoleName }) => RoleName === ROLE);
    const { transcript } = await world.play.session();

    expect(asks).toContain('aws_iam_role_policy_attachments_exclusive');
    expect([role?.AttachedManagedPolicies?.map(({ PolicyArn }) => PolicyArn), transcript]).toEqual([
      [arnOf(GROUP)],
      'recorded',
    ]);
    expect(await world.end()).toEqual({
      ...nothing,
      cases: [{ state: 'repaired', disposition: 'attach-policy', reasons: ['all-guardrails-hold'], count: 1 }],
    });
  });
});

describe('given a deployment that prepared policies for other groups alone', () => {
  let play: LedgerPlay;
  afterEach(() => play.close());

  it('opens a ticket', async () => {
    play = await LedgerPlay.start({ ceiling: { ...ceiling, preparedGroups: [OTHER_GROUP] } });
    await play.session('denied');
    const [found] = await play.system.ledger.cases();

    expect([found?.state, found?.reasons.map(({ code }) => code)]).toEqual([
      'ticketed',
      ['group-allowed', 'group-not-prepared'],
    ]);
  });
});
