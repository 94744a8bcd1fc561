import { createJira } from '../../../functions/adapters/tickets/jira.ts';
import type { JiraSettings } from '../../../functions/adapters/tickets/jira-site.ts';
import { TrackerLater, TrackerRefusal } from '../../../functions/adapters/tickets/tracker.ts';
import type { TicketDraft } from '../../../functions/ports.ts';
import { JIRA_SECRET, type JiraServer, serveJira } from '../../support/vendors/jira-server.ts';
import { at, secretOf } from '../../support/vendors/vendor-server.ts';

const FINGERPRINT = '0123456789abcdef0123456789abcdef';
const DRAFT: TicketDraft = {
  fingerprint: FINGERPRINT,
  title: 'Lost transcripts: app-task is denied on /ecs/app',
  body: '## Cause and owner\nThe role lacks a statement.',
  severity: 'high',
  facts: { role: 'app-task' },
};
const GONE = { ticketId: 'OPS-9', url: null, isOpen: true, digest: null };
let site: JiraServer;

beforeEach(async () => {
  site = await serveJira();
});

afterEach(() => site.stop());

function jiraWith(settings: Partial<JiraSettings> = {}, secret: unknown = JIRA_SECRET, timeoutMilliseconds = 10_000) {
  return createJira({
    settings: { site: site.origin, projectKey: 'OPS', issueType: 'Task', ...settings },
    secret: secretOf(secret),
    allowLoopback: true,
    timeoutMilliseconds,
  });
}

function issueOf(key: string) {
  const issue = site.issues.get(key);
  if (issue === undefined) throw new Error(`no issue ${key}`);
  return issue;
}

const patienceFor = (reply: unknown) => (reply === 'silence' ? 300 : undefined);
const later = (message: string, afterSeconds: number) => ({ name: 'TrackerLater', message, afterSeconds });
const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] });
const document = (...content: unknown[]) => ({ version: 1, type: 'doc', content });
const ticket = (changes = {}) => ({
  ticketId: 'OPS-1',
  url: `${site.origin}/browse/OPS-1`,
  isOpen: true,
  digest: 'd1',
  ...changes,
});

describe('given no ticket', () => {
  it('opens an issue with title, body, labels, priority and digest', async () => {
    await expect(jiraWith({ labels: ['audit', 'exec-log'] }).open(DRAFT, 'd1')).resolves.toEqual(ticket());
    expect(site.calls).toHaveLength(1);
    expect(site.calls[0]?.body).toEqual({
      fields: {
        project: { key: 'OPS' },
        issuetype: { name: 'Task' },
        summary: DRAFT.title,
        description: document(
          { type: 'heading', attrs: { level: 2 }, content: [{ type: 'text', text: 'Cause and owner' }] },
          paragraph('The role lacks a statement.'),
        ),
        labels: ['exec-log', `exec-log-${FINGERPRINT}`, 'audit'],
        priority: { name: 'High' },
      },
      properties: [{ key: 'exec-log', value: { digest: 'd1' } }],
    });
  });

  it('finds none', async () => {
    await expect(jiraWith().find(FINGERPRINT)).resolves.toBeNull();
  });

  it.each([
    ['without priorities', null],
    ['with other priorities', ['P1', 'P2']],
  ])('opens it without a priority in a project %s', async (_, priorities) => {
    site.priorities = priorities;
    await expect(jiraWith().open(DRAFT, 'd1')).resolves.toMatchObject({ ticketId: 'OPS-1' });
    expect(site.calls).toHaveLength(2);
    expect(issueOf('OPS-1').fields['priority']).toBeUndefined();
  });

  it('explains a project or type that is not there', async () => {
    const errors = 'project: valid project is required; issuetype: Specify a valid issue type';
    await expect(jiraWith({ projectKey: 'NONE', issueType: 'Bug' }).open(DRAFT, 'd1')).rejects.toThrow(
      `Jira answered 400: ${errors}`,
    );
    expect(site.calls).toHaveLength(1);
  });
});

