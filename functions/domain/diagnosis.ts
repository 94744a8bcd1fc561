/** One check of a deployment, for a person: what was found and what to do about it. */
export interface Diagnosis {
  readonly code: string;
  readonly status: 'ok' | 'warn' | 'fail' | 'unknown';
  readonly detail: string;
  /** Empty where there is nothing to do. */
  readonly whatToDo: string;
}

/** All is well. */
export const ok = (code: string, detail: string): Diagnosis => ({ code, status: 'ok', detail, whatToDo: '' });

/** Events or decisions are late or lowered; nothing is lost for good. */
export const warn = (code: string, detail: string, whatToDo: string): Diagnosis => ({
  code,
  status: 'warn',
  detail,
  whatToDo,
});

/** Something does not work. */
export const fail = (code: string, detail: string, whatToDo: string): Diagnosis => ({
  code,
  status: 'fail',
  detail,
  whatToDo,
});

/** It cannot be told with these credentials. */
export const unknown = (code: string, detail: string): Diagnosis => ({
  code,
  status: 'unknown',
  detail,
  whatToDo: 'use credentials that may read it, and run the check again',
});
