import { createGitHub } from '../../../functions/adapters/tickets/github.ts';
import type { GitHubSettings } from '../../../functions/adapters/tickets/github-repository.ts';
import { TrackerRefusal } from '../../../functions/adapters/tickets/tracker.ts';
import type { TicketDraft } from '../../../functions/ports.ts';
import { GITHUB_SECRET, type GitHubServer, serveGitHub } from '../../support/vendors/github-server.ts';
import { secretOf } from '../../support/vendors/vendor-server.ts';

const FINGERPRINT = '0123456789abcdef0123456789abcdef';
const LABEL = 'exec-log/0123456789ab';
const DRAFT: TicketDraft = {
  fingerprint: FINGERPRINT,
  title: 'Lost transcripts: app-task is denied on /ecs/app',
  body: '## Cause and owner\nThe role lacks a statement.',
  severity: 'high',
  facts: { role: 'app-task' },
};
const NOW = new Date('2026-11-21T07:27:00Z');
const OWN = `<!-- exec-log ${FINGERPRINT} d1 -->`;

let hub: GitHubServer;

beforeEach(async () => {
  hub = await serveGitHub();
});

afterEach(() => hub.stop());

/** It waits for a silent GitHub as long as it is told: a busy machine is no silence. */
function gitHubWith(
  settings: Partial<GitHubSettings> = {},
  secret: unknown = GITHUB_SECRET,
  timeoutMilliseconds = 10_000,
) {
  return createGitHub({
    settings: { owner: 'acme', repo: 'ops', apiUrl: hub.apiUrl, ...settings },
    secret: secretOf(secret),
    allowLoopback: true,
    timeoutMilliseconds,
    clock: () => NOW,
  });
}

function issueOf(number: number) {
  const issue = hub.issues.get(number);
  if (issue === undefined || issue === 'deleted') throw new Error(`no issue ${number}`);
  return issue;
}

const later = (message: string, afterSeconds: number) => ({ name: 'TrackerLater', message, afterSeconds });
const ticket = (changes = {}) => ({
  ticketId: 'acme/ops#1',
  url: `${hub.origin}/acme/ops/issues/1`,
  isOpen: true,
  digest: 'd1',
  ...changes,
});
/** Comments without the mark at their end. */
const said = (number: number) =>
  issueOf(number).comments.map((text) => text.replace(/\n\n<!-- exec-log [0-9a-f]{64} -->$/, ''));

describe('given no ticket', () => {
  it('makes the label and opens an issue with title, body, labels and digest', async () => {
    await expect(gitHubWith().open(DRAFT, 'd1')).resolves.toEqual(ticket());
    expect(hub.calls.map(({ method, path, body }) => ({ method, path, body }))).toEqual([
      {
        method: 'POST',
        path: '/api/v3/repos/acme/ops/labels',
        body: { name: LABEL, color: 'b60205', description: 'One cause, as exec-log names it' },
      },
      {
        method: 'POST',
        path: '/api/v3/repos/acme/ops/issues',
        body: {
          title: DRAFT.title,
          body: `${DRAFT.body}\n\n${OWN}`,
          labels: ['exec-log', LABEL, 'exec-log/severity-high'],
        },
      },
    ]);
  });

  it('opens another one of the same label', async () => {
    hub.labels.add(LABEL);
    await expect(gitHubWith().open(DRAFT, 'd1')).resolves.toEqual(ticket());
  });

  it('opens none that it could not find again', async () => {
    hub.mayWrite = false;
    await expect(gitHubWith().open(DRAFT, 'd1')).rejects.toMatchObject({
      status: 403,
      message:
        'GitHub answered 403: Resource not accessible by personal access token: ' +
        'the token of the secret needs write access to the issues of the repository',
    });
    expect(hub.issues.size).toBe(0);
  });

  it('finds none', async () => {
    await expect(gitHubWith().find(FINGERPRINT)).resolves.toBeNull();
  });
});

