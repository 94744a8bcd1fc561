import { diagnoseAudit } from '../../functions/domain/audit-diagnosis.ts';
import { absent, read, unreadable } from '../support/builders.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const WHAT_TO_DO = "look at the auditor's errors, time-outs and schedule; its log names what it could not read";

describe('the check of the audit', () => {
  it.each([
    { name: 'ended two hours ago', reading: read('2026-03-01T10:00:00.000Z'), status: 'ok' },
    { name: 'ended more than two hours ago', reading: read('2026-03-01T09:59:59.999Z'), status: 'fail' },
    { name: 'never ended', reading: read(null), status: 'fail' },
    { name: 'never began', reading: absent, status: 'fail' },
    { name: 'cannot be read', reading: unreadable, status: 'unknown' },
  ])('is $status where it $name', ({ reading, status }) => {
    expect(diagnoseAudit(reading, NOW)).toMatchObject({ code: 'audit', status });
  });

  it('says what to do', () => {
    expect(diagnoseAudit(read('2026-03-01T09:00:00.000Z'), NOW)).toEqual({
      code: 'audit',
      status: 'fail',
      detail: 'the last audit ended at 2026-03-01T09:00:00.000Z, more than two hours ago',
      whatToDo: WHAT_TO_DO,
    });
  });

  it('asks for patience right after a deployment', () => {
    expect(diagnoseAudit(absent, NOW).whatToDo).toMatch(/^right after a deployment wait/);
  });
});
