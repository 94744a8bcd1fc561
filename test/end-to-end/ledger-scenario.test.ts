import { ECSClient, UpdateClusterCommand } from '@aws-sdk/client-ecs';
import { SSMClient, StartSessionCommand } from '@aws-sdk/client-ssm';
import { at } from '../cli/run-cli.ts';
import { ledgerSessions } from '../simulated-account/scenarios/ledger.ts';
import { LedgerPlay, runAs, usualEnd } from './ledger-world.ts';

const userArn = (name: string) => `arn:aws:iam::111111111111:user/${name}`;

/** A client as this person. */
function clientOf(play: LedgerPlay, person: string) {
  const { account } = play.system;
  return {
    endpoint: account.url,
    region: account.state.region,
    credentials: account.credentialsFor('operator', person),
  };
}

const casesOf = async (play: LedgerPlay) =>
  (await play.system.ledger.cases()).map(({ state, reasons, sessionIds }) => [state, reasons[0]?.code, sessionIds]);

describe('given the four sessions of the scenario, audited', () => {
  let play: LedgerPlay;
  const sessions: Record<string, string> = {};

  beforeAll(async () => {
    play = await LedgerPlay.start();
    for (const { ends } of ledgerSessions) sessions[ends] = await play.session(ends);
    await play.audited();
  }, 60_000);

  afterAll(() => play.close());

  it('ends each of them in its own state, with its first cause', async () => {
    const causes = (await play.system.ledger.verdicts()).map(({ sessionId, state, causes: [first] }) => [
      sessionId,
      state,
      first?.code,
    ]);

    expect(causes.sort()).toEqual(
      [
        [sessions['recorded'], 'recorded', 'transcript-found'],
        [sessions['refused'], 'refused', 'describe-log-groups-denied'],
        [sessions['missing'], 'missing', 'script-missing'],
        [sessions['denied'], 'denied', 'denied-create-log-stream'],
      ].sort(),
    );
  });

  it('makes a case and a message of each gap, repairs the denied and the refused one, and a ticket of the other', async () => {
    expect(await play.end()).toEqual(usualEnd);
    expect((await casesOf(play)).sort()).toEqual(
      [
        ['repaired', 'all-guardrails-hold', [sessions['denied']]],
        ['repaired', 'all-guardrails-hold', [sessions['refused']]],
        ['ticketed', 'unrecorded-missing', [sessions['missing']]],
      ].sort(),
    );
  });

  it('changes nothing when it is audited again', async () => {
    const before = await play.end();
    await play.audited();

    expect(await play.end()).toEqual(before);
  });

  it('believes the repair once the next session is recorded, and the lost one stays unrecorded', async () => {
    const before = await play.policyRecord();
    sessions['next'] = await play.session('denied');
    await play.audited();

    expect([before['provedBy'], (await play.policyRecord())['provedBy']]).toEqual([null, sessions['next']]);
    expect(await casesOf(play)).toContainEqual(['verified', 'transcript-delivered', [sessions['denied']]]);
    expect(await play.end()).toEqual({
      ...usualEnd,
      states: [...usualEnd.states, 'recorded'],
      cases: ['repaired all-guardrails-hold 1', 'ticketed unrecorded-missing 1', 'verified transcript-delivered 1'],
      posts: [...usualEnd.posts, 'Verified'],
    });
  });

  describe('when it is reported live', () => {
    const report = (...options: readonly string[]) =>
      runAs('reader', play, ['report', '--now', play.system.account.clock.now().toISOString(), ...options]);

    it('counts each state as a table', async () => {
      const { code, stdout } = await report();

      expect(code).toBe(0);
      expect(stdout.split('\n').find((line) => line.startsWith('all sessions'))).toMatch(
        /^all sessions +40 % +5 +2 +1 +1 +1 +0 +0 +0 +0$/,
      );
    });

    it('counts them as JSON, with who opened what is unrecorded', async () => {
      const { code, stdout } = await report('--format', 'json');
      const parsed: unknown = JSON.parse(stdout);
      const unrecorded = ['0', '1', '2'].map((index) => [
        at(parsed, 'unrecorded', index, 'state'),
        at(parsed, 'unrecorded', index, 'sessionId'),
        at(parsed, 'unrecorded', index, 'person', 'name'),
      ]);

      expect([code, at(parsed, 'total', 'percent')]).toEqual([0, 40]);
      expect(unrecorded.sort()).toEqual([
        ['denied', sessions['denied'], 'dave'],
        ['missing', sessions['missing'], 'carol'],
        ['refused', sessions['refused'], 'bob'],
      ]);
    });

    it('gives each session a line of CSV', async () => {
      const { code, stdout } = await report('--format', 'csv');
      const [, ...lines] = stdout.trimEnd().split('\r\n');
      const cells = lines.map((line) => line.split(',').slice(0, 5));

      expect(code).toBe(0);
      expect(cells.map(([sessionId, , , state, unrecorded]) => [sessionId, state, unrecorded]).sort()).toEqual(
        [
          [sessions['recorded'], 'recorded', 'no'],
          [sessions['refused'], 'refused', 'yes'],
          [sessions['missing'], 'missing', 'yes'],
          [sessions['denied'], 'denied', 'yes'],
          [sessions['next'], 'recorded', 'no'],
        ].sort(),
      );
    });

    it('shows the unrecorded ones in one HTML file without an external asset', async () => {
      const { code, stdout } = await report('--format', 'html');
      const unrecorded = ['refused', 'missing', 'denied'].filter((kind) => stdout.includes(sessions[kind] ?? '?'));

      expect(code).toBe(0);
      expect(unrecorded).toEqual(['refused', 'missing', 'denied']);
      expect(stdout).toMatch(/^<!doctype html>.*40 %.*<\/html>\s*$/is);
      expect(stdout).not.toMatch(/(?:src|href)="?(?:https?:)?\/\//);
    });

    it.each([
      { minimum: '40', code: 0 },
      { minimum: '40.1', code: 1 },
      { minimum: '100', code: 1 },
    ])('ends with $code at a minimum of $minimum %', async ({ minimum, code }) => {
      expect((await report('--fail-under', minimum)).code).toBe(code);
    });
  });

  describe('when a gap is to be accepted', () => {
    const accept = (person: string) =>
      runAs(person, play, ['accept', sessions['missing'] ?? '', '--reason', 'a pilot image, replaced today', '--json']);

    it('refuses the person whose session it is', async () => {
      const { code, stdout } = await accept('carol');

      expect([code, JSON.parse(stdout)]).toMatchObject([1, { result: 'refused', code: 'own-session' }]);
    });

    it('accepts it in the name of somebody else, and the report says so', async () => {
      const { code, stdout } = await accept('erin');
      const reported = await runAs('reader', play, [
        'report',
        '--now',
        play.system.account.clock.now().toISOString(),
        '--json',
      ]);
      const found: unknown = JSON.parse(reported.stdout);
      const accepted = [0, 1, 2]
        .map((index) => at(found, 'unrecorded', String(index)))
        .find((session) => at(session, 'sessionId') === sessions['missing']);

      expect([code, JSON.parse(stdout)]).toMatchObject([0, { result: 'accepted', sessionId: sessions['missing'] }]);
      expect(at(accepted, 'accepted')).toMatchObject({
        by: userArn('erin'),
        reason: 'a pilot image, replaced today',
      });
      // An accepted gap is a gap.
      expect([at(found, 'total', 'percent'), at(found, 'total', 'counts', 'missing')]).toEqual([40, 1]);
    });
  });
});

describe('given the account of the scenario', () => {
  let play: LedgerPlay;
  afterEach(() => play.close());

  it('records a shell that a person opens past ECS Exec, and not the one that ECS opens for it', async () => {
    play = await LedgerPlay.start();
    const recorded = await play.session('recorded');
    const [task] = play.system.account.state.ecs.tasks.filter(({ taskArn }) => taskArn?.includes('/3f0e9a0a'));
    const client = new SSMClient(clientOf(play, 'mallory'));
    const Target = `ecs:nginx-sample-cluster_${task?.taskArn?.split('/').at(-1)}_${task?.containers?.[0]?.runtimeId}`;
    const { SessionId } = await client.send(new StartSessionCommand({ Target }));
    client.destroy();
    await play.audited();
    const verdicts = await play.system.ledger.verdicts();

    expect(verdicts.map(({ sessionId, state, personArn }) => [sessionId, state, personArn])).toEqual([
      [recorded, 'recorded', userArn('alice')],
      [SessionId, 'outside-exec', userArn('mallory')],
    ]);
    expect(await play.end()).toMatchObject({ tickets: [expect.stringMatching(/^Open: /)], posts: ['Unrecorded'] });
  });

  it('says who switched the recording off for a session, also when it is on again', async () => {
    play = await LedgerPlay.start();
    const client = new ECSClient(clientOf(play, 'mallory'));
    const switched = async (logging: 'NONE' | 'DEFAULT') => {
      const configuration = { executeCommandConfiguration: { logging } };
      await client.send(new UpdateClusterCommand({ cluster: 'nginx-sample-cluster', configuration }));
      await play.passes(2);
    };
    await switched('NONE');
    const sessionId = await play.session('recorded');
    await switched('DEFAULT');
    client.destroy();
    await play.audited();
    const verdict = await play.verdict(sessionId);

    expect([verdict?.state, verdict?.exempt]).toEqual(['off', false]);
    expect(verdict?.loggingChange).toMatchObject({ logging: 'NONE', changedBy: userArn('mallory') });
    expect((await casesOf(play)).map(([state, code]) => [state, code]).sort()).toEqual([
      ['ticketed', 'logging-changed'],
      ['ticketed', 'unrecorded-off'],
    ]);
    expect(await play.end()).toMatchObject({ states: ['off'], posts: ['Exec', 'Unrecorded'], refusedToUs: [] });
  });
});
