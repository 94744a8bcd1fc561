import { jsonReport } from '../../functions/messages/report-json.ts';
import { at } from '../cli/run-cli.ts';
import { hostileReport, marchReport } from './audited-sessions.ts';

describe('the JSON report', () => {
  const report: unknown = JSON.parse(jsonReport(marchReport));

  it('is one line with the whole and its parts', () => {
    expect(jsonReport(marchReport).split('\n')).toHaveLength(2);
    expect(Object.keys(Object(report))).toEqual([
      'since',
      'until',
      'total',
      'accounts',
      'clusters',
      'weeks',
      'people',
      'days',
      'unrecorded',
      'loggingChanges',
      'suppressions',
    ]);
    expect(at(report, 'total', 'percent')).toBe(96.4);
  });

  it('tells who opened an unrecorded session, where, why it is one and who accepted it', () => {
    expect(at(report, 'unrecorded', '0')).toEqual({
      sessionId: 'ecs-execute-command-00000000000000400',
      startedAt: '2026-03-05T08:15:00Z',
      endedAt: null,
      account: '111111111111',
      region: 'eu-central-1',
      person: {
        kind: 'sso-user',
        name: 'ada@example.com',
        arn: 'arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Operator_0123456789abcdef/ada@example.com',
        sourceIdentity: null,
      },
      cluster: { name: 'orders', arn: 'arn:aws:ecs:eu-central-1:111111111111:cluster/orders' },
      task: expect.objectContaining({ id: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaa400' }),
      state: 'denied',
      causes: [{ code: 'create-log-stream-denied', detail: 'AWS denied the task role logs:CreateLogStream' }],
      fingerprint: 'c0ffee12c0ffee12',
      eventId: '1',
      loggingChange: null,
      accepted: {
        by: 'arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Operator_0123456789abcdef/auditor@example.com',
        at: '2026-03-06T10:00:00.000Z',
        reason: 'Read-only look at a stuck job, confirmed by two people',
      },
    });
  });

  it('lists the changes of exec logging', () => {
    expect(at(report, 'loggingChanges')).toEqual([
      {
        cluster: { name: 'orders', arn: 'arn:aws:ecs:eu-central-1:111111111111:cluster/orders' },
        changedAt: '2026-03-20T07:58:00Z',
        changedBy: 'arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Operator_0123456789abcdef/grace@example.com',
        eventId: '2',
        logging: 'NONE',
        sessions: 1,
        unrecorded: 1,
      },
    ]);
  });

  it('is ASCII, whatever the names are', () => {
    expect(jsonReport(hostileReport)).toMatch(/^[\n -~]*$/);
  });
});
