import { createServiceNow } from '../../../functions/adapters/tickets/service-now.ts';
import { isServiceNowHost } from '../../../functions/adapters/tickets/service-now-table.ts';
import { ServiceNowServer } from '../../support/vendors/service-now-server.ts';

const BASIC = { username: 'exec-log', password: 'synthetic-password' };

let server: ServiceNowServer;
let url: string;
beforeEach(async () => {
  server = new ServiceNowServer();
  url = await server.start();
});
afterEach(() => server.stop());

function aTracker(secrets: readonly unknown[], settings = {}) {
  let turn = 0;
  return createServiceNow({
    settings: { instance: url, ...settings },
    secret: {
      read: async () => secrets[Math.min(turn, secrets.length - 1)],
      forget: () => {
        turn += 1;
      },
    },
    allowLoopback: true,
    timeoutMilliseconds: 10_000,
  });
}

describe('given credentials', () => {
  it.each([
    ['a user name and password', [BASIC]],
    ['a token', [{ token: 'synthetic-token' }]],
    ['a password that was rotated', [{ ...BASIC, password: 'of yesterday' }, BASIC]],
  ])('asks with %s', async (_, secrets) => {
    await expect(aTracker(secrets).find('f00d')).resolves.toBeNull();
  });

  it('explains a 401, without the credentials', async () => {
    await expect(aTracker([{ username: 'exec-log', password: 'wrong-password' }]).find('f00d')).rejects.toThrow(
      /^ServiceNow answered 401: User Not Authenticated; Required to provide Auth information: the user name, the password or the token of the secret is wrong or has expired, or the user is locked$/,
    );
  });

  it.each([
    ['nothing', {}],
    ['an empty token', { token: '' }],
    ['no password', { username: 'exec-log' }],
    ['no document', 'text'],
  ])('is refused before anything is sent where the secret holds %s', async (_, secret) => {
    await expect(aTracker([secret]).find('f00d')).rejects.toMatchObject({ name: 'TrackerRefusal' });
    expect(server.requests).toEqual([]);
  });
});

describe('given settings', () => {
  it.each([
    ['x.service-now.com', true],
    ['dev-12345.service-now.com', true],
    ['agency.servicenowservices.com', true],
    ['service-now.com', false],
    ['.service-now.com', false],
    ['a.b.service-now.com', false],
    ['x.service-now.com.evil.example', false],
    ['x-service-now.com', false],
    ['x.service-now.co', false],
  ])('lets credentials go to %s: %s', (hostname, isPermitted) => {
    expect(isServiceNowHost(hostname)).toBe(isPermitted);
  });

  it.each([
    'https://evil.example',
    'https://service-now.com',
    'https://x.service-now.com.evil.example',
    'https://evilservice-now.com',
    'https://a.b.service-now.com',
    'https://x.service-now.com:8443',
    'http://x.service-now.com',
    'https://x.service-now.com/path',
    'https://x.service-now.com?x',
    'https://user@x.service-now.com',
    'x.service-now.com',
  ])('sends no credentials to %s', async (instance) => {
    await expect(aTracker([BASIC], { instance }).find('f00d')).rejects.toMatchObject({ name: 'TrackerRefusal' });
  });

  it.each(['../../oauth', 'incident?x', 'Incident', ''])('asks for no table named %j', async (table) => {
    await expect(aTracker([BASIC], { table }).find('f00d')).rejects.toThrow('no valid name');
    expect(server.requests).toEqual([]);
  });

  it('explains a table that the instance does not have', async () => {
    await expect(aTracker([BASIC], { table: 'u_tickets' }).find('f00d')).rejects.toThrow(
      'ServiceNow answered 400: Invalid table u_tickets: the table or a field of the settings is not there',
    );
  });
});

describe('given an instance in trouble', () => {
  const failing = (status: number, headers: Record<string, string> = {}, body: unknown = {}) => {
    server.troubles = [{ status, headers, body }];
    return aTracker([BASIC]).find('f00d');
  };

  it.each([
    ['429 with a time', 429, { 'retry-after': '7' }, 7],
    ['429 without a time', 429, {}, 60],
    ['429 for an hour', 429, { 'retry-after': '3600' }, 900],
    ['500', 500, {}, 60],
    ['503', 503, {}, 60],
  ])('asks later on %s', async (_, status, headers, afterSeconds) => {
    await expect(failing(status, headers)).rejects.toMatchObject({ name: 'TrackerLater', afterSeconds });
  });

  it('asks later where an instance that hibernates answers with a page', async () => {
    await expect(failing(200, {}, '<html>Hibernating</html>')).rejects.toMatchObject({ name: 'TrackerLater' });
  });

  it('explains a 403 with the words of the instance', async () => {
    const body = { error: { message: 'Operation Failed', detail: 'ACL Exception' }, status: 'failure' };
    await expect(failing(403, {}, body)).rejects.toThrow(
      /^ServiceNow answered 403: Operation Failed; ACL Exception: the user of the secret lacks a role for this table/,
    );
  });

  it('does not take a page in front of no instance for a ticket that is gone', async () => {
    await expect(failing(404, {}, '<html>No such site</html>')).rejects.toMatchObject({ name: 'TrackerRefusal' });
  });
});
