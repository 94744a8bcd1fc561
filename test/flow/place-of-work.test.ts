import type { Jurisdiction } from '../../functions/domain/jurisdiction.ts';
import { placeOfClick, placeOfMessage } from '../../functions/flow/place-of-work.ts';
import { aCase } from '../support/builders.ts';
import { aVerdict } from '../support/ledger.ts';
import { aProposal } from '../support/proposals.ts';

const HOME = { partition: 'aws', account: '999999999999', region: 'eu-central-1' };
const MEMBER = { partition: 'aws', account: '222222222222', region: 'eu-west-1' };
const HUB: Jurisdiction = { kind: 'hub', home: HOME, organizationId: 'o-exampleorg1' };
const SINGLE: Jurisdiction = { kind: 'single', home: HOME };

const CLICK = {
  action: 'approve',
  proposalId: 'proposal-1',
  slackUserId: 'U0BOB',
  slackTeamId: 'T1',
  channel: 'C1',
  ts: '1.1',
  clickedAt: '2026-01-01T00:00:00.000Z',
} as const;
const FORWARDED = { body: '', timestamp: '', signature: '', forwardedAt: new Date('2026-01-01T00:00:00Z') };

/** Rows about the member, and what was asked for. */
function aTable({ signed = true, rows = true } = {}) {
  const asked: string[] = [];
  const { account, region } = MEMBER;
  const find = <Row>(what: string, row: Row) => {
    asked.push(what);
    return Promise.resolve(rows ? row : undefined);
  };
  const ports = {
    cases: { findCase: (fingerprint: string) => find(`case ${fingerprint}`, aCase({ fingerprint, account, region })) },
    verdicts: {
      findVerdict: (sessionId: string) => find(`verdict ${sessionId}`, aVerdict({ sessionId, account, region })),
    },
    proposals: {
      findProposal: (proposalId: string) =>
        find(`proposal ${proposalId}`, aProposal({ proposalId, fingerprint: 'cause-1' })),
    },
    clicks: {
      readClick: async () => {
        asked.push('click');
        return signed
          ? ({ kind: 'click', click: CLICK } as const)
          : ({ kind: 'refused', code: 'signature', detail: 'no signature' } as const);
      },
    },
  };
  return { ports, asked };
}

const place = { account: MEMBER.account, region: MEMBER.region };
const messages = [
  { kind: 'incident', sessionId: 'session-1' },
  { kind: 'delivered', fingerprint: 'cause-1', sessionId: 'session-1' },
  { kind: 'unmute', fingerprint: 'cause-1' },
  { kind: 'lapse', fingerprint: 'cause-1' },
  { kind: 'notice', fingerprint: 'cause-1', noticeId: 'notice-1', announcedAt: '2026-01-01T00:00:00.000Z' },
  { kind: 'review', roleId: 'AROASYNTHETIC', place },
  { kind: 'digest', openedAt: '2026-01-01T00:00:00.000Z', turn: 1, place },
] as const;

describe('given a hub', () => {
  it.each(messages.map((message) => [message.kind, message] as const))(
    'works on %s where the row is that it is about',
    async (_, message) => {
      expect(await placeOfMessage(message, HUB, aTable().ports)).toEqual(MEMBER);
    },
  );

  it.each(messages.slice(0, 5).map((message) => [message.kind, message] as const))(
    'works on %s at home where no row knows it',
    async (_, message) => {
      expect(await placeOfMessage(message, HUB, aTable({ rows: false }).ports)).toEqual(HOME);
    },
  );

  it('answers a click where the case of its proposal is', async () => {
    const { ports, asked } = aTable();
    expect(await placeOfClick(FORWARDED, HUB, 'secret', ports)).toEqual(MEMBER);
    expect(asked).toEqual(['click', 'proposal proposal-1', 'case cause-1']);
  });

  it('believes nothing of a click that Slack did not sign', async () => {
    const { ports, asked } = aTable({ signed: false });
    expect(await placeOfClick(FORWARDED, HUB, 'secret', ports)).toEqual(HOME);
    expect(asked).toEqual(['click']);
  });
});

describe('given a deployment that is no hub', () => {
  it('asks nothing: all its work is at home', async () => {
    const { ports, asked } = aTable();
    const places = await Promise.all([
      ...messages.map((message) => placeOfMessage(message, SINGLE, ports)),
      placeOfClick(FORWARDED, SINGLE, 'secret', ports),
    ]);
    expect([new Set(places.map(({ account }) => account)), asked]).toEqual([new Set([HOME.account]), []]);
  });
});