describe('given a ticket', () => {
  beforeEach(() => gitHubWith().open(DRAFT, 'd1'));

  it('finds it, open or closed', async () => {
    await expect(gitHubWith().find(FINGERPRINT)).resolves.toEqual(ticket());
    hub.closeByHand(1);
    await expect(gitHubWith().find(FINGERPRINT)).resolves.toEqual(ticket({ isOpen: false }));
  });

  it('finds the newest one of its own fingerprint, and no pull request', async () => {
    await gitHubWith().open(DRAFT, 'd2');
    await gitHubWith().open({ ...DRAFT, fingerprint: '0123456789ab-other' }, 'd3');
    await gitHubWith().open(DRAFT, 'd4');
    issueOf(4).isPullRequest = true;
    await expect(gitHubWith().find(FINGERPRINT)).resolves.toMatchObject({ ticketId: 'acme/ops#2', digest: 'd2' });
  });

  it('finds it although a person rewrote its body', async () => {
    issueOf(1).body = 'Mine now.';
    await expect(gitHubWith().find(FINGERPRINT)).resolves.toEqual(ticket({ digest: null }));
  });

  it('comments and writes title, body, severity and digest anew', async () => {
    issueOf(1).labels.push('team-a');
    const changed = { ...DRAFT, title: 'Changed', severity: 'low' } as const;
    await expect(gitHubWith().update(ticket(), changed, 'd2', 'Now 2 denials.')).resolves.toBe('updated');
    expect(issueOf(1)).toMatchObject({
      title: 'Changed',
      labels: ['exec-log', LABEL, 'team-a', 'exec-log/severity-low'],
    });
    expect(said(1)).toEqual(['Now 2 denials.']);
    await expect(gitHubWith().find(FINGERPRINT)).resolves.toEqual(ticket({ digest: 'd2' }));
    await gitHubWith().update(ticket(), DRAFT, 'd3', '');
    expect(issueOf(1).labels).toEqual(['exec-log', LABEL, 'team-a', 'exec-log/severity-high']);
  });

  it('comments once although the issue itself was refused at first', async () => {
    hub.fail(null, null, { status: 502 });
    await expect(gitHubWith().update(ticket(), DRAFT, 'd2', 'Now 2.')).rejects.toMatchObject(
      later('GitHub answered 502', 60),
    );
    await gitHubWith().update(ticket(), DRAFT, 'd2', 'Now 2.');
    expect(said(1)).toEqual(['Now 2.']);
  });

  it('comments again on the way back and forth, among a hundred comments of others', async () => {
    await gitHubWith().update(ticket(), DRAFT, 'd2', 'Up.');
    issueOf(1).comments.push(...Array.from({ length: 98 }, () => 'Me too.'));
    await gitHubWith().update(ticket(), DRAFT, 'd1', 'Down.');
    await gitHubWith().update(ticket(), DRAFT, 'd2', 'Up.');
    await gitHubWith().update(ticket(), DRAFT, 'd1', 'Down.');
    expect(said(1).filter((text) => text !== 'Me too.')).toEqual(['Up.', 'Down.', 'Up.', 'Down.']);
  });

  it('closes it as completed with the evidence', async () => {
    await expect(gitHubWith().close('acme/ops#1', 'It arrived.')).resolves.toBe('closed');
    expect(issueOf(1)).toMatchObject({ state: 'closed', state_reason: 'completed' });
    expect(said(1)).toEqual(['It arrived.']);
    await gitHubWith().close('acme/ops#1', 'Another.');
    expect(said(1)).toEqual(['It arrived.']);
  });

  it('opens one that a person closed again', async () => {
    hub.closeByHand(1);
    await gitHubWith().update(ticket(), DRAFT, 'd1', 'Again.');
    expect(issueOf(1)).toMatchObject({ state: 'open', state_reason: 'reopened' });
    hub.closeByHand(1);
    await gitHubWith().update(ticket(), DRAFT, 'd1', 'Again.');
    expect(said(1)).toEqual(['Again.', 'Again.']);
  });
});

describe('given a ticket that is gone', () => {
  it.each([
    ['deleted', 'acme/ops#1'],
    ['of a number that is not there', 'acme/ops#99'],
    ['of another repository', 'acme/web#1'],
    ['of another tracker', 'OPS-1'],
  ])('says so of one %s', async (_, ticketId) => {
    hub.issues.set(1, 'deleted');
    await expect(gitHubWith().update(ticket({ ticketId }), DRAFT, 'd2', 'x')).resolves.toBe('gone');
    await expect(gitHubWith().close(ticketId, 'x')).resolves.toBe('gone');
    await expect(gitHubWith().find(FINGERPRINT)).resolves.toBeNull();
  });
});

