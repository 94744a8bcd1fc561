import type { ItemEnd } from '../../functions/flow/remediate-batch.ts';
import { partOfStorm, reportStorms } from '../../functions/remediator/storms.ts';
import { LOG_CODES } from '../../functions/telemetry/log-codes.ts';
import { METRICS } from '../../functions/telemetry/metric-names.ts';
import { aCase, aDenial } from '../support/builders.ts';
import { recordingTelemetry } from '../support/telemetry.ts';

const router = aDenial({ source: 'firelens', logStreamName: 'app-firelens-1' });
const driver = aDenial({ source: 'awslogs-driver', roleName: 'execution' });

const folded = (denial = router, fingerprint = 'f'): ItemEnd => ({
  kind: 'denial',
  fingerprint,
  received: { denial, eventId: 'e', event: {}, attempt: 0, folded: null },
  ended: { kind: 'folded', found: aCase({ count: 70 }) },
});
const ignored = (denial = driver): ItemEnd => ({ kind: 'not-applicable', messageId: 'm', denial });

describe('given a batch of a storm', () => {
  it('has one line for each cause, and counts every denial', () => {
    const journal = recordingTelemetry();
    reportStorms([folded(), folded(), folded(router, 'g'), ignored(), ignored()], journal);
    const { roleName, logGroupName } = router;
    const line = { roleName, logGroupName, count: 70 };
    expect(journal.lines).toEqual([
      { level: 'info', code: LOG_CODES.folded, fields: { ...line, fingerprint: 'f', denials: 2 } },
      { level: 'info', code: LOG_CODES.folded, fields: { ...line, fingerprint: 'g', denials: 1 } },
      {
        level: 'info',
        code: LOG_CODES.completed,
        fields: { disposition: 'not-applicable', roleName: 'execution', denials: 2 },
      },
    ]);
    expect(journal.counts.map(({ metric, value }) => [metric, value])).toEqual([
      [METRICS.denials, 2],
      [METRICS.denials, 1],
      [METRICS.denials, 2],
    ]);
  });

  it.each<{ name: string; end: ItemEnd }>([
    { name: "a session's denial that was folded", end: folded(aDenial()) },
    { name: 'a router denial that was seen before', end: { ...folded(), ended: { kind: 'duplicate' } } as ItemEnd },
    { name: 'another call', end: ignored(aDenial({ action: 'logs:CreateLogGroup', source: 'other' })) },
  ])('leaves $name its own line', ({ end }) => {
    const journal = recordingTelemetry();
    reportStorms([end], journal);
    expect([partOfStorm(end), journal.lines, journal.counts]).toEqual([null, [], []]);
  });
});
