import { createWorkspace, type Workspace } from '../../support/vendors/slack-workspace.ts';

const plain = (length: number) => ({ type: 'plain_text', text: 'a'.repeat(length) });
const mrkdwn = (length: number) => ({ type: 'mrkdwn', text: 'a'.repeat(length), verbatim: true });
const button = (parts: object = {}) => ({ type: 'button', text: plain(75), action_id: 'a', value: 'v', ...parts });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const times = (count: number, item: unknown) => Array.from({ length: count }, () => item);

let now: number;
let workspace: Workspace;

beforeEach(() => {
  now = Date.parse('2026-11-21T07:00:00Z');
  workspace = createWorkspace(
    [
      { id: 'C0ALERTS', name: 'alerts' },
      { id: 'C0PRIVATE', name: 'private', isMember: false },
      { id: 'C0OLD', name: 'old', isArchived: true },
    ],
    () => new Date(now),
  );
});

const post = (parts: Readonly<Record<string, unknown>>) =>
  workspace.call('chat.postMessage', { channel: 'C0ALERTS', text: 'x', ...parts });
const update = (parts: Readonly<Record<string, unknown>>) =>
  workspace.call('chat.update', { channel: 'C0ALERTS', ts: workspace.messages[0]?.ts, text: 'x', ...parts });
const fails = (error: string) => ({ kind: 'json', body: expect.objectContaining({ ok: false, error }) });
const DONE = { kind: 'json', body: expect.objectContaining({ ok: true }) };

describe('given blocks at their documented limits', () => {
  it.each<[string, unknown]>([
    ['50 blocks', times(50, { type: 'divider' })],
    ['a header of 150 characters', [{ type: 'header', text: plain(150) }]],
    ['a section of 3,000 characters', [{ type: 'section', text: mrkdwn(3000) }]],
    ['ten fields of 2,000 characters', [{ type: 'section', fields: times(10, mrkdwn(2000)) }]],
    ['ten elements of context', [{ type: 'context', elements: times(10, mrkdwn(3000)) }]],
    ['a value of 2,000 characters', [actions(button({ value: 'v'.repeat(2000) }))]],
    ['25 buttons', [actions(...times(25, null).map((_, index) => button({ action_id: String(index) })))]],
  ])('takes %s', (_, blocks) => {
    expect(post({ blocks })).toEqual(DONE);
  });

  it.each<[string, unknown]>([
    ['51 blocks', times(51, { type: 'divider' })],
    ['a header of 151 characters', [{ type: 'header', text: plain(151) }]],
    ['a header in mrkdwn', [{ type: 'header', text: mrkdwn(1) }]],
    ['a section of 3,001 characters', [{ type: 'section', text: mrkdwn(3001) }]],
    ['an empty section', [{ type: 'section', text: plain(0) }]],
    ['a section of nothing', [{ type: 'section' }]],
    ['eleven fields', [{ type: 'section', fields: times(11, mrkdwn(1)) }]],
    ['a field of 2,001 characters', [{ type: 'section', fields: [mrkdwn(2001)] }]],
    ['eleven elements of context', [{ type: 'context', elements: times(11, mrkdwn(1)) }]],
    ['a value of 2,001 characters', [actions(button({ value: 'v'.repeat(2001) }))]],
    ["a button's text of 76 characters", [actions(button({ text: plain(76) }))]],
    ['a button in another style', [actions(button({ style: 'default' }))]],
    ['26 buttons', [actions(...times(26, null).map((_, index) => button({ action_id: String(index) })))]],
    ['two buttons of one id', [actions(button(), button())]],
    ['two blocks of one id', times(2, { type: 'divider', block_id: 'b' })],
    ['verbatim in plain text', [{ type: 'section', text: { ...plain(1), verbatim: true } }]],
    ['an unknown block', [{ type: 'marquee' }]],
    ['blocks that are text', '[]'],
  ])('refuses %s', (_, blocks) => {
    expect(post({ blocks })).toEqual(fails('invalid_blocks'));
  });
});

describe('given a message', () => {
  it.each([
    ['a text of 40,000 characters', { text: 'a'.repeat(40_000) }, DONE],
    ['a longer one', { text: 'a'.repeat(40_001) }, fails('msg_too_long')],
    ['none', { text: '' }, fails('no_text')],
    ['a channel by name', { channel: '#alerts' }, DONE],
    ['an unknown channel', { channel: '#nowhere' }, fails('channel_not_found')],
    ['a channel without the app', { channel: 'C0PRIVATE' }, fails('not_in_channel')],
    ['an archived channel', { channel: 'C0OLD' }, fails('is_archived')],
    ['a thread that is not there', { thread_ts: '1.0' }, fails('thread_not_found')],
  ])('answers a post with %s', (_, parts, answer) => {
    expect(post(parts)).toEqual(answer);
  });

  it.each([
    ['a text of 4,000 characters', { text: 'a'.repeat(4000) }, DONE],
    ['a longer one', { text: 'a'.repeat(4001) }, fails('msg_too_long')],
    ['another time stamp', { ts: '1.0' }, fails('message_not_found')],
    ['a channel by name', { channel: '#alerts' }, fails('channel_not_found')],
  ])('answers an update with %s', (_, parts, answer) => {
    post({});
    expect(update(parts)).toEqual(answer);
  });

  it('keeps its blocks through an update without any', () => {
    post({ blocks: [{ type: 'divider' }] });
    update({ text: 'y' });
    expect(workspace.messages).toMatchObject([{ text: 'y', blocks: [{ type: 'divider' }], edits: 1 }]);
  });

  it.each([
    [999, { kind: 'too-fast', retryAfterSeconds: 1 }],
    [1000, DONE],
  ])('takes one a second and channel: the next after %d ms', (milliseconds, answer) => {
    post({});
    now += milliseconds;
    expect(post({})).toEqual(answer);
  });

  it('takes as many as come where its limit is switched off', () => {
    workspace.limitsPace = false;
    post({});
    expect(post({})).toEqual(DONE);
    expect(new Set(workspace.messages.map(({ ts }) => ts)).size).toBe(2);
  });
});
