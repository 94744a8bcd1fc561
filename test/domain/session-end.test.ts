import { endOfSession } from '../../functions/domain/session-end.ts';
import { endedAt } from '../support/session-evidence.ts';

const STARTED_AT = '2023-02-11T06:30:00Z';
const lifetime = endedAt('2023-02-11T06:50:00Z');
const over = { kind: 'over', endedAt: '2023-02-11T06:50:00Z', isKnown: true };

describe('given a stream that stands and shows nothing', () => {
  it('waits two hours: CloudWatch Logs tells late that something was written', () => {
    const judged = (now: string) => endOfSession(STARTED_AT, lifetime, true, new Date(now));
    expect(judged('2023-02-11T08:49:59Z')).toEqual({
      kind: 'open',
      dueAt: '2023-02-11T08:50:00.000Z',
      because: 'the session ended a short time ago',
    });
    expect(judged('2023-02-11T08:50:00Z')).toEqual(over);
  });
});

describe('given no stream', () => {
  it('waits half an hour', () => {
    const judged = (now: string) => endOfSession(STARTED_AT, lifetime, false, new Date(now));
    expect(judged('2023-02-11T07:19:59Z').kind).toBe('open');
    expect(judged('2023-02-11T07:20:00Z')).toEqual(over);
  });
});
