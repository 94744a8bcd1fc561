import type { Place } from '../../functions/domain/jurisdiction.ts';
import type { AuditEvent } from '../../functions/flow/audit.ts';
import { auditPlaces } from '../../functions/flow/audit-places.ts';
import type { AuditedPlaces } from '../../functions/ports.ts';
import { AuditorWorld, anExecRecord } from '../support/auditor.ts';
import { anAttachedPolicy, anExecSession, rules, SESSION_ID } from '../support/builders.ts';

const HOME = { partition: 'aws', account: '999999999999', region: 'eu-central-1' };
const ONE = { partition: 'aws', account: '111111111111', region: 'ap-northeast-1' };
const OTHER = { partition: 'aws', account: '222222222222', region: 'ap-northeast-1' };
const OTHER_SESSION = 'ecs-execute-command-0aaaaaaaaaaaaaaaa';
const keyOf = ({ account, region }: { account: string; region: string }) => `${account} ${region}`;

/** A hub and two members, whose sessions stand in the hub's ledger and whose transcripts lie with them. */
class Organization {
  readonly hub = new AuditorWorld();
  readonly members = new Map([ONE, OTHER, HOME].map((place) => [keyOf(place), new AuditorWorld()] as const));
  stored: AuditedPlaces | undefined;
  policyPlaces: readonly { account: string; region: string }[] = [];
  readonly told: (readonly [AuditEvent, Place | null])[] = [];
  readonly visited: string[] = [];
  hasTime = (_milliseconds: number): boolean => true;

  member(place: Place): AuditorWorld {
    const world = this.members.get(keyOf(place));
    if (world === undefined) throw new Error(`no member ${keyOf(place)}`);
    return world;
  }

  async open(place: Place, sessionId: string): Promise<void> {
    const { account, region } = place;
    await this.hub.open({ session: anExecSession({ account, region, sessionId }) });
    this.member(place).end(sessionId);
    this.member(place).deliverTranscript(sessionId);
  }

  audit() {
    const { lines, recorder, denied, sessions, orders, cases } = this.hub.ports();
    const shared = { lines, recorder, denied, sessions, orders, cases };
    return auditPlaces(
      {
        rules: rules(),
        hasTime: (milliseconds) => this.hasTime(milliseconds),
        onEvent: (event, place) => this.told.push([event, place]),
      },
      {
        jurisdiction: { kind: 'hub', home: HOME, organizationId: 'o-exampleorg1' },
        deploymentPorts: this.hub.ports(),
        portsOf: (place) => {
          this.visited.push(keyOf(place));
          const { account, region } = place;
          return { ...this.member(place).ports(), ...shared, orderPlace: { account, region } };
        },
        places: {
          readPlaces: async () => this.stored,
          savePlaces: async (places, expected) => {
            if ((this.stored?.version ?? null) !== expected) return 'conflict';
            this.stored = places;
            return 'saved';
          },
          placesOfPolicies: async function* (this: void) {
            yield* organization.policyPlaces;
          },
        },
      },
    );
  }
}

let organization: Organization;
beforeEach(() => {
  organization = new Organization();
});

