import type { SessionEvidence } from '../../functions/domain/audit-session.ts';
import { fingerprintOf } from '../../functions/domain/fingerprint.ts';
import { SESSION_CAUSE_CODES } from '../../functions/domain/session-causes.ts';
import {
  absent,
  aDenial,
  anExecSession,
  CLUSTER_ARN,
  GROUP,
  read,
  SESSION_ID,
  unreadable,
} from '../support/builders.ts';
import { digestOf } from '../support/digest.ts';
import { aLedgerLine } from '../support/ledger.ts';
import { aDenialRecord } from '../support/records.ts';
import {
  andThen,
  anObject,
  aStream,
  aTarget,
  BUCKET,
  bothPlaces,
  ended,
  endedAt,
  history,
  judged,
  noTarget,
  seen,
} from '../support/session-evidence.ts';

describe('a transcript', () => {
  const earliest = '2023-02-11T06:25:00Z';
  const tooEarly = '2023-02-11T06:24:59Z';
  const onlyObject = { target: aTarget({ logGroupName: null, bucket: BUCKET }) };
  it.each<[string, Partial<SessionEvidence>, string]>([
    ['a stream with events', seen(aStream()), 'recorded: transcript-found'],
    ['a stream whose first event is not told yet', seen(aStream({ firstEventAt: null })), 'recorded: transcript-found'],
    ['a stream made 5 minutes before the start', seen(aStream({ createdAt: earliest })), 'recorded: transcript-found'],
    [
      'a stream made earlier than that',
      seen(aStream({ createdAt: tooEarly })),
      'missing: transcript-before-session script-missing container-stopped delivery-not-allowed',
    ],
    [
      'a stream whose first event is earlier than that',
      seen(aStream({ firstEventAt: tooEarly })),
      'missing: transcript-before-session script-missing container-stopped delivery-not-allowed',
    ],
    [
      'a stream without an event',
      seen(aStream({ firstEventAt: null, lastIngestedAt: null })),
      'missing: put-events-denied script-missing container-stopped delivery-not-allowed',
    ],
    ['an object', { ...onlyObject, ...seen(absent, anObject()) }, 'recorded: transcript-found'],
    [
      'an object written 5 minutes before the start',
      { ...onlyObject, ...seen(absent, anObject({ lastModifiedAt: earliest })) },
      'recorded: transcript-found',
    ],
    [
      'an object written earlier than that',
      { ...onlyObject, ...seen(absent, anObject({ lastModifiedAt: tooEarly })) },
      'missing: transcript-before-session delivery-not-allowed script-missing container-stopped',
    ],
    [
      'an empty object',
      { ...onlyObject, ...seen(absent, anObject({ sizeBytes: 0 })) },
      'missing: delivery-not-allowed script-missing container-stopped',
    ],
    ['both', { target: bothPlaces, ...seen(aStream(), anObject()) }, 'recorded: transcript-found'],
    ['only the stream of both', { target: bothPlaces, ...seen(aStream()) }, 'recorded: only-log-group'],
    ['only the object of both', { target: bothPlaces, ...seen(absent, anObject()) }, 'recorded: only-bucket'],
    [
      'the object, where the group cannot be read',
      { target: bothPlaces, ...seen(unreadable, anObject()) },
      'recorded: only-bucket target-unreadable',
    ],
    [
      'an object that the target does not name',
      seen(absent, anObject()),
      'missing: script-missing container-stopped delivery-not-allowed',
    ],
  ])('%s', (_, overrides, expected) => {
    expect(ended(judged(overrides))).toBe(expected);
  });

  it('is proved by its place', () => {
    expect(judged({ target: bothPlaces, ...seen(absent, anObject()) })).toEqual({
      kind: 'settled',
      state: 'recorded',
      exempt: false,
      causes: [{ code: 'only-bucket', detail: 'The bucket holds the transcript, the log group does not.' }],
      proof: { transcript: `s3://transcripts/exec/${SESSION_ID}.log`, fingerprint: null, eventId: null },
      endedAt: null,
      undelivered: null,
    });
    expect(judged(seen(aStream()))).toEqual(
      expect.objectContaining({
        proof: { transcript: `log-group:${GROUP}:${SESSION_ID}`, fingerprint: null, eventId: null },
      }),
    );
  });

  it('at one of two places waits for the other one, or for its denial, for 30 minutes', () => {
    const overrides = { target: bothPlaces, ...seen(absent, anObject()) };
    const at = (now: string) => ended(judged(overrides, aLedgerLine(), new Date(now)));
    expect([at('2023-02-11T07:09:59Z'), at('2023-02-11T07:10:00Z')]).toEqual(['open', 'recorded: only-bucket']);
  });

  it('in the bucket alone hands on the denial that kept it out of the log group', () => {
    const record = aDenialRecord();
    const places = { target: bothPlaces, ...seen(absent, anObject()) };
    expect(judged({ ...places, ...andThen({ history: history(record) }) })).toEqual(
      expect.objectContaining({
        state: 'recorded',
        proof: {
          transcript: `s3://transcripts/exec/${SESSION_ID}.log`,
          fingerprint: fingerprintOf(aDenial(), digestOf),
          eventId: aDenial().eventId,
        },
        undelivered: record,
      }),
    );
    expect(judged({ ...places, note: null, aftermath: null })).toEqual({ kind: 'ask', question: 'note' });
    expect(judged({ ...places, aftermath: null })).toEqual({ kind: 'ask', question: 'aftermath' });
    expect(judged({ ...places, note: read({ fingerprint: 'f1', eventId: 'e1' }), aftermath: null })).toEqual(
      expect.objectContaining({
        state: 'recorded',
        proof: expect.objectContaining({ fingerprint: 'f1', eventId: 'e1' }),
        undelivered: null,
      }),
    );
  });

  it('in the log group alone asks for the note of a denied object, and no history, which never shows one', () => {
    const places = { target: bothPlaces, ...seen(aStream()), aftermath: null };
    expect(judged({ ...places, note: null })).toEqual({ kind: 'ask', question: 'note' });
    const denied = read({ fingerprint: 'f1', eventId: 'e1', companion: 'object' as const });
    expect([absent, denied].map((note) => judged({ ...places, note }))).toMatchObject([
      { state: 'recorded', proof: { fingerprint: null } },
      { state: 'recorded', proof: { fingerprint: 'f1', eventId: 'e1' } },
    ]);
  });

  it('is asked for first, and nothing else where it lies', () => {
    const nothing = { transcript: null, note: null, lifetime: null, aftermath: null };
    expect(judged(nothing)).toEqual({ kind: 'ask', question: 'transcript' });
    expect(ended(judged({ ...nothing, ...seen(aStream()) }))).toBe('recorded: transcript-found');
    expect(judged({ ...nothing, ...seen(absent) })).toEqual({ kind: 'ask', question: 'note' });
    expect(judged({ lifetime: null, aftermath: null })).toEqual({ kind: 'ask', question: 'lifetime' });
    expect(judged({ aftermath: null })).toEqual({ kind: 'ask', question: 'aftermath' });
  });
});

