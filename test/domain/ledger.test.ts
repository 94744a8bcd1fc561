import { dayOf, isUnrecorded, openVerdict, SESSION_STATES } from '../../functions/domain/ledger.ts';
import { aLedgerLine } from '../support/ledger.ts';

describe('given a session that was just recorded', () => {
  const line = aLedgerLine({ recordedAt: '2023-02-11T06:30:02.000Z', sourceIdentity: 'ada' });

  it('is open, and due once the history shows who changed the logging before it', () => {
    const { session } = line;
    expect(openVerdict(line)).toEqual({
      sessionId: session.sessionId,
      account: session.account,
      region: session.region,
      clusterArn: session.clusterArn,
      taskArn: session.taskArn,
      taskRoleArn: line.taskRoleArn,
      personArn: session.personArn,
      sourceIdentity: 'ada',
      startedAt: session.startedAt,
      state: 'open',
      exempt: false,
      causes: [],
      proof: { transcript: null, fingerprint: null, eventId: null },
      loggingChange: null,
      endedAt: null,
      dueAt: '2023-02-11T06:50:00.000Z',
      settledAt: null,
      version: 1,
    });
  });

  it('is due 5 minutes after our clock took it down where that was late', () => {
    const recorded = (recordedAt: string) => openVerdict({ ...line, recordedAt }).dueAt;
    expect(recorded('2023-02-11T06:45:00.000Z')).toBe('2023-02-11T06:50:00.000Z');
    expect(recorded('2023-02-11T06:45:01.000Z')).toBe('2023-02-11T06:50:01.000Z');
  });

  it('is due at once outside ECS Exec, where nothing will ever be written', () => {
    expect(openVerdict({ ...line, kind: 'outside-exec' }).dueAt).toBe('2023-02-11T06:30:02.000Z');
  });
});

describe('given a state', () => {
  const unrecorded = (exempt: boolean) => SESSION_STATES.filter((state) => isUnrecorded({ state, exempt }));

  it('is unrecorded where nobody can read what was done', () => {
    expect(unrecorded(false)).toEqual(['denied', 'refused', 'missing', 'off', 'outside-exec']);
  });

  it('is exempt in the state off and in no other', () => {
    expect(unrecorded(true)).toEqual(['denied', 'refused', 'missing', 'outside-exec']);
  });
});

describe('given the start of a session', () => {
  it.each([
    ['2023-02-11T23:59:59.999Z', '2023-02-11'],
    ['2023-02-12T00:00:00Z', '2023-02-12'],
  ])('files %s under %s', (startedAt, day) => {
    expect(dayOf(startedAt)).toBe(day);
  });
});
