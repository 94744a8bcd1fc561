import { aLogGroup, aTask, read, rules, SESSION_ID } from '../support/builders.ts';
import { aLedgerLine, aVerdict } from '../support/ledger.ts';
import { aRoutedContainer, aRouterTaskDefinition, ROUTER_GROUP } from '../support/other-signals.ts';
import { RemediatorWorld } from '../support/remediator.ts';
import { aDriverEvent, aRouterEvent } from '../support/signal-records.ts';

/** A running task whose log router writes where its task definition says. */
function aRouterWorld(options: Readonly<Record<string, string>> = {}): RemediatorWorld {
  const world = new RemediatorWorld();
  world.readings = {
    task: read(aTask()),
    taskDefinition: read(aRouterTaskDefinition([aRoutedContainer(options)])),
    logGroup: read(aLogGroup({ name: ROUTER_GROUP })),
  };
  world.rules = rules({ fireLens: { mode: 'attach' } });
  return world;
}

const theCase = (world: RemediatorWorld) => {
  const [found, ...others] = [...world.cases.cases.values()];
  expect(others).toEqual([]);
  if (found === undefined) throw new Error('no case was saved');
  return found;
};
const theDraft = (world: RemediatorWorld) => [...world.tickets.open.values()][0];
const storm = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    aRouterEvent({
      eventId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      logStreamName: `webapp-${index % 7}`,
    }),
  );

