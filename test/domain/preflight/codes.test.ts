import { checkSubject } from '../../../functions/domain/preflight/check-subject.ts';
import { PREFLIGHT_CODES } from '../../../functions/domain/preflight/codes.ts';
import type { PreflightSubject } from '../../../functions/domain/preflight/subject.ts';
import { KEY_ROWS, PERMISSION_ROWS, TARGET_ROWS, TRAIL_ROWS } from '../../support/preflight-delivery-rows.ts';
import { CREDENTIAL_ROWS, NETWORK_ROWS, type PreflightRow, SHELL_ROWS } from '../../support/preflight-rows.ts';

const THEMES = {
  shell: SHELL_ROWS,
  credentials: CREDENTIAL_ROWS,
  network: NETWORK_ROWS,
  target: TARGET_ROWS,
  permissions: PERMISSION_ROWS,
  keys: KEY_ROWS,
  trail: TRAIL_ROWS,
};

const has = (subject: PreflightSubject, { code, status }: PreflightRow) =>
  checkSubject(subject).checks.some((check) => check.code === code && check.status === status);

describe.each(Object.entries(THEMES))('the preflight of the %s', (_, rows) => {
  it.each(rows)('is $status $code where $when', (row) => {
    expect({ inside: has(row.inside, row), outside: has(row.outside, row) }).toEqual({ inside: true, outside: false });
  });
});

describe('the codes of the preflight', () => {
  const produced = Object.values(THEMES).flat();

  it('are all produced by some subject', () => {
    const codes = new Set(produced.map(({ code }) => String(code)));
    expect(Object.keys(PREFLIGHT_CODES).filter((code) => !codes.has(code))).toEqual([]);
  });

  it('have the status of the table, or yellow where only some tasks are concerned', () => {
    const lowered = produced.filter(({ code, status }) => PREFLIGHT_CODES[code].status !== status);
    expect(lowered.map(({ code, status }) => `${status} ${code}`)).toEqual([
      'yellow exec-disabled',
      'yellow exec-agent-stopped',
    ]);
  });

  it('are kebab-case, and only green ones leave nothing to do', () => {
    const wrong = Object.entries(PREFLIGHT_CODES).filter(
      ([code, { status, whatToDo }]) => !/^[a-z]+(-[a-z]+)+$/.test(code) || (status === 'green') !== (whatToDo === ''),
    );
    expect(wrong).toEqual([]);
  });
});
