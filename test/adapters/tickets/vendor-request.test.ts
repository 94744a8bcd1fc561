import { TrackerRefusal } from '../../../functions/adapters/tickets/tracker.ts';
import { createVendor, retrySeconds, type VendorOptions } from '../../../functions/adapters/tickets/vendor-request.ts';
import { secretTexts } from '../../../functions/adapters/tickets/vendor-shape.ts';
import { at, type Reply, secretOf, serveVendor, type VendorServer } from '../../support/vendors/vendor-server.ts';

const NOW = new Date('2026-11-21T07:27:00Z');
const MEGABYTE = 1024 * 1024;

let server: VendorServer;
let answer: Reply;

beforeEach(async () => {
  answer = { status: 200, body: { fine: true } };
  server = await serveVendor(() => answer);
});

afterEach(() => server.stop());

function vendorWith(options: Partial<VendorOptions> = {}) {
  const vendor = createVendor({
    vendor: 'Acme',
    secret: secretOf({ token: 'synthetic-token' }),
    headersOf: (secret) => ({ authorization: `Bearer ${secretTexts('Acme', secret, ['token']).token}` }),
    isHost: (hostname) => hostname === 'api.acme.example',
    wordsOf: (body) => [at(body, 'error')].filter((word) => typeof word === 'string'),
    advice: { 401: 'the token is wrong' },
    allowLoopback: true,
    timeoutMilliseconds: 10_000,
    clock: () => NOW,
    ...options,
  });
  return (body?: unknown, url = `${server.origin}/things`) => vendor({ method: 'POST', url: new URL(url), body });
}

/** Whole errors: a comparison of two errors would look at their messages only. */
const later = (message: string, afterSeconds: number) => ({ name: 'TrackerLater', message, afterSeconds });
const refusal = (message: string, status: number, words: string) => ({
  name: 'TrackerRefusal',
  message,
  status,
  words,
});

describe('given a vendor that answers', () => {
  it('sends JSON with the credentials and gives the JSON back', async () => {
    await expect(vendorWith()({ name: 'é' })).resolves.toEqual({ status: 200, body: { fine: true } });
    expect(server.calls).toEqual([
      {
        method: 'POST',
        path: '/things',
        body: { name: 'é' },
        headers: {
          accept: 'application/json',
          authorization: 'Bearer synthetic-token',
          connection: 'close',
          'content-length': '13',
          'content-type': 'application/json; charset=utf-8',
          host: new URL(server.origin).host,
          'user-agent': 'exec-log',
        },
      },
    ]);
  });

  it('takes an empty answer', async () => {
    answer = { status: 204 };
    await expect(vendorWith()()).resolves.toEqual({ status: 204, body: null });
  });

  it('reads an answer of a megabyte', async () => {
    answer = { status: 200, body: JSON.stringify('a'.repeat(MEGABYTE - 2)) };
    await expect(vendorWith()()).resolves.toMatchObject({ status: 200 });
  });

  it('refuses one that is longer', async () => {
    answer = { status: 200, body: JSON.stringify('a'.repeat(MEGABYTE - 1)) };
    await expect(vendorWith()()).rejects.toEqual(new TrackerRefusal('Acme answered 200 with more than can be read'));
  });
});

describe('given a vendor that cannot answer now', () => {
  it.each([
    ['429 with seconds', 429, { 'retry-after': '7' }, 7],
    ['429 with a date', 429, { 'retry-after': 'Sat, 21 Nov 2026 07:28:00 GMT' }, 60],
    ['429 without a time', 429, {}, 60],
    ['503 with seconds', 503, { 'retry-after': '120' }, 120],
    ['500', 500, {}, 60],
    ['408', 408, {}, 60],
  ])('asks for later on %s', async (_, status, headers, seconds) => {
    answer = { status, headers, body: 'synthetic-token' };
    await expect(vendorWith()()).rejects.toMatchObject(later(`Acme answered ${status}`, seconds));
  });

  it.each([
    [undefined, 60],
    ['0', 1],
    ['1', 1],
    ['900', 900],
    ['901', 900],
    ['soon', 60],
    ['1.5', 60],
    ['Sat, 21 Nov 2026 07:27:01 GMT', 1],
    ['Sat, 21 Nov 2026 07:42:00 GMT', 900],
    ['Sat, 21 Nov 2026 07:42:01 GMT', 900],
    ['Fri, 20 Nov 2026 07:27:00 GMT', 1],
  ])('reads Retry-After %s as %d seconds', (retryAfter, seconds) => {
    expect(retrySeconds(retryAfter, NOW)).toBe(seconds);
  });

  it.each(['silence', 'drip'] as const)('asks for later where no whole answer comes in time: %s', async (reply) => {
    answer = reply;
    await expect(vendorWith({ timeoutMilliseconds: 300 })()).rejects.toMatchObject(later('Acme did not answer', 60));
  });

  it('asks for later where nobody listens', async () => {
    const { origin } = server;
    await server.stop();
    await expect(vendorWith()({}, origin)).rejects.toMatchObject(later('Acme did not answer', 60));
  });

  it('asks for later on a page instead of JSON', async () => {
    answer = { status: 200, body: '<html>We are back soon</html>' };
    await expect(vendorWith()()).rejects.toMatchObject(later('Acme answered 200 without JSON', 60));
  });

  it('knows what else means later to the vendor', async () => {
    answer = { status: 403 };
    const vendor = vendorWith({ laterOf: (status) => (status === 403 ? 5000 : null) });
    await expect(vendor()).rejects.toMatchObject(later('Acme answered 403', 900));
  });
});