describe('given a hub with sessions of two members', () => {
  it('settles each by what its own account shows', async () => {
    await organization.open(ONE, SESSION_ID);
    await organization.open(OTHER, OTHER_SESSION);
    organization.member(OTHER).streams.clear();
    const end = await organization.audit();
    expect(end).toMatchObject({ settled: 2, failures: 0, isFinished: true });
    expect([organization.hub.stateOf(SESSION_ID), organization.hub.stateOf(OTHER_SESSION)]).toEqual([
      'recorded',
      'missing',
    ]);
    expect(organization.member(HOME).calls).not.toContain('findStream');
  });

  it('is not stopped by a member that cannot be read, and says which it is', async () => {
    await organization.open(ONE, SESSION_ID);
    await organization.open(OTHER, OTHER_SESSION);
    organization.member(ONE).failing = () => new Error('the role may not be assumed');
    const end = await organization.audit();
    // Whoever watches the hub's own audits must not be told that they fail because a member is gone.
    expect(end).toMatchObject({ settled: 1, isFinished: true, unauditedMembers: [ONE] });
    expect([organization.hub.stateOf(SESSION_ID), organization.hub.stateOf(OTHER_SESSION)]).toEqual([
      'open',
      'recorded',
    ]);
    const failed = organization.told.filter(([{ kind }]) => kind === 'failed').map(([, place]) => place);
    expect(new Set(failed)).toEqual(new Set([ONE]));
  });

  it('keeps the progress of each place by itself', async () => {
    await organization.open(ONE, SESSION_ID);
    await organization.open(OTHER, OTHER_SESSION);
    organization.member(ONE).failing = (call) => (call.startsWith('findRecords') ? new Error('throttled') : null);
    await organization.audit();
    const swept = async (place: Place) => (await organization.member(place).ledger.readProgress())?.sweptUntil;
    expect([await swept(ONE), typeof (await swept(OTHER))]).toEqual([null, 'string']);
  });
});

describe('given a hub and the history of a member', () => {
  const swept = async (opened: Partial<Place>) => {
    const { account, region } = { ...ONE, ...opened };
    const moved = (arn: string) => arn.replace(`${ONE.region}:${ONE.account}`, `${region}:${account}`);
    const { clusterArn, taskArn } = anExecSession();
    const session = anExecSession({ account, region, clusterArn: moved(clusterArn), taskArn: moved(taskArn) });
    organization.policyPlaces = [ONE];
    organization.member(ONE).records.push(anExecRecord(session));
    const { failures } = await organization.audit();
    return { failures, isSent: organization.hub.sessions.sent.length > 0 };
  };

  it('hands a session of its own to the recorder', async () => {
    expect(await swept({})).toEqual({ failures: 0, isSent: true });
  });

  it.each([
    ['account', { account: OTHER.account }],
    ['Region', { region: 'eu-west-1' }],
  ])('hands on none that it tells of another %s: nobody else speaks for that place', async (_, opened) => {
    expect(await swept(opened)).toEqual({ failures: 0, isSent: false });
  });
});

describe('given a hub that has heard of its places', () => {
  it('comes back to them when nothing is due, and finds those where a policy stands', async () => {
    await organization.open(OTHER, OTHER_SESSION);
    organization.policyPlaces = [{ account: ONE.account, region: ONE.region }];
    await organization.audit();
    organization.policyPlaces = [];
    organization.visited.length = 0;
    await organization.audit();
    expect(organization.visited).toEqual([keyOf(ONE), keyOf(OTHER), keyOf(HOME)]);
  });

  it('begins behind the place that it came to last', async () => {
    organization.policyPlaces = [ONE, OTHER];
    let asked = 0;
    organization.hasTime = (milliseconds) => {
      if (milliseconds === 75_000) asked += 1;
      return asked < 2;
    };
    expect((await organization.audit()).isFinished).toBe(false);
    expect(organization.visited).toEqual([keyOf(ONE)]);
    organization.hasTime = () => true;
    organization.visited.length = 0;
    expect((await organization.audit()).isFinished).toBe(true);
    expect(organization.visited).toEqual([keyOf(OTHER), keyOf(HOME), keyOf(ONE)]);
  });

  it('orders the review of a policy with its place, and asks about cases once for all', async () => {
    organization.policyPlaces = [ONE];
    const { policies } = organization.member(ONE);
    policies.set('AROAONE', anAttachedPolicy({ Version: '2012-10-17', Statement: [] }, { roleId: 'AROAONE' }));
    await organization.audit();
    const { account, region } = ONE;
    expect(organization.hub.ordered()).toEqual([{ kind: 'review', roleId: 'AROAONE', place: { account, region } }]);
    const asks = (world: AuditorWorld) => world.calls.filter((call) => call === 'openCases').length;
    expect([asks(organization.hub), asks(organization.member(ONE)) > 0]).toEqual([1, false]);
  });
});
