import { aDenial, anExecSession, read, rules } from '../support/builders.ts';
import { absentRow, itJudges, unreadableRow, withoutAccountRow } from '../support/guardrail-rows.ts';
import { aWorld } from '../support/world.ts';

describe('real-session', () => {
  const recorded = (fields: Parameters<typeof anExecSession>[0]) => aWorld({ session: read(anExecSession(fields)) });
  const ofAnother = { holds: false, cause: 'session-of-another-task' } as const;

  itJudges('real-session', [
    {
      name: 'a record of this session, task, account and Region',
      world: aWorld(),
      holds: true,
      detail:
        'session ecs-execute-command-0289df90ce62e19cc was opened by arn:aws:sts::111111111111:assumed-role/Developer/ada@example.com',
    },
    { name: 'an unnamed person', world: recorded({ personArn: null }), holds: true },
    {
      name: 'another session id',
      world: recorded({ sessionId: 'ecs-execute-command-0289df90ce62e19cd' }),
      ...ofAnother,
    },
    { name: 'another task', world: recorded({ taskId: 'b9112a0a96ed445cbc93a90807e34e37' }), ...ofAnother },
    { name: 'another account', world: recorded({ account: '222222222222' }), ...ofAnother },
    { name: 'another Region', world: recorded({ region: 'eu-central-1' }), ...ofAnother },
    { name: 'another partition', world: recorded({ partition: 'aws-cn' }), ...ofAnother },
    {
      name: 'a denial without a stream',
      world: aWorld({}, { denial: aDenial({ logStreamName: null }) }),
      ...ofAnother,
    },
    {
      name: 'a denial without a session name',
      world: aWorld({}, { denial: aDenial({ sessionName: null }) }),
      ...ofAnother,
    },
    absentRow('session', false, 'session-not-found'),
    unreadableRow('session'),
    withoutAccountRow(),
  ]);
});

describe('fresh', () => {
  const at = (now: string, document: object = {}) => aWorld({}, { now: new Date(now), rules: rules(document) });

  // The denial is of 06:35:04.
  itJudges('fresh', [
    { name: 'just inside six hours', world: at('2023-02-11T12:35:03.999Z'), holds: true },
    {
      name: 'at six hours',
      world: at('2023-02-11T12:35:04Z'),
      holds: false,
      detail: 'the denial is older than 6 hours',
    },
    {
      name: "just inside the settings' limit",
      world: at('2023-02-11T07:05:03Z', { limits: { maxEventAgeHours: 0.5 } }),
      holds: true,
    },
    {
      name: "outside the settings' limit",
      world: at('2023-02-11T07:05:04Z', { limits: { maxEventAgeHours: 0.5 } }),
      holds: false,
    },
    { name: 'five minutes ahead of our clock', world: at('2023-02-11T06:30:04Z'), holds: true },
    { name: 'further ahead of our clock', world: at('2023-02-11T06:30:03Z'), holds: null },
    { name: 'no time in the record', world: aWorld({}, { denial: aDenial({ eventTime: null }) }), holds: null },
    { name: 'no readable time', world: aWorld({}, { denial: aDenial({ eventTime: 'noon' }) }), holds: null },
    withoutAccountRow(true),
  ]);
});

describe('fresh, where a person approved', () => {
  const approval = { proposedAt: '2023-02-11T06:36:00Z', expiresAt: '2023-02-14T06:36:00Z' };
  const at = (now: string, parts: Partial<typeof approval> = {}) =>
    aWorld({}, { now: new Date(now), approval: { ...approval, ...parts } });

  itJudges('fresh', [
    {
      name: "just inside the proposal's end, however old the denial",
      world: at('2023-02-14T06:35:59.999Z'),
      holds: true,
      detail: 'the proposal of 2023-02-11T06:36:00Z is answered before its end, 2023-02-14T06:36:00Z',
    },
    {
      name: 'at its end',
      world: at('2023-02-14T06:36:00Z'),
      holds: false,
      cause: 'proposal-expired',
      detail: 'the proposal of 2023-02-11T06:36:00Z ended at 2023-02-14T06:36:00Z',
    },
    { name: 'five minutes before it was made', world: at('2023-02-11T06:31:00Z'), holds: true },
    { name: 'longer before it was made', world: at('2023-02-11T06:30:59Z'), holds: null },
    { name: 'no readable end', world: at('2023-02-12T06:36:00Z', { expiresAt: 'never' }), holds: null },
    { name: 'no readable beginning', world: at('2023-02-12T06:36:00Z', { proposedAt: 'noon' }), holds: null },
  ]);
});