describe('given a ticket', () => {
  beforeEach(() => jiraWith().open(DRAFT, 'd1'));

  it('finds it by its fingerprint', async () => {
    await expect(jiraWith().find(FINGERPRINT)).resolves.toEqual(ticket());
    await expect(jiraWith().find('f'.repeat(32))).resolves.toBeNull();
  });

  it('finds it only once the index holds it', async () => {
    issueOf('OPS-1').isIndexed = false;
    await expect(jiraWith().find(FINGERPRINT)).resolves.toBeNull();
    site.index();
    await expect(jiraWith().find(FINGERPRINT)).resolves.toEqual(ticket());
  });

  it('writes fields, digest and comment in one request', async () => {
    const changed = { ...DRAFT, title: 'Changed', severity: 'low' } as const;
    await expect(jiraWith().update(ticket(), changed, 'd2', 'Now **2** denials.')).resolves.toBe('updated');
    expect(site.calls.map(({ method }) => method)).toEqual(['POST', 'GET', 'PUT']);
    const { fields, comments } = issueOf('OPS-1');
    expect({ summary: fields['summary'], priority: fields['priority'], comments }).toEqual({
      summary: 'Changed',
      priority: { name: 'Low' },
      comments: [
        document({
          type: 'paragraph',
          content: [
            { type: 'text', text: 'Now ' },
            { type: 'text', text: '2', marks: [{ type: 'strong' }] },
            { type: 'text', text: ' denials.' },
          ],
        }),
      ],
    });
    await expect(jiraWith().find(FINGERPRINT)).resolves.toEqual(ticket({ digest: 'd2' }));
  });

  it('raises the priority, without a comment of nothing', async () => {
    await jiraWith().update(ticket(), { ...DRAFT, severity: 'low' }, 'd2', '');
    await jiraWith().update(ticket(), DRAFT, 'd3', '');
    expect(issueOf('OPS-1')).toMatchObject({ fields: { priority: { name: 'High' } }, comments: [] });
  });

  it("keeps people's labels and puts ours back", async () => {
    issueOf('OPS-1').labels = new Set(['team-a']);
    await jiraWith().update(ticket(), DRAFT, 'd2', '');
    expect([...issueOf('OPS-1').labels]).toEqual(['team-a', 'exec-log', `exec-log-${FINGERPRINT}`]);
  });

  it('closes it with the evidence as the last comment', async () => {
    await expect(jiraWith().close('OPS-1', 'It arrived.')).resolves.toBe('closed');
    expect(issueOf('OPS-1')).toMatchObject({ status: 'Done', comments: [document(paragraph('It arrived.'))] });
    await expect(jiraWith().find(FINGERPRINT)).resolves.toEqual(ticket({ isOpen: false }));
  });

  it('gives the resolution that a screen requires', async () => {
    site.requiresResolution = true;
    await jiraWith().close('OPS-1', 'It arrived.');
    expect(issueOf('OPS-1')).toMatchObject({ status: 'Done', resolution: 'Done' });
  });

  it('writes the evidence once although the transition was refused at first', async () => {
    site.fail(null, null, null, { status: 503 });
    await expect(jiraWith().close('OPS-1', 'It arrived.')).rejects.toMatchObject(later('Jira answered 503', 60));
    await expect(jiraWith().close('OPS-1', 'It arrived.')).resolves.toBe('closed');
    expect(issueOf('OPS-1')).toMatchObject({ status: 'Done', comments: [document(paragraph('It arrived.'))] });
  });

  it('leaves one that a person closed as it is', async () => {
    issueOf('OPS-1').status = 'Done';
    await expect(jiraWith().close('OPS-1', 'It arrived.')).resolves.toBe('closed');
    expect(issueOf('OPS-1').comments).toEqual([]);
  });

  it.each([
    ['to a new status', [], 'To Do'],
    ['to one in progress where there is no other', ['To Do'], 'In Progress'],
  ] as const)('opens a closed one again: %s', async (_, unreachable, status) => {
    issueOf('OPS-1').status = 'Done';
    for (const each of unreachable) site.unreachable.add(each);
    // Who asks may not know yet that a person closed it.
    await expect(jiraWith().update(ticket(), DRAFT, 'd2', 'Again.')).resolves.toBe('updated');
    expect(issueOf('OPS-1')).toMatchObject({ status, comments: [document(paragraph('Again.'))] });
  });

  it.each([
    ['to it', 'new', {}],
    ['that asks for no more than a resolution', 'done', { cost: { required: true, allowedValues: [{ name: '1' }] } }],
  ])('says where the workflow has no way %s', async (_, key, fields) => {
    const transitions = [{ id: '3', to: { statusCategory: { key } }, fields }];
    site.fail(null, { status: 200, body: { transitions } });
    await expect(jiraWith().close('OPS-1', 'It arrived.')).rejects.toThrow(
      /has no transition from the status of OPS-1 to done/,
    );
    expect(issueOf('OPS-1').comments).toEqual([]);
  });
});

describe('given a ticket that is gone', () => {
  it('says so and does not find it', async () => {
    await jiraWith().open(DRAFT, 'd1');
    site.issues.delete('OPS-1');
    await expect(jiraWith().find(FINGERPRINT)).resolves.toBeNull();
    await expect(jiraWith().update(GONE, DRAFT, 'd2', 'x')).resolves.toBe('gone');
    await expect(jiraWith().close('OPS-1', 'x')).resolves.toBe('gone');
  });

  it('finds the one before it where the index still holds the deleted one', async () => {
    await jiraWith().open(DRAFT, 'd1');
    await jiraWith().open(DRAFT, 'd2');
    site.fail(null, { status: 404, body: { errorMessages: ['Issue does not exist'], errors: {} } });
    await expect(jiraWith().find(FINGERPRINT)).resolves.toEqual(ticket());
  });

  it.each(['oi-0123456789ab', '../project/OPS', 'acme/ops#1'])('takes %s for no ticket of Jira', async (ticketId) => {
    await expect(jiraWith().close(ticketId, 'x')).resolves.toBe('gone');
    await expect(jiraWith().update({ ...GONE, ticketId }, DRAFT, 'd2', 'x')).resolves.toBe('gone');
    expect(site.calls).toEqual([]);
  });

  it('does not take a site that is not there for it', async () => {
    site.fail({ status: 404, body: '<html>Your Atlassian Cloud site is currently unavailable.</html>' });
    await expect(jiraWith().update(GONE, DRAFT, 'd2', 'x')).rejects.toThrow('Jira answered 404: there is no such site');
  });
});

