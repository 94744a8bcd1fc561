import { AUDIT_AT, AuditorWorld } from '../support/auditor.ts';

it('finishes where there is nothing to do', async () => {
  const world = new AuditorWorld();
  await world.audit();
  expect(world.telemetry.codes()).toEqual(['EXECLOG_STARTED', 'EXECLOG_TRAIL_CHECKED', 'EXECLOG_AUDIT_FINISHED']);
  expect(world.ledger.progress).toEqual({
    sweptUntil: '2023-02-11T07:15:00.000Z',
    reviewedRoleId: null,
    finishedAt: AUDIT_AT.toISOString(),
    trailCheckedOn: '2023-02-11',
    version: 2,
  });
});
