import { diagnoseSuppressions } from '../../functions/domain/suppression-diagnosis.ts';
import { ROLE_ARN } from '../support/builders.ts';

const suppression = { role: ROLE_ARN, until: '2027-01-31', reason: 'retired in January', owner: 'platform' };

describe('the check of the suppressions', () => {
  it.each([
    { now: '2027-01-24T23:59:59.999Z', status: 'ok', detail: '1 suppressed, and none ends within 7 days' },
    { now: '2027-01-25T00:00:00.000Z', status: 'warn', detail: `${ROLE_ARN} ends with 2027-01-31 (platform)` },
    { now: '2027-01-31T23:59:59.999Z', status: 'warn', detail: `${ROLE_ARN} ends with 2027-01-31 (platform)` },
    { now: '2027-02-01T00:00:00.000Z', status: 'warn', detail: `${ROLE_ARN} ended with 2027-01-31 (platform)` },
  ])('is $status at $now', ({ now, status, detail }) => {
    expect(diagnoseSuppressions([suppression], new Date(now))).toMatchObject({ code: 'suppressions', status, detail });
  });

  it('is ok where there is none, and unknown where the settings are', () => {
    const now = new Date('2027-01-01T00:00:00Z');
    expect(diagnoseSuppressions([], now)).toMatchObject({ status: 'ok' });
    expect(diagnoseSuppressions(null, now)).toMatchObject({ status: 'unknown' });
  });

  it('names five, counts the others and says what to do', () => {
    const { detail, whatToDo } = diagnoseSuppressions(Array(7).fill(suppression), new Date('2027-03-01T00:00:00Z'));
    expect(detail).toMatch(/^(.+ \(platform\); ){5}and 2 more$/);
    expect(whatToDo).toContain('its cases are raised again');
  });
});