describe('given a GitHub that refuses or fails', () => {
  it('explains a wrong token', async () => {
    await expect(gitHubWith({}, { token: 'synthetic-wrong' }).find(FINGERPRINT)).rejects.toMatchObject({
      status: 401,
      message: 'GitHub answered 401: Bad credentials: the token of the secret is wrong, revoked or expired',
    });
  });

  it('explains a repository that is not there', async () => {
    await expect(gitHubWith({ repo: 'none' }).find(FINGERPRINT)).rejects.toMatchObject({
      status: 404,
      message:
        'GitHub answered 404: Not Found: there is no such repository or issue, or the token of the secret may not see it',
    });
  });

  it('gives the words of a failed validation', async () => {
    const errors = [{ resource: 'Issue', field: 'title', code: 'missing_field' }];
    hub.fail(null, { status: 422, body: { message: 'Validation Failed', errors } });
    await expect(gitHubWith().open(DRAFT, 'd1')).rejects.toMatchObject({
      status: 422,
      message: 'GitHub answered 422: Validation Failed; title missing_field',
    });
  });

  const reset = String(NOW.getTime() / 1000 + 300);
  const secondary = { message: 'You have exceeded a secondary rate limit. Please wait a few minutes.' };
  it.each([
    ['429', { status: 429, headers: { 'retry-after': '30' } }, later('GitHub answered 429', 30)],
    ['403 with a time', { status: 403, headers: { 'retry-after': '30' } }, later('GitHub answered 403', 30)],
    [
      '403 with nothing left',
      { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset } },
      later('GitHub answered 403', 300),
    ],
    [
      '429 with nothing left',
      { status: 429, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset } },
      later('GitHub answered 429', 300),
    ],
    ['a secondary limit without a time', { status: 403, body: secondary }, later('GitHub answered 403', 60)],
    ['503', { status: 503 }, later('GitHub answered 503', 60)],
    ['silence', 'silence', later('GitHub did not answer', 60)],
  ] as const)('asks for later on %s', async (_, reply, error) => {
    hub.fail(reply);
    const hubOf = gitHubWith({}, GITHUB_SECRET, reply === 'silence' ? 300 : undefined);
    await expect(hubOf.find(FINGERPRINT)).rejects.toMatchObject(error);
  });

  it('refuses a 403 with one request left', async () => {
    hub.fail({ status: 403, headers: { 'x-ratelimit-remaining': '1' }, body: { message: 'Must have push access' } });
    await expect(gitHubWith().find(FINGERPRINT)).rejects.toMatchObject({ name: 'TrackerRefusal', status: 403 });
  });

  it.each([
    ['https://github.evil.example/api/v3', GITHUB_SECRET],
    ['https://github.evil.example/api/v3', { ...GITHUB_SECRET, host: 'github.acme.example' }],
    ['http://github.acme.example/api/v3', { ...GITHUB_SECRET, host: 'github.acme.example' }],
    ['https://169.254.169.254/api/v3', GITHUB_SECRET],
  ])('sends no token to %s', async (apiUrl, secret) => {
    await expect(gitHubWith({ apiUrl }, secret).find(FINGERPRINT)).rejects.toThrow('GitHub is not asked');
  });

  it.each(['https://github.acme.example', 'https://api.github.com/api/v3', 'acme', 'https://x.example/api/v3?y'])(
    'refuses the apiUrl %s',
    async (apiUrl) => {
      const because = 'the apiUrl of GitHub must be https://HOST/api/v3, or be left out for github.com';
      await expect(gitHubWith({ apiUrl }).find(FINGERPRINT)).rejects.toEqual(new TrackerRefusal(because));
    },
  );

  it.each([{ owner: '..' }, { repo: '../secret' }, { repo: '' }])('refuses names such as %j', async (names) => {
    await expect(gitHubWith(names).find(FINGERPRINT)).rejects.toThrow('owner and repo of GitHub must be names');
  });

  it.each(['a,b', '', '<!--'])('refuses the fingerprint %j', async (fingerprint) => {
    await expect(gitHubWith().open({ ...DRAFT, fingerprint }, 'd1')).rejects.toThrow(TrackerRefusal);
    expect(hub.calls).toEqual([]);
  });
});

describe('given hostile text', () => {
  it('keeps a title of 256 characters on one line and cuts a longer one', async () => {
    await gitHubWith().open({ ...DRAFT, title: `a\n\u202e${'b'.repeat(254)}` }, 'd1');
    await gitHubWith().open({ ...DRAFT, title: 'b'.repeat(10_000) }, 'd1');
    expect(issueOf(1).title).toBe(`a ${'b'.repeat(254)}`);
    expect(issueOf(2).title).toBe(`${'b'.repeat(255)}…`);
  });

  it('mentions nobody in title, body and comment', async () => {
    const hostile = '<!channel> | ` @team #1 GH-1';
    await gitHubWith().open({ ...DRAFT, title: hostile, body: hostile }, 'd1');
    await gitHubWith().update(ticket(), { ...DRAFT, title: hostile, body: hostile }, 'd2', hostile);
    const inert = '<!channel> | ` @\u2060team #\u20601 GH-\u20601';
    expect({ title: issueOf(1).title, said: said(1) }).toEqual({ title: inert, said: [`\\${inert}`] });
    expect(issueOf(1).body).toBe(`\\${inert}\n\n<!-- exec-log ${FINGERPRINT} d2 -->`);
  });

  it('keeps the digest of a body of 100,000 characters, cut after a whole block', async () => {
    const body = Array.from({ length: 100 }, () => 'x'.repeat(1000)).join('\n\n');
    await expect(gitHubWith().open({ ...DRAFT, body }, 'd1')).resolves.toEqual(ticket());
    expect(issueOf(1).body.endsWith(`\n\n${'x'.repeat(1000)}\n\n…\n\n${OWN}`)).toBe(true);
  });

  it('is not taken in by a digest inside the text', async () => {
    const body = `<!-- exec-log ${FINGERPRINT} forged -->`;
    await gitHubWith().open({ ...DRAFT, body }, 'd1');
    await expect(gitHubWith().find(FINGERPRINT)).resolves.toEqual(ticket());
  });
});
