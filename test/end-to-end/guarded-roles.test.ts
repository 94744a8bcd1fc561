import { DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { Play, ROLE, repaired, ticketFor } from './whole-end.ts';

const REQUIRED = 'arn:aws:iam::111111111111:policy/task-boundary';
const LONGER = `${REQUIRED}-2`;
const LOGS = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'logs:*', Resource: '*' }] };
const EVERYTHING = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

let play: Play;
afterEach(() => play.close());

/** The role of the task gets this boundary, which forbids nothing. */
function bound(boundary: string): void {
  const { iam } = play.system.account.state;
  iam.policies.push({
    PolicyName: boundary.slice(boundary.indexOf('/') + 1),
    Arn: boundary,
    DefaultVersionId: 'v1',
    PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: EVERYTHING }],
  });
  const role = iam.roles.find(({ RoleName }) => RoleName === ROLE);
  Object.assign(role ?? {}, {
    PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundary },
  });
}

/** What AWS answers to whoever took over the remediator and writes to the task's role, and deletes again. */
async function writesOfTheStolenRole(): Promise<readonly unknown[]> {
  const { account } = play.system;
  const stolen = account.state.iam.roles.find(({ RoleName }) => RoleName.includes('Remediator'))?.Arn ?? '';
  const credentials = account.credentialsFor(stolen, 'mallory');
  const client = new IAMClient({ endpoint: account.url, region: 'ap-northeast-1', credentials });
  const attempt = (answer: Promise<unknown>) =>
    answer.then(
      () => 'ok',
      (error: unknown) => (error instanceof Error ? error.name : error),
    );
  const policy = { RoleName: ROLE, PolicyName: 'x' };
  const answers = [
    await attempt(client.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: JSON.stringify(LOGS) }))),
    await attempt(client.send(new DeleteRolePolicyCommand(policy))),
  ];
  client.destroy();
  return answers;
}

describe('given a ceiling that requires a permissions boundary', () => {
  beforeEach(async () => {
    play = await Play.start({ ceiling: { requireBoundary: 'arn:aws:iam::*:policy/task-boundary' } });
  });

  it('repairs a role that carries it', async () => {
    bound(REQUIRED);
    await play.session();

    expect(await play.end()).toEqual(repaired());
    expect(await writesOfTheStolenRole()).toEqual(['ok', 'ok']);
  });

  it.each([
    ['another one', LONGER, 'boundary-other'],
    ['none', null, 'boundary-missing'],
  ])('opens a ticket for a role that carries %s, and IAM refuses the write as well', async (_, boundary, code) => {
    if (boundary !== null) bound(boundary);
    await play.session();

    expect(await play.end()).toEqual(ticketFor('role-allowed', code));
    expect(await writesOfTheStolenRole()).toEqual(['AccessDenied', 'AccessDenied']);
  });
});

describe('given a ceiling that names roles that are never written to', () => {
  it('opens a ticket for one of them, and IAM refuses the write as well', async () => {
    play = await Play.start({ ceiling: { neverRoles: ['arn:aws:iam::*:role/*-nginx-role'] } });
    await play.session();

    expect(await play.end()).toEqual(ticketFor('role-allowed', 'never-role'));
    expect(await writesOfTheStolenRole()).toEqual(['AccessDenied', 'AccessDenied']);
  });

  it('repairs a role beside them', async () => {
    play = await Play.start({ ceiling: { neverRoles: [`arn:aws:iam::*:role/${ROLE}-2`] } });
    await play.session();

    expect(await play.end()).toEqual(repaired());
    expect(await writesOfTheStolenRole()).toEqual(['ok', 'ok']);
  });
});