describe('given a vendor that refuses', () => {
  it.each([
    ['its words', 400, { error: 'name is missing' }, 'Acme answered 400: name is missing', 'name is missing'],
    ['nothing else of its answer', 400, { debug: 'stack' }, 'Acme answered 400', ''],
    ['no page of a proxy', 403, '<html>secret</html>', 'Acme answered 403', ''],
    ['no credentials that it quotes', 400, { error: 'bad synthetic-token' }, 'Acme answered 400: bad ***', 'bad ***'],
    [
      'no credentials made of it',
      400,
      { error: 'bad Basic c3ludGhldGlj' },
      'Acme answered 400: bad Basic ***',
      'bad Basic ***',
    ],
    ['one line', 400, { error: 'a\r\nb\u202ec' }, 'Acme answered 400: a bc', 'a bc'],
  ])('gives %s', async (_, status, body, message, words) => {
    answer = { status, body };
    const vendor = vendorWith({ headersOf: () => ({ authorization: 'Basic c3ludGhldGlj' }) });
    await expect(vendor()).rejects.toMatchObject(refusal(message, status, words));
  });

  it.each([
    [300, 'a'.repeat(300)],
    [301, `${'a'.repeat(299)}…`],
  ])('bounds words of %d characters', async (length, words) => {
    answer = { status: 400, body: { error: 'a'.repeat(length) } };
    await expect(vendorWith()()).rejects.toMatchObject({ status: 400, words });
  });

  it.each([301, 302, 307, 308])('follows no redirect: %d', async (status) => {
    answer = { status, headers: { location: `${server.origin}/elsewhere` } };
    const message = `Acme answered ${status}: redirects are not followed: the settings must name the new place`;
    await expect(vendorWith()()).rejects.toMatchObject(refusal(message, status, ''));
    expect(server.calls).toHaveLength(1);
  });
});

describe('given a secret', () => {
  const denied: Reply = { status: 401, body: { error: 'no' } };

  it('reads it anew after a 401 and asks once more with the rotated one', async () => {
    server.fail(denied);
    await vendorWith({ secret: secretOf({ token: 'synthetic-old' }, { token: 'synthetic-new' }) })();
    expect(server.calls.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer synthetic-old',
      'Bearer synthetic-new',
    ]);
  });

  it('does not ask again with the same one', async () => {
    answer = denied;
    await expect(vendorWith()()).rejects.toMatchObject(refusal('Acme answered 401: no: the token is wrong', 401, 'no'));
    expect(server.calls).toHaveLength(1);
  });

  it.each([null, 'text', {}, { token: '' }, { token: ' ' }, { token: 1 }])(
    'sends nothing with %j',
    async (document) => {
      const because = 'the secret for Acme must be JSON with a text token';
      await expect(vendorWith({ secret: secretOf(document) })()).rejects.toEqual(new TrackerRefusal(because));
      expect(server.calls).toEqual([]);
    },
  );

  it('sends nothing with one that would make headers of its own', async () => {
    const vendor = vendorWith({ secret: secretOf({ token: 'synthetic\r\nx-forged: 1' }) });
    const because = 'the secret for Acme holds a character that no HTTP header can carry';
    await expect(vendor()).rejects.toEqual(new TrackerRefusal(because));
  });
});

describe('given an address that is not the vendor', () => {
  it.each([
    'https://acme.example/',
    'https://api.acme.example.evil.example/',
    'https://api.acme.example:8443/',
    'https://ada:secret@api.acme.example/',
    'http://api.acme.example/',
    'https://localhost/',
    'ftp://api.acme.example/',
  ])('sends nothing to %s', async (url) => {
    await expect(vendorWith()({}, url)).rejects.toThrow(
      /^Acme is not asked: .* is no host that its credentials may go to$/,
    );
  });

  it('sends nothing to this machine unless that is permitted', async () => {
    await expect(vendorWith({ allowLoopback: false })()).rejects.toThrow(TrackerRefusal);
    expect(server.calls).toEqual([]);
  });
});
