import { nginxDefault } from '../simulated-account/scenarios/nginx-default.ts';
import { type RowEnd, ScenarioPlay } from './scenario-play.ts';
import { aloneAndInPairs, nameOf, type Permission } from './scenario-rows.ts';

const GROUP = 'arn:aws:logs:ap-northeast-1:111111111111:log-group:/ecs/nginx-sample/nginx';
const stream: Permission = { action: 'logs:CreateLogStream', resource: `${GROUP}:*` };
const events: Permission = { action: 'logs:PutLogEvents', resource: `${GROUP}:*` };
const needed = [stream, events];

const repaired = { first: 'lost', unrepaired: [], next: 'recorded' } as const;
const denied: RowEnd = {
  state: 'denied',
  cause: 'denied-create-log-stream',
  simulated: [],
  repairedBy: 'policy',
  ...repaired,
};
const silent: RowEnd = {
  state: 'missing',
  cause: 'put-events-denied',
  simulated: ['logs:PutLogEvents'],
  repairedBy: 'ticket',
  ...repaired,
};

describe('given the scenario nginx-default', () => {
  let play: ScenarioPlay;
  let ends: ReadonlyMap<string, RowEnd>;
  beforeAll(async () => {
    const removals = aloneAndInPairs(needed);
    play = await ScenarioPlay.start({ file: nginxDefault.file, session: nginxDefault.next, needed, removals });
    ends = await play.ends();
  }, 60_000);
  afterAll(() => play.close());

  it.each<{ without: readonly Permission[]; end: RowEnd }>([
    { without: [stream], end: denied },
    { without: [events], end: silent },
    { without: [stream, events], end: denied },
  ])('names the cause and the repair: $end.cause by $end.repairedBy', ({ without, end }) => {
    expect(ends.get(nameOf(without))).toEqual(end);
  });

  it('needs both required actions of its repair, and none of the advisory ones', async () => {
    expect(await play.withoutEach(play.row(needed))).toEqual({
      'ExecLogDeliveryStreams logs:CreateLogStream': 'lost',
      'ExecLogDeliveryStreams logs:PutLogEvents': 'lost',
      'ExecLogDeliveryDescribeStreams logs:DescribeLogStreams': 'recorded',
      'ExecLogDeliveryDescribeGroups logs:DescribeLogGroups': 'recorded',
    });
  });
});
