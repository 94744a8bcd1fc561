import { judgeAcceptance, readAcceptanceRequest } from '../../functions/domain/acceptance.ts';
import type { SessionVerdict } from '../../functions/domain/ledger.ts';
import { anAcceptance, aVerdict } from '../support/ledger.ts';

const ASKED_AT = '2023-02-12T09:00:00.000Z';
const AUDITOR = 'arn:aws:iam::111111111111:user/auditor';
const REASON = 'known gap of the pilot, reviewed with the team';
const { sessionId, startedAt } = aVerdict();

const judge = (
  given: { arn?: string | null; verdict?: SessionVerdict | undefined; existing?: ReturnType<typeof anAcceptance> } = {},
) =>
  judgeAcceptance(
    { sessionId, reason: REASON },
    { arn: given.arn === undefined ? AUDITOR : given.arn, askedAt: ASKED_AT },
    'verdict' in given ? given.verdict : aVerdict({ state: 'missing' }),
    given.existing,
  );

const accepted = (by = AUDITOR) => ({
  kind: 'accepted',
  acceptance: { sessionId, acceptedBy: by, reason: REASON, acceptedAt: ASKED_AT, startedAt },
});

const refused = (code: string, status: number) => ({ kind: 'refused', code, status, detail: expect.any(String) });

describe('given the body of a request', () => {
  const read = (reason: unknown, id: unknown = sessionId) => readAcceptanceRequest({ sessionId: id, reason });

  it('takes session and trimmed reason, and nothing else that it says', () => {
    expect(readAcceptanceRequest({ sessionId, reason: `  ${REASON}\n`, acceptedBy: 'somebody' })).toEqual({
      kind: 'request',
      request: { sessionId, reason: REASON },
    });
  });

  it.each([
    ['10 characters', 'x'.repeat(10)],
    ['500 characters', 'x'.repeat(500)],
    ['500 letters outside the basic plane', '𠮷'.repeat(500)],
    ['a reason in another script', '試験運用の既知の欠落です、確認済み'],
    ['five letters among what does not show', `abcde${'\u2060'.repeat(20)}`],
    ['joined characters', 'reviewed by 👩‍💻, نمی‌دانم'],
  ])('takes a reason of %s', (_, reason) => {
    expect(read(reason)).toEqual({ kind: 'request', request: { sessionId, reason } });
  });

  it.each([
    ['9 characters', 'x'.repeat(9)],
    ['9 characters and blanks around them', `   ${'x'.repeat(9)}   `],
    ['501 characters', 'x'.repeat(501)],
    ['a line break within', 'reviewed\nwith the team'],
    ['an escape sequence', 'reviewed \u001b[31mwith the team'],
    ['a turn of the direction of text', 'reviewed \u202ewith the team'],
    ['an Arabic letter mark', 'reviewed \u061cwith the team'],
    ['half a character', 'reviewed \ud83d with the team'],
    ['nothing that shows', '\u200b'.repeat(20)],
    ['fillers', '\u3164\u2800\u{e0041}'.repeat(10)],
    ['four letters among what does not show', `abcd${'\u2060'.repeat(20)}`],
    ['no text', 42],
    ['nothing', undefined],
  ])('refuses a reason of %s', (_, reason) => {
    expect(read(reason)).toEqual(refused('bad-request', 400));
  });

  it.each([
    ['of ECS Exec', 'ecs-execute-command-0123456789abcdef0'],
    ['of another tool', 'ada@example.com-0f3e2d1c0b9a8f7e6'],
    ['of 128 characters', 'x'.repeat(128)],
  ])('takes a session id %s', (_, id) => {
    expect(read(REASON, id)).toEqual({ kind: 'request', request: { sessionId: id, reason: REASON } });
  });

  it.each([
    ['none', undefined],
    ['an empty one', ''],
    ['one of 129 characters', 'x'.repeat(129)],
    ['one with a separator of keys', 'x#y'],
    ['a list', ['x']],
  ])('refuses as session id %s', (_, id) => {
    expect(readAcceptanceRequest({ sessionId: id, reason: REASON })).toEqual(refused('bad-request', 400));
  });

  it.each([[undefined], [null], ['text'], [[]]])('refuses %j in place of an object', (body) => {
    expect(readAcceptanceRequest(body)).toEqual(refused('bad-request', 400));
  });
});

