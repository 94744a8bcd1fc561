import type { PreflightCheck, PreflightStatus } from './check.ts';
import { DELIVERY_CODES } from './delivery-codes.ts';
import { SHELL_CODES } from './shell-codes.ts';

/** What a code stands for: `status` is the worst that it has; `meaning` a sentence; `whatToDo` is empty for green. */
export interface PreflightCode {
  readonly status: PreflightStatus;
  readonly meaning: string;
  readonly whatToDo: string;
}

/** Every code that a check may have; README "Preflight codes" has a row for each. */
export const PREFLIGHT_CODES = { ...SHELL_CODES, ...DELIVERY_CODES };

export type PreflightCheckCode = keyof typeof PREFLIGHT_CODES;

/** A check with its code's sentence, and after it what this subject adds; a red one may be lowered to yellow, never more. */
export function found(code: PreflightCheckCode, more = '', lowered: 'lowered' | null = null): PreflightCheck {
  const { status, meaning, whatToDo } = PREFLIGHT_CODES[code];
  return {
    code,
    status: lowered !== null && status === 'red' ? 'yellow' : status,
    detail: more === '' ? meaning : `${meaning} ${more}`,
    whatToDo,
  };
}
