import type { CompanionCall } from '../../functions/domain/denial.ts';
import type { ExecConfiguration } from '../../functions/domain/observation.ts';
import { aCluster, anExecSession, ROLE_ARN, read, rules } from '../support/builders.ts';
import {
  aKey,
  anEncryptedConfiguration,
  BUCKET_KEY_ARN,
  encryptedReadings,
  KEY_ARN,
  listingAll,
} from '../support/other-signals.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { RemediatorWorld } from '../support/remediator.ts';
import { aCompanionEvent } from '../support/signal-records.ts';

const OPEN = { cloudWatchEncryptionEnabled: false, s3EncryptionEnabled: false };

/** A cluster that sends into a group and a bucket, and tickets for every cause. */
function aWorldOf(configuration: Partial<ExecConfiguration>, settings: object = {}): RemediatorWorld {
  const world = new RemediatorWorld();
  world.readings = encryptedReadings(configuration);
  world.keys.set(KEY_ARN, read(aKey()));
  world.keys.set(BUCKET_KEY_ARN, read(aKey({ keyArn: BUCKET_KEY_ARN })));
  world.rules = rules({ ...listingAll, defaultMode: 'ticket', ...settings });
  return world;
}

const states = (world: RemediatorWorld) =>
  [...world.cases.cases.values()].map(({ state, reasons }) => [state, reasons[0]?.code]);
const later = (eventId: string) => ({ eventId: `${eventId}-2222-3333-4444-555555555555` });

describe('given a call that the agent makes in vain, because the cluster demands no encryption', () => {
  it.each<CompanionCall>(['describe-log-groups', 'bucket-encryption'])('is no ticket: %s', async (companion) => {
    const world = aWorldOf(OPEN);
    await world.deliver(aCompanionEvent(companion));
    expect(states(world)).toEqual([['closed', 'call-not-needed']]);
    expect(world.tickets.opened).toBe(0);
  });

  it('is none either where it comes at the end of a long session, whose start is hours ago', async () => {
    const world = aWorldOf(OPEN);
    world.readings = { ...world.readings, session: { kind: 'absent' } };
    world.now = new Date('2023-02-11T07:00:00Z');
    await world.deliver(aCompanionEvent('bucket-encryption'));
    expect(states(world)).toEqual([['closed', 'call-not-needed']]);
  });

  it.each([{}, { suppressions: [{ role: ROLE_ARN, until: '2099-01-01', reason: 'retired', owner: 'ops' }] }])(
    'leaves the note of its session to the denied delivery, settings %j',
    async (settings) => {
      const world = aWorldOf(OPEN, settings);
      await world.deliver(aCompanionEvent('describe-log-groups'));
      expect([...world.audited.denied.values()]).toEqual([]);
      await world.deliver(delivered(aDenialRecord(later('11111111'))));
      expect([...world.audited.denied.values()]).toEqual([
        { sessionId: anExecSession().sessionId, fingerprint: expect.any(String), eventId: later('11111111').eventId },
      ]);
      expect(world.tickets.opened).toBe('suppressions' in settings ? 0 : 1);
    },
  );

  it('folds no denial away of a cluster that does demand it', async () => {
    const world = aWorldOf(OPEN);
    await world.deliver(aCompanionEvent('describe-log-groups'));
    world.readings = {
      ...world.readings,
      cluster: read(aCluster({ execConfiguration: anEncryptedConfiguration() })),
    };
    await world.deliver(
      aCompanionEvent('describe-log-groups', { ...later('22222222'), eventTime: '2023-02-11T06:31:30Z' }),
    );
    expect(states(world)).toEqual([['ticketed', 'mode-allows-attach']]);
    expect(world.tickets.opened).toBe(1);
  });
});
