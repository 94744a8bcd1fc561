import { BOB, click, pass, proposedWorld, proposeRules, theCase } from '../support/approvals.ts';
import {
  absent,
  aCluster,
  aLogGroup,
  anExecConfiguration,
  anInlinePolicy,
  aTrustPolicy,
  GROUP,
  POLICY_NAME,
  ROLE_ARN,
  read,
} from '../support/builders.ts';
import type { RemediatorWorld } from '../support/remediator.ts';

interface Row {
  readonly name: string;
  readonly change: (world: RemediatorWorld) => void;
  readonly reasons: readonly string[];
  readonly state?: string;
}

const ofRole = (changed: object) => (world: RemediatorWorld) => {
  world.role.role = { ...world.role.role, ...changed };
};

const ROWS: readonly Row[] = [
  {
    name: 'the cluster delivers elsewhere',
    change: (world) => {
      const execConfiguration = anExecConfiguration({ logging: 'OVERRIDE', cloudWatchLogGroupName: '/ecs/elsewhere' });
      world.readings = {
        cluster: read(aCluster({ execConfiguration })),
        logGroup: read(aLogGroup({ name: '/ecs/elsewhere' })),
      };
    },
    reasons: ['target-confirmed'],
  },
  {
    name: 'the cluster delivers to a bucket as well, which is another plan',
    change: (world) => {
      const logging = { logging: 'OVERRIDE', cloudWatchLogGroupName: GROUP, s3BucketName: 'transcripts' } as const;
      world.rules = proposeRules({ buckets: { allow: ['transcripts'] } });
      world.readings = {
        cluster: read(aCluster({ execConfiguration: anExecConfiguration(logging) })),
        bucketEncryption: read({ algorithm: 'AES256', keyId: null }),
      };
    },
    reasons: ['plan-changed'],
  },
  { name: 'the role was made again', change: ofRole({ roleId: 'AROAANOTHERONE' }), reasons: ['role-confirmed'] },
  {
    name: 'the role trusts somebody else',
    change: ofRole({
      trustPolicy: aTrustPolicy({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }),
    }),
    reasons: ['role-confirmed'],
  },
  {
    name: 'a tag lowers the mode to ticket',
    change: ofRole({ tags: { 'exec-log-remediation': 'ticket' } }),
    reasons: ['mode-allows-attach'],
  },
  {
    name: 'a tag of the cluster lowers the mode to ticket',
    change: (world) => {
      world.readings = { cluster: read(aCluster({ tags: { 'exec-log-remediation': 'ticket' } })) };
    },
    reasons: ['mode-allows-attach'],
  },
  {
    name: "a policy of our name stands there that is somebody else's",
    change: (world) => {
      const foreign = anInlinePolicy(POLICY_NAME, { Version: '2012-10-17', Statement: [] });
      ofRole({ inlinePolicies: [...world.role.role.inlinePolicies, foreign] })(world);
    },
    reasons: ['name-free'],
  },
  {
    name: 'the group is gone',
    change: (world) => {
      world.readings = { logGroup: absent };
    },
    reasons: ['target-confirmed'],
  },
  {
    name: 'the grant would not help any more',
    change: (world) => {
      const simulate = world.role.simulate.bind(world.role);
      world.role.simulate = async (query) => {
        const { kind, value } = await simulate(query);
        return { kind, value: value.map((call) => ({ ...call, allowed: false, deniedByOrganization: true })) };
      };
    },
    reasons: ['grant-helps'],
  },
  {
    name: 'nobody can say any more where the account stands in the organisation that chooses its mode',
    change: (world) => {
      world.rules = proposeRules({ organizationalUnits: { 'r-root': { mode: 'propose' } } });
    },
    reasons: ['mode-allows-attach'],
  },
  {
    name: 'the settings say ticket',
    change: (world) => {
      world.rules = proposeRules({ defaultMode: 'ticket' });
    },
    reasons: ['mode-allows-attach'],
  },
  {
    name: 'the ceiling permits no write',
    change: (world) => {
      world.rules = { ...proposeRules(), ceiling: { ...world.rules.ceiling, mode: 'ticket' } };
    },
    reasons: ['mode-allows-attach', 'not-permitted-by-deployment'],
  },
  {
    name: 'the breaker is open',
    change: (world) => {
      world.rules = proposeRules({ limits: { writesPerHour: 0 } });
    },
    reasons: ['breaker-closed'],
  },
];

