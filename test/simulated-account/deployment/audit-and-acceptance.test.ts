import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { postToAcceptor } from '../../../functions/adapters/aws/acceptor-client.ts';
import { readStackOutput } from '../../../functions/adapters/aws/stack-outputs.ts';
import { readAccountFile } from '../account-file.ts';
import { allowing, aRole } from '../sample-account.ts';
import { nginxDefaultAccount, nginxDefaultSession } from '../scenarios/nginx-default.ts';
import { type ExecLog, startExecLog } from './exec-log.ts';

const REASON = 'known gap of the pilot, reviewed with the team';
const HOUR = 60 * 60_000;

let system: ExecLog;
let sessionId: string;

/** The scenario's account with two more roles: one that may call function URLs, one that has only one of the two permissions. */
beforeAll(async () => {
  const account = nginxDefaultAccount();
  const called = (name: string, actions: string[]) => aRole(name, { url: allowing(actions) });
  const roles = [
    called('reviewer', ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction']),
    called('half-way', ['lambda:InvokeFunctionUrl']),
  ];
  account.iam.roles.push(
    ...readAccountFile({ account: account.account, iam: { RoleDetailList: roles, Policies: [] } }).iam.roles,
  );
  system = await startExecLog({ account, mode: 'observe', withoutSlack: true });
  const session = await system.exec({ ...nginxDefaultSession, without: 'script' });
  sessionId = session.sessionId;
  await system.deployment.settle();
}, 60_000);

afterAll(() => system.close());

async function accept(principal: string, name?: string, body: object = { sessionId, reason: REASON }) {
  const { account } = system;
  const credentials = account.credentialsFor(principal, name);
  const url = new URL(system.deployment.urlOf('acceptor'));
  return postToAcceptor({ url, region: account.state.region, credentials: async () => credentials, body });
}

const roleArn = (name: string) => `arn:aws:iam::${system.account.state.account}:role/${name}`;

describe('given the deployed auditor', () => {
  it('settles a session once its schedule runs after the wait', async () => {
    const stateOf = async () => (await system.ledger.rows('verdict')).map(({ state }) => state);
    const before = await stateOf();
    system.account.clock.advance(HOUR);
    const runs = await system.deployment.runSchedule();

    expect([before, runs.map(({ kind }) => kind), await stateOf()]).toEqual([['open'], ['returned'], ['missing']]);
  });

  it('is denied nothing that it asks for under the role of the template', () => {
    const denied = system.account.calls.filter(
      ({ caller, outcome }) => caller?.includes('Auditor') && outcome.startsWith('AccessDenied'),
    );
    expect(denied).toEqual([]);
  });
});

describe('given the deployed acceptor', () => {
  it('is found by the outputs of the stack', async () => {
    const { url, state } = system.account;
    const credentials = system.account.credentialsFor('operator', 'reader');
    const client = new CloudFormationClient({ endpoint: url, region: state.region, credentials });

    expect(await readStackOutput(client, 'exec-log', 'AcceptUrl')).toEqual({
      kind: 'read',
      value: system.deployment.urlOf('acceptor'),
    });
    client.destroy();
  });

  it('is out of reach for a stranger, for a role without permission and for one with half of it', async () => {
    const [task] = system.account.state.iam.roles;
    const forbidden = { status: 403, body: { Message: 'Forbidden' } };

    expect([await accept(task?.Arn ?? ''), await accept(roleArn('half-way'))]).toEqual([forbidden, forbidden]);
    expect((await fetch(system.deployment.urlOf('acceptor'), { method: 'POST' })).status).toBe(403);
    expect(system.deployment.fn('acceptor').invocations).toEqual([]);
  });

  it('refuses the person who opened the session, whatever the body says', async () => {
    const body = { sessionId, reason: REASON, acceptedBy: 'arn:aws:iam::111111111111:user/auditor' };
    const answer = await accept('operator', nginxDefaultSession.person, body);

    expect(answer).toMatchObject({ status: 403, body: { refused: { code: 'own-session' } } });
    expect(await system.ledger.rows('acceptance')).toEqual([]);
  });

  it('stores who accepted the gap, by the name that the signature proves, and the first one stands', async () => {
    const answer = await accept(roleArn('reviewer'), 'bob');
    const again = await accept('operator', 'carol');

    expect(answer).toMatchObject({
      status: 200,
      body: { accepted: { sessionId, acceptedBy: expect.stringMatching(/:assumed-role\/reviewer\/bob$/) } },
    });
    expect(again).toMatchObject({ status: 409, body: { refused: { code: 'already-accepted' } } });
    expect(await system.ledger.rows('acceptance')).toMatchObject([{ sessionId, reason: REASON }]);
    expect(system.deployment.fn('acceptor').metric('GapsAccepted')).toBe(1);
  });
});
