import { LedgerPlay, usualEnd } from './ledger-world.ts';
import { POLICY, ROLE } from './whole-end.ts';

const DELIVERY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams', 'logs:DescribeLogGroups'],
      Resource: '*',
    },
  ],
});

const repairedEnd = {
  ...usualEnd,
  states: ['denied'],
  cases: ['repaired all-guardrails-hold 1'],
  tickets: [],
  posts: ['Repaired'],
  policyWrites: ['Remediator:PutRolePolicy'],
};

describe('given a role that was repaired', () => {
  let play: LedgerPlay;
  let before: readonly string[];

  beforeEach(async () => {
    play = await LedgerPlay.start();
    await play.audit();
    before = play.policies();
    await play.session('denied');
    await play.audited();
  });

  afterEach(() => play.close());

  const role = () => play.system.account.state.iam.roles.find(({ RoleName }) => RoleName === ROLE);

  /** A day of a slow schedule: each standing policy has its moment in it, and an audit looks back two hours for it. */
  async function day(): Promise<void> {
    for (let audits = 0; audits < 14; audits += 1) await play.audit(110);
    await play.passes(5);
  }

  it('leaves the policy alone while the role needs it', async () => {
    await day();

    expect([play.policies(), await play.end()]).toEqual([[...before, POLICY], repairedEnd]);
  });

  it('opens a ticket once somebody removed the policy, and never attaches it again', async () => {
    await play.removePolicy();
    await play.audit(15);
    await play.audited();
    const noticed = await play.end();
    await play.session('denied');
    await play.audited();
    await day();
    const { states, policyWrites, refusedToUs, deadLetters, tickets } = await play.end();

    expect(noticed).toEqual({
      ...repairedEnd,
      cases: ['ticketed policy-removed 1'],
      tickets: [expect.stringMatching(/^Open: /)],
      posts: ['Repaired', 'Somebody'],
    });
    expect({ states, policyWrites, refusedToUs, deadLetters, tickets }).toEqual({
      states: ['denied', 'denied'],
      policyWrites: ['Remediator:PutRolePolicy'],
      refusedToUs: [],
      deadLetters: 0,
      // The ticket of the cause tells of both.
      tickets: [expect.stringMatching(/^Open: /)],
    });
    expect(play.policies()).toEqual(before);
  });

  it('removes the policy once the role may do without it, and only the remediator does', async () => {
    const found = role();
    if (found !== undefined) {
      found.RolePolicyList = [...(found.RolePolicyList ?? []), { PolicyName: 'logs', PolicyDocument: DELIVERY }];
    }
    await day();

    expect(play.policies()).toEqual([...before, 'logs']);
    expect(await play.end()).toEqual({
      ...repairedEnd,
      cases: ['closed fixed-in-code 1'],
      posts: ['Fixed', 'Repaired'],
      policyWrites: ['Remediator:PutRolePolicy', 'Remediator:DeleteRolePolicy'],
    });
    expect((await play.policyRecord())['revertedAt']).not.toBeNull();
    await play.session('denied');
    await play.audited();
    expect((await play.end()).states).toEqual(['denied', 'recorded']);
  });

  it('closes the case of a role that somebody deleted, and writes nothing', async () => {
    const { iam } = play.system.account.state;
    iam.roles = iam.roles.filter(({ RoleName }) => RoleName !== ROLE);
    await play.audited();
    await day();

    expect(await play.end()).toEqual({ ...repairedEnd, cases: ['closed role-gone 1'], posts: ['Closed', 'Repaired'] });
  });

  it('tells of a policy that somebody changed, and changes nothing itself', async () => {
    const changed = role()?.RolePolicyList?.find(({ PolicyName }) => PolicyName === POLICY);
    if (changed !== undefined) changed.PolicyDocument = DELIVERY;
    await play.audited();
    await day();

    expect(role()?.RolePolicyList?.find(({ PolicyName }) => PolicyName === POLICY)?.PolicyDocument).toBe(DELIVERY);
    expect(await play.end()).toEqual({
      ...repairedEnd,
      cases: ['ticketed policy-changed 1'],
      tickets: [expect.stringMatching(/^Open: /)],
      posts: ['Repaired', 'Somebody'],
    });
  });
});

describe('given a denial that became a ticket', () => {
  let play: LedgerPlay;
  afterEach(() => play.close());

  it('closes the ticket with the evidence once a session after the fix is recorded', async () => {
    play = await LedgerPlay.start({ mode: 'ticket' });
    await play.session('denied');
    await play.audited();
    const before = await play.end();
    const role = play.system.account.state.iam.roles.find(({ RoleName }) => RoleName === ROLE);
    if (role !== undefined) role.RolePolicyList?.push({ PolicyName: 'logs', PolicyDocument: DELIVERY });
    const next = await play.session('denied');
    await play.audited();
    const after = await play.end();
    const [ticket] = play.system.account.stores.opsItems.values();

    expect(before).toMatchObject({ states: ['denied'], cases: ['ticketed mode-allows-attach 1'] });
    expect(before.tickets).toEqual([expect.stringMatching(/^Open: /)]);
    expect(after).toEqual({
      ...before,
      states: ['denied', 'recorded'],
      cases: ['verified transcript-delivered 1'],
      tickets: [String(before.tickets[0]).replace('Open', 'Resolved')],
      posts: ['Ticket', 'Verified'],
    });
    expect(JSON.stringify(ticket)).toContain(next);
  });
});