/** A world in which nothing changed but what the row says; Bob approves an hour later. */
async function approvedWorld(change: (world: RemediatorWorld) => void) {
  const { world, chat } = await proposedWorld();
  change(world);
  pass(world, 3_600_000);
  expect(await click(world)).toEqual([]);
  return { world, chat };
}

describe('given a change between proposal and approval', () => {
  it.each(ROWS)('writes nothing and opens a ticket where $name', async ({ change, reasons }) => {
    const { world } = await approvedWorld(change);
    expect(world.role.puts).toEqual([]);
    const { state, reasons: told, proposal } = theCase(world);
    expect({
      state,
      codes: told.map(({ code }) => code),
      answeredBy: proposal?.answeredBy,
      answer: proposal?.state,
    }).toEqual({
      state: 'ticketed',
      codes: expect.arrayContaining([...reasons]),
      answeredBy: BOB,
      answer: 'approved',
    });
    expect(world.tickets.opened).toBe(1);
  });

  it('closes the case where the role may do it by now', async () => {
    const { world } = await approvedWorld((changing) => {
      const simulate = changing.role.simulate.bind(changing.role);
      changing.role.simulate = async (query) => {
        const { kind, value } = await simulate(query);
        return { kind, value: value.map((call) => ({ ...call, allowed: true })) };
      };
    });
    expect(theCase(world)).toMatchObject({
      state: 'closed',
      reasons: [{ code: 'already-allowed' }],
      proposal: { state: 'approved' },
    });
    expect([world.role.puts, world.tickets.opened]).toEqual([[], 0]);
  });

  it('only observes where the settings say so by now', async () => {
    const { world } = await approvedWorld((changing) => {
      changing.rules = proposeRules({ defaultMode: 'observe' });
    });
    expect(theCase(world)).toMatchObject({ state: 'observed', proposal: { state: 'approved' } });
    expect([world.role.puts, world.tickets.opened]).toEqual([[], 0]);
  });

  it('takes the buttons away, and tells who answered, where the settings mute the role by now', async () => {
    const { world, chat } = await proposedWorld();
    const suppression = { role: ROLE_ARN, until: '2099-01-01', reason: 'retired', owner: 'ops' };
    world.rules = proposeRules({ suppressions: [suppression] });
    await click(world);
    expect(theCase(world)).toMatchObject({ state: 'suppressed', proposal: { state: 'approved' } });
    await world.deliverOwn();
    const [message, ...others] = chat.messages;
    expect([JSON.stringify(message).includes('"actions"'), others, world.role.puts]).toEqual([false, [], []]);
    expect(JSON.stringify(message)).toContain(`Approved by <@${BOB}>`);
  });

  it('holds nothing against what the task has become: ECS forgets it', async () => {
    const { world } = await approvedWorld((changing) => {
      changing.readings = { task: absent, taskDefinition: absent };
      changing.ledger.clear();
    });
    expect(theCase(world).state).toBe('repaired');
  });

  it('holds nothing against further permissions of the role', async () => {
    const { world } = await approvedWorld((changing) => {
      const other = anInlinePolicy('other', { Version: '2012-10-17', Statement: [] });
      ofRole({ inlinePolicies: [...changing.role.role.inlinePolicies, other] })(changing);
    });
    expect(theCase(world).state).toBe('repaired');
  });

  it('attaches in mode attach too, which asks for no approval any more', async () => {
    const { world } = await approvedWorld((changing) => {
      changing.rules = proposeRules({ defaultMode: 'attach' });
    });
    expect(theCase(world)).toMatchObject({ state: 'repaired', proposal: { state: 'approved' } });
  });
});

describe('given another plan under the same name', () => {
  it('says that what was approved is not what would be right now', async () => {
    const { world } = await approvedWorld((changing) => {
      const [proposal] = changing.proposals.proposals.values();
      if (proposal === undefined) throw new Error('nobody was asked');
      changing.proposals.proposals.set(proposal.proposalId, { ...proposal, planHash: 'another plan' });
    });
    expect(theCase(world)).toMatchObject({ state: 'ticketed', reasons: [{ code: 'plan-changed' }] });
    expect(world.role.puts).toEqual([]);
  });
});
