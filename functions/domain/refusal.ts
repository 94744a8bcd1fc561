/** Why an input cannot be read. Refused input is acknowledged and counted, never retried: reading it again gives the same. */
export type RefusalCode =
  | 'not-json'
  | 'not-an-event'
  | 'foreign-event'
  | 'not-a-denial'
  | 'unreadable-sentence'
  | 'truncated'
  | 'mismatch'
  | 'over-limit';

export interface Refusal {
  readonly code: RefusalCode;
  /** One sentence for a person; bounded, and free of the input's own text beyond a short quotation. */
  readonly detail: string;
}
