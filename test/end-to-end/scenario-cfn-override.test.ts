import { cfnOverride, stackTarget } from '../simulated-account/scenarios/cfn-override.ts';
import { type RowEnd, ScenarioPlay } from './scenario-play.ts';
import { aloneAndInPairs, nameOf, type Permission } from './scenario-rows.ts';

const GROUP = `arn:aws:logs:ap-northeast-1:222222222222:log-group:${stackTarget.logGroupName}`;
const stream: Permission = { action: 'logs:CreateLogStream', resource: `${GROUP}:*` };
const events: Permission = { action: 'logs:PutLogEvents', resource: `${GROUP}:*` };
const object: Permission = { action: 's3:PutObject', resource: `arn:aws:s3:::${stackTarget.bucketName}/*` };
const needed = [stream, events, object];

const repaired = { first: 'lost', repairedBy: 'ticket', unrepaired: [], next: 'recorded' } as const;
const denied: RowEnd = { state: 'denied', cause: 'denied-create-log-stream', simulated: [], ...repaired };
const half = (cause: string, ...simulated: readonly string[]): RowEnd => ({
  state: 'recorded',
  cause,
  simulated,
  ...repaired,
});
const missing: RowEnd = {
  state: 'missing',
  cause: 'put-events-denied',
  simulated: ['logs:PutLogEvents', 's3:PutObject'],
  ...repaired,
};

const start = (removals: readonly (readonly Permission[])[], settings: object = {}) =>
  ScenarioPlay.start({
    file: cfnOverride.file,
    session: cfnOverride.next,
    needed,
    removals,
    settings: { ...cfnOverride.settings('attach'), ...settings },
  });

describe('given the scenario cfn-override, whose role belongs to a stack', () => {
  let play: ScenarioPlay;
  let ends: ReadonlyMap<string, RowEnd>;
  beforeAll(async () => {
    play = await start([...aloneAndInPairs(needed), needed]);
    ends = await play.ends();
  }, 60_000);
  afterAll(() => play.close());

  it.each<{ without: readonly Permission[]; end: RowEnd }>([
    { without: [stream], end: half('only-bucket') },
    { without: [events], end: half('only-bucket', 'logs:PutLogEvents') },
    { without: [object], end: half('only-log-group', 's3:PutObject') },
    { without: [stream, events], end: half('only-bucket') },
    { without: [stream, object], end: denied },
    { without: [events, object], end: missing },
    { without: needed, end: denied },
  ])("names the cause, and the ticket's code repairs it: $end.cause", ({ without, end }) => {
    expect(ends.get(nameOf(without))).toEqual(end);
  });

  it('needs every required action of the code', async () => {
    expect(await play.withoutEach(play.row(needed))).toEqual({
      'ExecLogDeliveryStreams logs:CreateLogStream': 'lost',
      'ExecLogDeliveryStreams logs:PutLogEvents': 'lost',
      'ExecLogDeliveryDescribeStreams logs:DescribeLogStreams': 'recorded',
      'ExecLogDeliveryDescribeGroups logs:DescribeLogGroups': 'recorded',
      'ExecLogDeliveryObjects s3:PutObject': 'lost',
      'ExecLogDeliveryBucketEncryption s3:GetEncryptionConfiguration': 'recorded',
    });
  });

  it("writes to no role, and leaves the stack's own policy as it is", () => {
    const policies = play.rows.flatMap((row) => [...play.policiesOf(row).keys()]);
    const calls = play.system.account.calls.filter(({ operation }) => operation === 'PutRolePolicy');

    expect([[...new Set(policies)], calls]).toEqual([
      [stackTarget.ownPolicy, 'granted', 'ExecSessionLogs-ap-northeast-1'],
      [],
    ]);
  });
});

describe('given settings that allow roles of stacks', () => {
  let play: ScenarioPlay;
  afterEach(() => play.close());

  it("attaches the policy beside the stack's own", async () => {
    play = await start([needed], { attachToManagedRoles: true });
    const ends = await play.ends();

    expect([[...ends.values()], [...play.policiesOf(play.row(needed)).keys()]]).toEqual([
      [{ ...denied, repairedBy: 'policy' }],
      [stackTarget.ownPolicy, 'granted', 'ExecLogDelivery-ap-northeast-1'],
    ]);
  });
});
