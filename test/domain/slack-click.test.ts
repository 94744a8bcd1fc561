import { readSlackClick, SLACK_ACTION_IDS } from '../../functions/domain/slack-click.ts';
import { clickPayload, formOf } from '../support/vendors/slack-click.ts';

const PROPOSAL = 'p_0123456789-abcdefghij';
const FACTS = {
  channel: 'C0ALERTS',
  ts: '1795244400.000100',
  actionId: SLACK_ACTION_IDS.approve,
  value: PROPOSAL,
  userId: 'U0ADA',
  teamId: 'T0SYNTHETIC',
  at: new Date('2026-11-21T07:00:00.123Z'),
};
const CLICK = {
  action: 'approve',
  proposalId: PROPOSAL,
  slackUserId: 'U0ADA',
  slackTeamId: 'T0SYNTHETIC',
  channel: 'C0ALERTS',
  ts: '1795244400.000100',
  clickedAt: '2026-11-21T07:00:00.123Z',
};

const clickWith = (facts: Partial<typeof FACTS> | { actionId: string }) =>
  readSlackClick(formOf(clickPayload({ ...FACTS, ...facts })));
const payloadWith = (parts: Readonly<Record<string, unknown>>) =>
  readSlackClick(formOf({ ...clickPayload(FACTS), ...parts }));
const refused = (code: string) => ({ kind: 'refused', code, detail: expect.any(String) });

describe('given a click on a button of a proposal', () => {
  it('reads who approved what, where and when', () => {
    expect(clickWith({})).toEqual({ kind: 'click', click: CLICK });
  });

  it('reads a rejection', () => {
    expect(clickWith({ actionId: SLACK_ACTION_IDS.reject })).toEqual({
      kind: 'click',
      click: { ...CLICK, action: 'reject' },
    });
  });

  it('keeps every millisecond of Slack', () => {
    const at = new Date('2026-11-21T07:00:00.100Z');
    expect(clickWith({ at })).toMatchObject({ click: { clickedAt: '2026-11-21T07:00:00.100Z' } });
  });

  it("takes the person's own workspace where a whole organisation installed the app", () => {
    const user = { id: 'W0ADA', team_id: 'T0OTHER' };
    expect(payloadWith({ team: null, user })).toEqual({
      kind: 'click',
      click: { ...CLICK, slackUserId: 'W0ADA', slackTeamId: 'T0OTHER' },
    });
  });

  it('takes the workspace of the app where the person is of another one', () => {
    expect(payloadWith({ user: { id: 'U0ADA', team_id: 'T0OTHER' } })).toEqual({ kind: 'click', click: CLICK });
  });

  it("reads nothing of the message's text", () => {
    const message = {
      ts: FACTS.ts,
      text: 'proposal p_another-proposal-id',
      blocks: [{ value: 'p_another-proposal-id' }],
    };
    expect(payloadWith({ message })).toEqual({ kind: 'click', click: CLICK });
  });
});

describe('given a button that is none of ours', () => {
  it.each(['exec-log-approved', 'Exec-Log-Approve', '', '__proto__', 'constructor'])('refuses %j', (actionId) => {
    expect(clickWith({ actionId })).toEqual(refused('unknown-action'));
  });

  it.each([
    ['an empty id', ''],
    ['a short one', 'a'.repeat(15)],
    ['a long one', 'a'.repeat(129)],
    ['a line break', `${PROPOSAL}\n`],
    ["a table's separator", `${PROPOSAL}#1`],
    ['markup', `<!channel>${PROPOSAL}`],
    ['letters of other scripts', `${PROPOSAL}é`],
  ])('refuses %s', (_, value) => {
    expect(clickWith({ value })).toEqual(refused('bad-proposal-id'));
  });

  it.each(['a'.repeat(16), 'a'.repeat(128)])('takes an id of a length in between: %s', (value) => {
    expect(clickWith({ value })).toMatchObject({ click: { proposalId: value } });
  });
});

describe('given a payload that is no click', () => {
  const [button] = clickPayload(FACTS).actions;

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['another interaction', { type: 'view_submission' }],
    ['a click in a modal', { container: { type: 'view', view_id: 'V0' } }],
    [
      'a click in an attachment',
      { container: { type: 'message_attachment', channel_id: FACTS.channel, message_ts: FACTS.ts } },
    ],
    ['no person', { user: undefined }],
    ['a person without an id', { user: { name: 'ada' } }],
    ['a person by name', { user: { id: 'ada' } }],
    ['a bot', { user: { id: 'B0SYNTHETIC' } }],
    ['no workspace at all', { team: null, user: { id: 'U0ADA' } }],
    ['an organisation in place of a workspace', { team: { id: 'E0SYNTHETIC' } }],
    ['no clicks', { actions: [] }],
    ['two clicks', { actions: [button, button] }],
    ['a menu', { actions: [{ ...button, type: 'static_select' }] }],
    ['a button without a value', { actions: [{ ...button, value: undefined }] }],
    ['a value that is an object', { actions: [{ ...button, value: { toString: PROPOSAL } }] }],
    ['a time in words', { actions: [{ ...button, action_ts: 'now' }] }],
    ['a time past all calendars', { actions: [{ ...button, action_ts: '99999999999999.000000' }] }],
    ['a channel by its name', { container: { type: 'message', channel_id: 'ALERTS', message_ts: FACTS.ts } }],
    ['a message by another id', { container: { type: 'message', channel_id: 'C0ALERTS', message_ts: '1' } }],
  ])('refuses %s', (_, parts) => {
    expect(payloadWith(parts)).toEqual(refused('not-a-click'));
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['another channel', { channel: { id: 'C0OTHER' } }],
    ['another message', { message: { ts: '1795244400.000200' } }],
  ])('refuses one that names %s too', (_, parts) => {
    expect(payloadWith(parts)).toEqual(refused('contradiction'));
  });

  it.each(['[]', 'null', '1', '"x"', '{}'])('refuses %s', (text) => {
    expect(readSlackClick(`payload=${text}`)).toEqual(refused('not-a-click'));
  });
});

describe('given a body that is no payload', () => {
  const form = formOf(clickPayload(FACTS));

  it.each([
    ['nothing', '', 'no-payload'],
    ['another field', 'text=x', 'no-payload'],
    ['two payloads', `${form}&${form}`, 'no-payload'],
    ['bare JSON', JSON.stringify(clickPayload(FACTS)), 'no-payload'],
    ['an empty payload', 'payload=', 'not-json'],
    ['half a payload', form.slice(0, -10), 'not-json'],
    ['a broken escape', 'payload=%E0%A4%A', 'not-json'],
    ['64 KB and one more', `payload=${'1'.repeat(64 * 1024 - 7)}`, 'too-large'],
    ['64 KB of a number', `payload=${'1'.repeat(64 * 1024 - 8)}`, 'not-a-click'],
    ['64 KB of brackets', `payload=${'['.repeat(64 * 1024 - 8)}`, 'not-json'],
  ])('refuses %s', (_, body, code) => {
    expect(readSlackClick(body)).toEqual(refused(code));
  });
});
