import type { Reading } from '../../functions/domain/observation.ts';
import type { AccountPlace } from '../../functions/domain/organization-mode.ts';
import { ACCOUNT, POLICY_NAME, ROLE_ARN, ROLE_ID, read, rules, SESSION_ID, unreadable } from '../support/builders.ts';
import { aLedgerLine, aVerdict } from '../support/ledger.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { RemediatorWorld } from '../support/remediator.ts';

const ROOT = 'r-ab12';
const SANDBOX = 'ou-ab12-sandbox1';
const PRODUCTION = 'ou-ab12-prodprod';
const UNITS = { organizationalUnits: { [SANDBOX]: { mode: 'attach' }, [PRODUCTION]: { mode: 'ticket' } } };

const placeIn = (unit: string, tags = {}): Reading<AccountPlace> => read({ path: [ROOT, unit, ACCOUNT], tags });

/** The account in this place, under settings that give modes to units. */
function worldIn(place: Reading<AccountPlace>, settings: object = UNITS): RemediatorWorld {
  const world = new RemediatorWorld();
  world.organization.places.set(ACCOUNT, place);
  world.rules = rules({ defaultMode: 'ticket', ...settings });
  return world;
}

const denial = () => delivered(aDenialRecord({}));
const asked = (world: RemediatorWorld) => world.calls.filter((call) => call === 'findPlace').length;
const policies = (world: RemediatorWorld) => world.role.role.inlinePolicies.map(({ name }) => name);
const states = (world: RemediatorWorld) => [...world.cases.cases.values()].map(({ state }) => state);
const reasons = (world: RemediatorWorld) => [...world.cases.cases.values()].flatMap((found) => found.reasons);

describe('given a denial in an account whose mode comes from the organisation', () => {
  it('repairs in a unit that may be repaired', async () => {
    const world = worldIn(placeIn(SANDBOX));
    expect(await world.deliver(denial())).toEqual([]);
    expect([states(world), policies(world), asked(world)]).toEqual([['repaired'], ['exec', POLICY_NAME], 1]);
  });

  it('opens a ticket in a unit that may not, and says which', async () => {
    const world = worldIn(placeIn(PRODUCTION));
    await world.deliver(denial());
    const detail = `mode ticket: the settings say ticket for the unit ${PRODUCTION}`;
    expect([states(world), policies(world)]).toEqual([['ticketed'], ['exec']]);
    expect(reasons(world)).toEqual([{ code: 'mode-allows-attach', detail }]);
  });

  it("follows the account's tag before its unit", async () => {
    const world = worldIn(placeIn(PRODUCTION, { 'exec-log-mode': 'attach' }), {
      ...UNITS,
      accountTag: { key: 'exec-log-mode' },
    });
    await world.deliver(denial());
    expect(states(world)).toEqual(['repaired']);
  });

  it.each([
    ['cannot be read', unreadable],
    ['does not know the account', { kind: 'absent' } as const],
  ])('opens a ticket where the organisation %s, also for an account that the settings name', async (_, place) => {
    const world = worldIn(place, { ...UNITS, accounts: { [ACCOUNT]: { mode: 'attach' } } });
    expect(await world.deliver(denial())).toEqual([]);
    expect([states(world), policies(world)]).toEqual([['ticketed'], ['exec']]);
    expect(reasons(world)[0]?.detail).toContain('nobody can tell where this account stands in the organisation');
  });

  it('is given back to the queue while the organisation throttles, and is repaired afterwards', async () => {
    const world = worldIn(placeIn(SANDBOX));
    world.failing = (call) => (call === 'findPlace' ? new Error('throttled') : null);
    expect(await world.deliver(denial())).toEqual(['m0']);
    world.failing = () => null;
    expect(await world.deliver(denial())).toEqual([]);
    expect([states(world), policies(world)]).toEqual([['repaired'], ['exec', POLICY_NAME]]);
  });

  it('is not looked up where no setting depends on it', async () => {
    const world = new RemediatorWorld();
    await world.deliver(denial());
    expect([states(world), asked(world)]).toEqual([['repaired'], 0]);
  });
});

describe('given orders of the auditor in such an account', () => {
  const order = { kind: 'incident', sessionId: SESSION_ID };

  function unrecorded(place: Reading<AccountPlace>, settings: object): RemediatorWorld {
    const world = worldIn(place, settings);
    world.audited.lines.set(SESSION_ID, aLedgerLine({}));
    const causes = [{ code: 'no-script', detail: 'the image holds no script' }] as const;
    const settled = { state: 'missing', dueAt: null, settledAt: '2023-02-11T08:00:00Z', causes } as const;
    world.audited.verdicts.set(SESSION_ID, aVerdict(settled));
    return world;
  }

  it('reports an incident as the unit says', async () => {
    const observing = { organizationalUnits: { [PRODUCTION]: { mode: 'observe' } } };
    const inside = unrecorded(placeIn(PRODUCTION), observing);
    const outside = unrecorded(placeIn(SANDBOX), observing);
    await inside.deliver(order);
    await outside.deliver(order);
    expect([states(inside), inside.tickets.opened]).toEqual([['observed'], 0]);
    expect([states(outside), outside.tickets.opened]).toEqual([['ticketed'], 1]);
  });

  it('raises an unmuted case as the unit says', async () => {
    const suppressions = [{ role: ROLE_ARN, until: '2023-02-11', reason: 'retired', owner: 'platform' }];
    const observing = { organizationalUnits: { [PRODUCTION]: { mode: 'observe' } }, suppressions };
    for (const [unit, state] of [
      [PRODUCTION, 'observed'],
      [SANDBOX, 'ticketed'],
    ] as const) {
      const world = worldIn(placeIn(unit), observing);
      await world.deliver(denial());
      world.now = new Date('2023-02-12T00:00:00.000Z');
      const [fingerprint] = world.cases.cases.keys();
      await world.deliver({ kind: 'unmute', fingerprint });
      expect(states(world)).toEqual([state]);
    }
  });

  it('removes a policy that is not needed only where the account may still be repaired', async () => {
    for (const [place, left] of [
      [placeIn(SANDBOX), ['exec', 'team']],
      [unreadable, ['exec', POLICY_NAME, 'team']],
    ] as const) {
      const world = worldIn(placeIn(SANDBOX));
      await world.deliver(denial());
      const policy = world.role.role.inlinePolicies.find(({ name }) => name === POLICY_NAME);
      world.role.replace('team', policy?.document ?? '');
      world.now = new Date(world.now.getTime() + 3_600_000);
      world.organization.places.set(ACCOUNT, place);
      await world.deliver({ kind: 'review', roleId: ROLE_ID });
      expect(policies(world)).toEqual(left);
    }
  });
});
