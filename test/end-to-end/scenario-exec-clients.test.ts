import { clientsTarget, execClients } from '../simulated-account/scenarios/exec-clients.ts';
import { type RowEnd, ScenarioPlay } from './scenario-play.ts';
import { aloneAndInPairs, nameOf, type Permission } from './scenario-rows.ts';

const GROUP = `arn:aws:logs:ap-northeast-1:444444444444:log-group:${clientsTarget.logGroupName}`;
const sessionKey: Permission = { action: 'kms:Decrypt', resource: clientsTarget.keyArn };
const lookAtGroups: Permission = { action: 'logs:DescribeLogGroups', resource: '*' };
const stream: Permission = { action: 'logs:CreateLogStream', resource: `${GROUP}:*` };
const events: Permission = { action: 'logs:PutLogEvents', resource: `${GROUP}:*` };

/** In the agent's own order: the first that is missing ends the session. */
const needed = [sessionKey, lookAtGroups, stream, events];

const handed = { simulated: [], repairedBy: 'policy', unrepaired: [], next: 'recorded' } as const;
const ends = new Map<Permission, RowEnd>([
  [sessionKey, { first: 'refused', state: 'refused', cause: 'session-key-denied', ...handed }],
  [lookAtGroups, { first: 'refused', state: 'refused', cause: 'describe-log-groups-denied', ...handed }],
  [stream, { first: 'lost', state: 'denied', cause: 'denied-create-log-stream', ...handed }],
  [
    events,
    {
      first: 'lost',
      state: 'missing',
      cause: 'put-events-denied',
      simulated: ['logs:PutLogEvents'],
      repairedBy: 'ticket',
      unrepaired: [],
      next: 'recorded',
    },
  ],
]);

describe('given the scenario exec-clients', () => {
  const removals = aloneAndInPairs(needed);
  let play: ScenarioPlay;
  let found: ReadonlyMap<string, RowEnd>;
  beforeAll(async () => {
    play = await ScenarioPlay.start({
      file: execClients.file,
      session: execClients.next,
      needed,
      removals: [...removals, needed],
      settings: execClients.settings('attach'),
    });
    found = await play.ends();
  }, 60_000);
  afterAll(() => play.close());

  it.each(removals.map((removed) => ({ name: nameOf(removed), removed })))(
    'names the cause and the repair without $name',
    ({ name, removed }) => {
      const first = needed.find((permission) => removed.includes(permission)) ?? stream;

      expect(found.get(name)).toEqual(ends.get(first));
    },
  );

  it('needs every required action of its repair: the group has to be looked at, because encryption is demanded', async () => {
    expect(await play.withoutEach(play.row(needed))).toEqual({
      'ExecLogDeliveryStreams logs:CreateLogStream': 'lost',
      'ExecLogDeliveryStreams logs:PutLogEvents': 'lost',
      'ExecLogDeliveryDescribeStreams logs:DescribeLogStreams': 'recorded',
      'ExecLogDeliveryDescribeGroups logs:DescribeLogGroups': 'refused',
      'ExecLogDeliverySessionKey kms:Decrypt': 'refused',
    });
  });
});
