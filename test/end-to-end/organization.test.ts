import { nginxDefaultAccount } from '../simulated-account/scenarios/nginx-default.ts';
import { Play, repaired, ticketFor } from './whole-end.ts';

const SANDBOX = 'ou-ab12-sandbox1';
const PRODUCTION = 'ou-ab12-prodprod';

/** The scenario's account in a unit of its organisation, beside another one. */
function accountIn(unit: string, tags: Record<string, string> = {}) {
  const account = nginxDefaultAccount();
  const inUnit = (id: string, name: string, parent: string) => ({ id, name, parent, tags: {} });
  return {
    ...account,
    organizations: {
      serviceControlPolicies: [],
      units: [
        { id: SANDBOX, name: 'Sandbox', parent: 'r-ab12' },
        { id: PRODUCTION, name: 'Production', parent: 'r-ab12' },
      ],
      accounts: [
        { ...inUnit(account.account, 'web', unit), tags },
        inUnit('222222222222', 'shop', PRODUCTION),
        inUnit('999999999999', 'central', 'r-ab12'),
      ],
    },
  };
}

const settings = {
  defaultMode: 'ticket',
  accounts: {},
  organizationalUnits: { [SANDBOX]: { mode: 'attach' }, [PRODUCTION]: { mode: 'ticket' } },
};

describe('given a deployment whose modes come from the organisation', () => {
  let play: Play;
  afterEach(() => play.close());

  const asked = () =>
    Object.entries(play.system.account.countCalls()).filter(([operation]) => operation.startsWith('organizations:'));

  it('repairs in a sandbox unit, and asks where the account stands once', async () => {
    play = await Play.start({ account: accountIn(SANDBOX), settings, organization: true, withoutSlack: true });
    await play.session();
    const next = await play.session();

    expect(next.transcript).toBe('recorded');
    expect(await play.end()).toEqual({ ...repaired(), posts: [] });
    expect(asked()).toEqual([
      ['organizations:ListParents', 2],
      ['organizations:ListTagsForResource', 1],
    ]);
  });

  it('opens a ticket in a production unit', async () => {
    play = await Play.start({ account: accountIn(PRODUCTION), settings, organization: true, withoutSlack: true });
    await play.session();

    expect(await play.end()).toEqual({ ...ticketFor('mode-allows-attach'), posts: [] });
  });

  it("repairs in a production unit where the account's tag says so", async () => {
    play = await Play.start({
      account: accountIn(PRODUCTION, { 'exec-log-mode': 'attach' }),
      settings: { ...settings, accountTag: { key: 'exec-log-mode' } },
      organization: true,
      withoutSlack: true,
    });
    await play.session();

    expect(await play.end()).toEqual({ ...repaired(), posts: [] });
  });

  it('opens a ticket where Organizations may not be read, also for an account that the settings name', async () => {
    const account = accountIn(SANDBOX);
    play = await Play.start({
      account,
      settings: { ...settings, accounts: { [account.account]: { mode: 'attach' } } },
      organization: true,
      withoutSlack: true,
      faults: [{ service: 'organizations', operation: 'ListParents', kind: 'access-denied' }],
    });
    await play.session();

    const { policies, tickets, cases } = await play.end();
    expect([policies, tickets, cases.map(({ state }) => state)]).toEqual([{}, 1, ['ticketed']]);
  });

  it('opens a ticket where the deployment has no permission to ask', async () => {
    play = await Play.start({ account: accountIn(SANDBOX), settings, withoutSlack: true });
    await play.session();

    const { policies, tickets, refusedToUs } = await play.end();
    expect([policies, tickets, [...refusedToUs].sort()]).toEqual([
      {},
      1,
      ['organizations:ListParents', 'organizations:ListTagsForResource'],
    ]);
  });

  it('does not ask where no setting depends on the organisation', async () => {
    play = await Play.start({ account: accountIn(SANDBOX), organization: true, withoutSlack: true });
    await play.session();

    expect(await play.end()).toEqual({ ...repaired(), posts: [] });
    expect(asked()).toEqual([]);
  });
});