describe("given a log router's denied call", () => {
  it.each([
    ['three actions', {}, ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents']],
    [
      'four where it creates the group',
      { auto_create_group: 'true' },
      ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents', 'logs:CreateLogGroup'],
    ],
  ])('attaches a policy of %s where the settings ask for it', async (_, options, actions) => {
    const world = aRouterWorld(options);
    expect(await world.deliver(aRouterEvent())).toEqual([]);
    expect(world.role.puts.flatMap(({ document }) => document.Statement.flatMap(({ Action }) => Action))).toEqual(
      actions,
    );
    expect(theCase(world)).toMatchObject({
      state: 'repaired',
      logGroupName: ROUTER_GROUP,
      sessionIds: [],
      signal: { kind: 'router', routerName: 'log_router', createsGroup: actions.length === 4 },
    });
    expect([...world.audited.denied.values()]).toEqual([]);
  });

  it('is a ticket by default, also where exec sessions are repaired', async () => {
    const world = aRouterWorld();
    world.rules = rules();
    await world.deliver(aRouterEvent());
    expect(world.role.puts).toEqual([]);
    expect(theCase(world)).toMatchObject({ state: 'ticketed', disposition: 'open-ticket' });
  });

  it('asks for no session, and waits for none', async () => {
    const world = aRouterWorld();
    world.ledger.clear();
    await world.deliver(aRouterEvent());
    expect(world.calls.filter((call) => call === 'ledger' || call === 'session')).toEqual([]);
    expect(theCase(world).state).toBe('repaired');
  });

  it('folds a thousand denials of any stream in one batch into one decision and one save', async () => {
    const world = aRouterWorld();
    world.rules = rules();
    expect(await world.deliver(...storm(1000))).toEqual([]);
    expect({ saves: world.cases.saves, count: theCase(world).count, tasks: count(world, 'task') }).toEqual({
      saves: 1,
      count: 1000,
      tasks: 1,
    });
    expect({ opened: world.tickets.opened, refreshed: world.tickets.refreshed }).toEqual({ opened: 1, refreshed: 0 });
  });

  it('counts a later batch without reads for ten minutes', async () => {
    const world = aRouterWorld();
    world.rules = rules();
    await world.deliver(aRouterEvent());
    world.calls.length = 0;
    world.now = new Date(world.now.getTime() + 9 * 60_000);
    await world.deliver(...storm(50));
    expect(world.calls.filter((call) => call !== 'sendLater')).toEqual(['findCase', 'saveCase']);
    expect(theCase(world).count).toBe(51);
  });
});

describe('given the ticket of a log router', () => {
  it('names router, group, actions and stack, and says that application logs stop', async () => {
    const world = aRouterWorld({ auto_create_group: 'true' });
    world.readings = { ...world.readings, stack: read({ stackName: 'shop' }) };
    world.rules = rules();
    await world.deliver(...storm(3));
    expect(theDraft(world)?.title).toBe(
      `FireLens logs lost: nginx-sample-task-nginx-role is denied on ${ROUTER_GROUP} (111111111111 ap-northeast-1)`,
    );
    const body = theDraft(world)?.body ?? '';
    for (const text of [
      'by the log router `log_router`',
      '3 denials',
      'application logs of the task stop there',
      'twice a second',
      '- Container: `log_router` (fluentbit)',
      'log group `/ecs/nginx-sample/nginx` of its own standard output',
      '`logs:CreateLogStream`, `logs:DescribeLogStreams`, `logs:PutLogEvents`, `logs:CreateLogGroup`',
      'belongs to stack `shop`',
      'ExecLogDeliveryRouterGroups',
    ]) {
      expect(body).toContain(text);
    }
    expect(body).not.toContain('Unrecorded sessions');
  });

  it('says that the target is baked into the image, and where to declare it', async () => {
    const world = aRouterWorld();
    world.readings = {
      ...world.readings,
      taskDefinition: read(aRouterTaskDefinition([aRoutedContainer({ Name: 'forward' })])),
    };
    await world.deliver(aRouterEvent());
    expect(theCase(world).reasons.map(({ code }) => code)).toContain('router-target-baked-in');
    expect(theDraft(world)?.body).toContain('baked into the image of the router');
    expect(theDraft(world)?.body).toContain('`fireLens.targets`');
  });

  it('takes what the settings declare for the role', async () => {
    const world = aRouterWorld();
    world.readings = {
      ...world.readings,
      taskDefinition: read(aRouterTaskDefinition([aRoutedContainer({ Name: 'forward' })])),
    };
    const role = 'arn:aws:iam::111111111111:role/nginx-sample-task-nginx-role';
    world.rules = rules({ fireLens: { mode: 'attach', targets: [{ role, logGroup: ROUTER_GROUP }] } });
    await world.deliver(aRouterEvent());
    expect(theCase(world)).toMatchObject({ state: 'repaired' });
  });
});

describe("given a denial of the task's execution role", () => {
  it('is not applicable by default, without a read or a case', async () => {
    const world = new RemediatorWorld();
    expect(await world.deliver(aDriverEvent())).toEqual([]);
    expect({ calls: world.calls, cases: world.cases.cases.size }).toEqual({ calls: [], cases: 0 });
  });

  it('is a ticket where the settings ask for one, decided without a read of the account', async () => {
    const world = new RemediatorWorld();
    world.rules = rules({ awslogsDriver: 'ticket' });
    expect(await world.deliver(aDriverEvent())).toEqual([]);
    expect(theCase(world)).toMatchObject({
      state: 'ticketed',
      reasons: [{ code: 'execution-role-denied' }],
      signal: { kind: 'awslogs-driver' },
      sessionIds: [],
    });
    const reads = ['task', 'cluster', 'role', 'stack', 'simulate', 'logGroup', 'ledger', 'session'];
    expect(world.calls.filter((call) => reads.includes(call))).toEqual([]);
    expect(theDraft(world)?.title).toContain('Container logs lost: nginx-sample-execution-role');
  });

  it('is observed where the mode is observe', async () => {
    const world = new RemediatorWorld();
    world.rules = rules({ awslogsDriver: 'ticket', defaultMode: 'observe' });
    await world.deliver(aDriverEvent());
    expect(theCase(world)).toMatchObject({ state: 'observed' });
  });
});

const count = (world: RemediatorWorld, call: string) => world.calls.filter((made) => made === call).length;

describe('given a transcript in the group of a router', () => {
  it("proves nothing of the router's repair", async () => {
    const world = aRouterWorld();
    await world.deliver(aRouterEvent());
    const { fingerprint } = theCase(world);
    world.audited.lines.set(SESSION_ID, aLedgerLine());
    world.audited.verdicts.set(SESSION_ID, aVerdict({ state: 'recorded', settledAt: '2023-02-11T08:00:00Z' }));
    expect(await world.deliver({ kind: 'delivered', fingerprint, sessionId: SESSION_ID })).toEqual([]);
    expect(theCase(world).state).toBe('repaired');
  });
});