describe('a session that is written nowhere', () => {
  const nothing = { transcript: null, note: null, lifetime: null, aftermath: null };
  const inCluster = (clusterArn: string) => aLedgerLine({ session: anExecSession({ clusterArn }) });

  it('past ECS Exec is outside-exec at once', () => {
    expect(ended(judged(nothing, aLedgerLine({ kind: 'outside-exec' })))).toBe('outside-exec: outside-exec');
  });

  it('under NONE is off once the history must show who switched logging off', () => {
    const at = (now: string) => judged({ ...nothing, target: noTarget('logging-off') }, aLedgerLine(), new Date(now));
    expect(at('2023-02-11T06:59:59Z')).toEqual(
      expect.objectContaining({ kind: 'open', dueAt: '2023-02-11T07:00:00.000Z' }),
    );
    expect(ended(at('2023-02-11T07:00:00Z'))).toBe('off: logging-off');
  });

  it.each([
    ['the settings do not list', CLUSTER_ARN, false],
    ['the settings list', 'arn:aws:ecs:ap-northeast-1:111111111111:cluster/playground-1', true],
  ])('under NONE is off, in a cluster that %s', (_, clusterArn, exempt) => {
    expect(judged({ ...nothing, target: noTarget('logging-off') }, inCluster(clusterArn))).toEqual(
      expect.objectContaining({ kind: 'settled', state: 'off', exempt }),
    );
  });
});

describe('a denial', () => {
  const note = read({ fingerprint: 'f1', eventId: 'e1' });
  it.each([
    ['is over', endedAt('2023-02-11T06:50:00Z')],
    ['is over since a moment', endedAt('2023-02-11T11:59:59Z')],
    ['is known to nobody', absent],
    ['may not be asked for', unreadable],
  ])('noted by the remediator makes a session denied that %s', (_, lifetime) => {
    expect(judged({ note, lifetime, aftermath: null })).toEqual(
      expect.objectContaining({
        state: 'denied',
        proof: { transcript: null, fingerprint: 'f1', eventId: 'e1' },
        undelivered: null,
      }),
    );
  });

  it('noted while the session runs settles nothing: a container can be denied whatever it likes, and then deliver', () => {
    const lifetime = read({ kind: 'running' } as const);
    expect(judged({ note, lifetime: null, aftermath: null })).toEqual({ kind: 'ask', question: 'lifetime' });
    expect(ended(judged({ note, lifetime, aftermath: null }))).toBe('open');
    expect(ended(judged({ note, ...seen(aStream()) }))).toBe('recorded: transcript-found');
  });

  it('in the history makes the session denied, and its record is handed on', () => {
    const record = aDenialRecord();
    expect(judged(andThen({ history: history(record) }))).toEqual(
      expect.objectContaining({
        state: 'denied',
        proof: {
          transcript: null,
          fingerprint: fingerprintOf(aDenial(), digestOf),
          eventId: '95a42f28-d6de-406c-91df-e24980696995',
        },
        endedAt: '2023-02-11T06:50:00Z',
        undelivered: record,
      }),
    );
  });

  it.each([
    ['another session', { logStreamName: 'ecs-execute-command-1111' }],
    ['another task', { sessionName: 'b'.repeat(32) }],
    ['another Region', { region: 'eu-west-1' }],
  ])('of %s is not its own', (_, parts) => {
    expect(ended(judged(andThen({ history: history(aDenialRecord(parts)) })))).toMatch(/^missing: /);
  });

  it('whose stream cannot be read is the likeliest cause', () => {
    const record = aDenialRecord({ message: 'User: x is not authorized to perform: logs:CreateLogStream on re' });
    expect(ended(judged(andThen({ history: history(record) })))).toMatch(/^missing: denial-unreadable /);
  });
});