describe('given the session that is asked for', () => {
  it.each(['denied', 'refused', 'missing', 'outside-exec', 'off'] as const)(
    'accepts the gap of one that is %s',
    (state) => {
      expect(judge({ verdict: aVerdict({ state }) })).toEqual(accepted());
    },
  );

  it('accepts nothing of one that is recorded, or off on purpose', () => {
    expect(judge({ verdict: aVerdict({ state: 'recorded' }) })).toEqual(refused('nothing-to-accept', 409));
    expect(judge({ verdict: aVerdict({ state: 'off', exempt: true }) })).toEqual(refused('nothing-to-accept', 409));
  });

  it('waits for one that is open', () => {
    expect(judge({ verdict: aVerdict({ state: 'open' }) })).toEqual(refused('not-settled', 409));
  });

  it('does not know one that the ledger does not', () => {
    expect(judge({ verdict: undefined })).toEqual(refused('session-unknown', 404));
  });

  it('names who accepted it before', () => {
    expect(judge({ existing: anAcceptance({ acceptedBy: 'arn:aws:iam::111111111111:user/first' }) })).toEqual({
      ...refused('already-accepted', 409),
      detail: `arn:aws:iam::111111111111:user/first accepted this gap at ${startedAt}.`,
    });
  });
});

describe('given a caller', () => {
  it.each([
    ['nobody', null],
    ['a federated user, whose person cannot be told', 'arn:aws:sts::111111111111:federated-user/eve'],
    ['what is no ARN', 'auditor'],
  ])('does not know %s', (_, arn) => {
    expect(judge({ arn })).toEqual(refused('unknown-caller', 403));
  });

  const USER = 'arn:aws:iam::111111111111:user/team/ada';
  const SSO = 'arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ada@example.com';
  const SSO_OTHER_SET = 'arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_View_fedcba9876543210/Ada@Example.com';
  const SSO_OTHER_USER = 'arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/bob@example.com';
  const ROLE = 'arn:aws:sts::111111111111:assumed-role/Developer/ada';
  const ROOT = 'arn:aws:iam::111111111111:root';
  const FEDERATED = 'arn:aws:sts::111111111111:federated-user/ada';

  const opened = (personArn: string | null, sourceIdentity: string | null = null) =>
    aVerdict({ state: 'missing', personArn, sourceIdentity });

  it.each([
    ['the same user', USER, USER],
    ['the same user, spelled otherwise', USER, 'arn:aws:iam::111111111111:user/ADA'],
    ['the same user of Identity Center', SSO, SSO],
    ['the same user of Identity Center under another permission set', SSO, SSO_OTHER_SET],
    ['the same role session', ROLE, ROLE],
    ['the same role under another session name', ROLE, 'arn:aws:sts::111111111111:assumed-role/Developer/bob'],
    ['the same session name under another role', ROLE, 'arn:aws:sts::111111111111:assumed-role/Auditor/ada'],
    ["the user's name as the name of a role session", USER, 'arn:aws:sts::111111111111:assumed-role/Auditor/ada'],
    ["the role session's name as the name of a user", ROLE, USER],
    ["a federated user's name", FEDERATED, USER],
    ['root of the same account', ROOT, ROOT],
  ])('refuses %s', (_, opener, arn) => {
    expect(judge({ arn, verdict: opened(opener) })).toEqual(refused('own-session', 403));
  });

  it.each([
    ['another user', USER, AUDITOR],
    ['another user of Identity Center under the same permission set', SSO, SSO_OTHER_USER],
    ['another session name under another role', ROLE, 'arn:aws:sts::111111111111:assumed-role/Auditor/bob'],
    ['a role of this name in another account', ROLE, 'arn:aws:sts::222222222222:assumed-role/Developer/bob'],
    ['root of another account', ROOT, 'arn:aws:iam::222222222222:root'],
    ['somebody else than root', ROOT, AUDITOR],
    ['root, of the session of a user', USER, ROOT],
  ])('lets %s accept', (_, opener, arn) => {
    expect(judge({ arn, verdict: opened(opener) })).toEqual(accepted(arn));
  });

  it('compares the source identity, which outlives role chaining', () => {
    const chained = opened('arn:aws:sts::111111111111:assumed-role/Deploy/pipeline', 'ada@example.com');
    expect(judge({ arn: SSO, verdict: chained })).toEqual(refused('own-session', 403));
    expect(judge({ arn: SSO_OTHER_USER, verdict: chained })).toEqual(accepted(SSO_OTHER_USER));
  });

  it('says why the role is enough to refuse', () => {
    expect(judge({ arn: 'arn:aws:sts::111111111111:assumed-role/Developer/bob', verdict: opened(ROLE) })).toMatchObject(
      {
        detail:
          'The session was opened with your role, Developer, whose session names prove nothing; use another principal.',
      },
    );
  });

  it.each([
    ['nobody', null],
    ['a federated user', FEDERATED],
  ])('lets only a user whom AWS names accept a session opened by %s', (_, opener) => {
    const verdict = opened(opener);
    const byRole = 'arn:aws:sts::111111111111:assumed-role/Auditor/bob';
    expect([AUDITOR, SSO_OTHER_USER, byRole, ROOT].map((arn) => judge({ arn, verdict }))).toEqual([
      accepted(AUDITOR),
      accepted(SSO_OTHER_USER),
      refused('own-session', 403),
      refused('own-session', 403),
    ]);
  });
});
