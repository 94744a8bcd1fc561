import type { Reading } from '../../functions/domain/observation.ts';
import type { ObservedTrail } from '../../functions/domain/trail-diagnosis.ts';
import { LOG_CODES } from '../../functions/telemetry/log-codes.ts';
import { METRICS } from '../../functions/telemetry/metric-names.ts';
import { AUDIT_AT, AuditorWorld } from '../support/auditor.ts';
import { read } from '../support/builders.ts';
import { WRITE_TRAIL } from '../support/preflight.ts';

const STOPPED: ObservedTrail = { ...WRITE_TRAIL, isLogging: read(false) };
const UNREADABLE = { kind: 'unreadable', because: 'cloudtrail:DescribeTrails is not permitted' } as const;

const looks = (world: AuditorWorld) => world.calls.filter((call) => call === 'listTrails').length;
const linesOf = (world: AuditorWorld) =>
  world.telemetry.lines
    .filter(({ code }) => code === LOG_CODES.trailChecked || code === LOG_CODES.trailMissing)
    .map(({ level, code, fields }) => [level, code, fields['status'] ?? null]);
const finished = (world: AuditorWorld) => world.telemetry.codes().filter((code) => code === LOG_CODES.auditFinished);

async function audited(trails: Reading<readonly ObservedTrail[]>): Promise<AuditorWorld> {
  const world = new AuditorWorld();
  world.trails = trails;
  await world.audit();
  return world;
}

describe('given a trail that delivers calls to EventBridge', () => {
  it('is looked at once a day, in UTC, and told in one line', async () => {
    const world = await audited(read([WRITE_TRAIL]));
    world.now = new Date(`${AUDIT_AT.toISOString().slice(0, 10)}T23:59:59.999Z`);
    await world.audit();
    expect(looks(world)).toBe(1);
    world.later(1);
    await world.audit();
    expect(looks(world)).toBe(2);
    expect(linesOf(world)).toEqual([
      ['info', 'EXECLOG_TRAIL_CHECKED', 'ok'],
      ['info', 'EXECLOG_TRAIL_CHECKED', 'ok'],
    ]);
    expect(world.counted(METRICS.trailMissing)).toBe(0);
  });

  it('is looked at again on the day on which a version before this one kept the progress', async () => {
    const world = new AuditorWorld();
    world.ledger.progress = { sweptUntil: null, reviewedRoleId: null, finishedAt: AUDIT_AT.toISOString(), version: 1 };
    await world.audit();
    expect(looks(world)).toBe(1);
  });
});

describe.each([
  ['there is none', read([])],
  ['it is stopped', read([STOPPED])],
])('given no trail that delivers, because %s', (_, trails) => {
  it('is counted at each audit until there is one, though the audits finish', async () => {
    const world = await audited(trails);
    world.later(15);
    await world.audit();
    expect([looks(world), world.counted(METRICS.trailMissing), finished(world).length]).toEqual([2, 2, 2]);
    expect(linesOf(world)).toEqual([
      ['error', 'EXECLOG_TRAIL_MISSING', null],
      ['error', 'EXECLOG_TRAIL_MISSING', null],
    ]);
    world.trails = read([WRITE_TRAIL]);
    world.later(15);
    await world.audit();
    world.later(15);
    await world.audit();
    expect([looks(world), world.counted(METRICS.trailMissing)]).toEqual([3, 2]);
  });
});

describe('given trails that cannot be told', () => {
  it.each([
    ['the listing may not be read', UNREADABLE],
    ["the organisation's trail does not show what it selects", read([{ ...WRITE_TRAIL, selectors: UNREADABLE }])],
  ])('warns once a day and alarms nobody: %s', async (_, trails) => {
    const world = await audited(trails);
    world.later(15);
    await world.audit();
    expect([looks(world), world.counted(METRICS.trailMissing)]).toEqual([1, 0]);
    expect(linesOf(world)).toEqual([['warn', 'EXECLOG_TRAIL_CHECKED', 'unknown']]);
  });

  it('asks again at the next audit where the question failed, and stops nothing else', async () => {
    const world = new AuditorWorld();
    await world.open();
    world.end();
    world.deliverTranscript();
    world.failing = (call) => (call === 'listTrails' ? new Error('ThrottlingException') : null);
    await world.audit();
    expect([looks(world), world.stateOf(), finished(world)]).toEqual([1, 'recorded', []]);
    world.failing = () => null;
    world.later(15);
    await world.audit();
    expect([looks(world), finished(world).length]).toEqual([2, 1]);
  });
});