describe('a session without a transcript', () => {
  const start = Date.parse('2023-02-11T06:30:00Z');
  const at = (minutes: number, seconds = 0) => new Date(start + (minutes * 60 + seconds) * 1000);
  it.each<[string, SessionEvidence['lifetime'], Date, string]>([
    ['runs', read({ kind: 'running' }), at(3 * 24 * 60), 'open'],
    ['ended less than 30 minutes ago', endedAt('2023-02-11T06:50:00Z'), at(49, 59), 'open'],
    ['ended 30 minutes ago', endedAt('2023-02-11T06:50:00Z'), at(50), 'missing'],
    ['ended, nobody tells when, within 24 hours', endedAt(null), at(24 * 60 - 1, 59), 'open'],
    ['ended, nobody tells when, for 24 hours', endedAt(null), at(24 * 60), 'missing'],
    ['is not known, within 24 hours', absent, at(24 * 60 - 1, 59), 'open'],
    ['is not known, for 24 hours', absent, at(24 * 60), 'missing'],
    ['cannot be read, within 24 hours', unreadable, at(24 * 60 - 1, 59), 'open'],
    ['cannot be read, for 24 hours', unreadable, at(24 * 60), 'missing'],
    ['ended by a clock that is far ahead', endedAt('2024-01-01T00:00:00Z'), at(24 * 60), 'missing'],
    ['began by a clock that is ahead', absent, at(-10), 'open'],
  ])('that %s', (_, lifetime, now, expected) => {
    const judgement = judged({ lifetime }, aLedgerLine(), now);
    expect(judgement.kind === 'settled' ? judgement.state : judgement.kind).toBe(expected);
    if (judgement.kind === 'open') expect(Date.parse(judgement.dueAt)).toBeGreaterThan(now.getTime());
  });

  it('is looked at again after a quarter of its age, between 5 minutes and an hour', () => {
    const dueIn = (minutes: number) => {
      const judgement = judged({ lifetime: read({ kind: 'running' }) }, aLedgerLine(), at(minutes));
      return judgement.kind === 'open' ? (Date.parse(judgement.dueAt) - at(minutes).getTime()) / 60_000 : null;
    };
    expect([0, 40, 10_000].map(dueIn)).toEqual([5, 10, 60]);
  });

  const usual = 'script-missing container-stopped delivery-not-allowed';
  it.each<[string, Partial<SessionEvidence>, string]>([
    ['in a task that is gone', andThen({ task: absent }), 'container-stopped script-missing delivery-not-allowed'],
    ['in a task that cannot be read', andThen({ task: unreadable }), usual],
    ['whose group is gone', andThen({ logGroup: absent }), `log-group-missing ${usual}`],
    ['whose place cannot be read', seen(unreadable), `target-unreadable ${usual}`],
    ['whose history cannot be read', andThen({ history: unreadable }), `history-unreadable ${usual}`],
    [
      'whose history is cut',
      andThen({ history: read({ records: [], complete: false }) }),
      `history-unreadable ${usual}`,
    ],
    ['without a driver', { target: noTarget('no-awslogs-driver') }, 'no-awslogs-driver'],
    [
      'without a known container',
      { target: noTarget('container-unknown'), lifetime: absent },
      'container-unknown lifetime-unknown',
    ],
    [
      'whose target nobody knows',
      { target: { kind: 'unresolved', because: 'Throttled' } },
      `target-unresolved ${usual}`,
    ],
    ['whose end nobody knows', { lifetime: absent }, `${usual} lifetime-unknown`],
  ])('%s is missing, the likeliest cause first', (_, overrides, expected) => {
    expect(ended(judged(overrides, aLedgerLine(), at(3 * 24 * 60)))).toBe(`missing: ${expected}`);
  });
});

it('names no cause that the list does not hold', () => {
  expect(SESSION_CAUSE_CODES).toHaveLength(new Set(SESSION_CAUSE_CODES).size);
  expect(SESSION_CAUSE_CODES).toContain('transcript-found');
});