describe('given a Jira that refuses or fails', () => {
  it('explains a wrong token and never shows it', async () => {
    const jira = jiraWith({}, { ...JIRA_SECRET, apiToken: 'synthetic-wrong' });
    await expect(jira.find(FINGERPRINT)).rejects.toMatchObject({
      status: 401,
      message: 'Jira answered 401: the email or the API token of the secret is wrong, or the token has expired',
    });
  });

  it('explains a 403', async () => {
    site.fail({ status: 403, body: { errorMessages: ['You do not have permission to create issues.'], errors: {} } });
    await expect(jiraWith().open(DRAFT, 'd1')).rejects.toThrow(
      /^Jira answered 403: You do not have permission to create issues\.: the account of the secret may not do this/,
    );
  });

  it.each([
    ['429', { status: 429, headers: { 'retry-after': '30' } }, later('Jira answered 429', 30)],
    ['503', { status: 503 }, later('Jira answered 503', 60)],
    ['a conflict', { status: 409 }, later('Jira answered 409', 10)],
    ['silence', 'silence', later('Jira did not answer', 60)],
  ] as const)('asks for later on %s', async (_, reply, error) => {
    site.fail(reply);
    await expect(jiraWith({}, JIRA_SECRET, patienceFor(reply)).open(DRAFT, 'd1')).rejects.toMatchObject(error);
  });

  it('remembers what it wrote although the answer was lost', async () => {
    await jiraWith().open(DRAFT, 'd1');
    site.loseNextAnswer();
    await expect(jiraWith().open({ ...DRAFT, fingerprint: 'b' }, 'd2')).rejects.toThrow(TrackerLater);
    await expect(jiraWith().find('b')).resolves.toMatchObject({ ticketId: 'OPS-2', digest: 'd2' });
  });

  it.each(['https://acme.atlassian.net.evil.example', 'http://acme.atlassian.net', 'https://a.b.atlassian.net'])(
    'sends nothing to %s',
    async (address) => {
      await expect(jiraWith({ site: address }).find(FINGERPRINT)).rejects.toThrow('Jira is not asked');
    },
  );

  it.each(['acme', 'https://acme.atlassian.net/jira', 'https://acme.atlassian.net?x'])(
    'refuses the site %s',
    async (address) => {
      const because = 'the site of Jira must be given as https://NAME.atlassian.net';
      await expect(jiraWith({ site: address }).find(FINGERPRINT)).rejects.toEqual(new TrackerRefusal(because));
    },
  );
});

describe('given hostile text', () => {
  it('keeps a title of 255 characters on one line and cuts a longer one', async () => {
    await jiraWith().open({ ...DRAFT, title: `a\n\u202e${'b'.repeat(253)}` }, 'd1');
    await jiraWith().open({ ...DRAFT, title: 'b'.repeat(10_000) }, 'd1');
    expect(issueOf('OPS-1').fields['summary']).toBe(`a ${'b'.repeat(253)}`);
    expect(issueOf('OPS-2').fields['summary']).toBe(`${'b'.repeat(254)}…`);
  });

  it('shows names as plain text', async () => {
    await jiraWith().open(
      { ...DRAFT, title: '\u202e\n', body: '<!channel> | ` \u202e[x](http://evil.example) @all' },
      'd1',
    );
    expect(issueOf('OPS-1').fields).toMatchObject({
      summary: '-',
      description: document(paragraph('<!channel> | ` [x](http://evil.example) @all')),
    });
  });

  it('cuts a body of 100,000 characters after a whole block', async () => {
    const body = Array.from({ length: 100 }, () => 'x'.repeat(1000)).join('\n\n');
    await expect(jiraWith().open({ ...DRAFT, body }, 'd1')).resolves.toEqual(ticket());
    const content = at(issueOf('OPS-1').fields['description'], 'content');
    expect(Array.isArray(content) ? content.slice(-2) : null).toEqual([paragraph('x'.repeat(1000)), paragraph('…')]);
  });

  it('refuses a fingerprint that would change the query', async () => {
    await expect(jiraWith().find('x" OR project = "SEC')).rejects.toThrow('the fingerprint can be no label of Jira');
  });
});
