import fc from 'fast-check';
import { readSlackClick, SLACK_ACTION_IDS } from '../../functions/domain/slack-click.ts';
import { clickPayload, formOf } from '../support/vendors/slack-click.ts';

const idOf = (prefixes: string) =>
  fc
    .tuple(fc.constantFrom(...prefixes), fc.stringMatching(/^[A-Z0-9]{2,30}$/))
    .map(([prefix, rest]) => `${prefix}${rest}`);

const facts = fc.record({
  channel: idOf('CDG'),
  ts: fc.stringMatching(/^\d{10}\.\d{6}$/),
  actionId: fc.constantFrom(SLACK_ACTION_IDS.approve, SLACK_ACTION_IDS.reject),
  value: fc.stringMatching(/^[A-Za-z0-9_-]{16,128}$/),
  userId: idOf('UW'),
  teamId: idOf('T'),
  at: fc.date({ min: new Date('2001-09-09T01:46:40Z'), max: new Date('2286-11-20T17:46:39Z'), noInvalidDate: true }),
});

describe('given any click on one of our buttons', () => {
  it('gives back what was clicked, by whom and when', () => {
    fc.assert(
      fc.property(facts, (given) => {
        expect(readSlackClick(formOf(clickPayload(given)))).toEqual({
          kind: 'click',
          click: {
            action: given.actionId === SLACK_ACTION_IDS.approve ? 'approve' : 'reject',
            proposalId: given.value,
            slackUserId: given.userId,
            slackTeamId: given.teamId,
            channel: given.channel,
            ts: given.ts,
            clickedAt: given.at.toISOString(),
          },
        });
      }),
    );
  });
});

describe('given hostile input', () => {
  /** Constant: nothing that somebody sent comes back in a reason. */
  const DETAILS = [
    'The body is larger than any interaction of Slack.',
    'The body holds not exactly one payload.',
    'The payload is not JSON.',
    'The payload is not one click on a button of a message.',
    'The button is none of ours.',
    "The button's value is no id of a proposal.",
    'The payload names two different messages.',
  ];
  const refusesOrReads = (body: string) => {
    const read = readSlackClick(body);
    if (read.kind === 'refused') expect(DETAILS).toContain(read.detail);
    else expect(read.click.proposalId).toMatch(/^[A-Za-z0-9_-]{16,128}$/);
  };

  it('refuses any text without throwing', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => refusesOrReads(text)));
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => refusesOrReads(`payload=${text}`)));
  });

  it('refuses any JSON without throwing', () => {
    fc.assert(fc.property(fc.json(), (text) => refusesOrReads(new URLSearchParams({ payload: text }).toString())));
  });

  it('survives a click of which any part is replaced by anything', () => {
    const parts = ['type', 'user', 'team', 'container', 'channel', 'message', 'actions'] as const;
    fc.assert(
      fc.property(facts, fc.constantFrom(...parts), fc.jsonValue(), (given, part, value) => {
        refusesOrReads(formOf({ ...clickPayload(given), [part]: value }));
      }),
    );
  });

  it('survives a button of which any part is replaced by anything', () => {
    const parts = ['type', 'action_id', 'value', 'action_ts'] as const;
    fc.assert(
      fc.property(facts, fc.constantFrom(...parts), fc.jsonValue(), (given, part, value) => {
        const payload = clickPayload(given);
        refusesOrReads(
          formOf({ ...payload, actions: payload.actions.map((button) => ({ ...button, [part]: value })) }),
        );
      }),
    );
  });
});
