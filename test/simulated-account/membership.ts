import type { AccountRuntime } from './account-runtime.ts';
import type { JsonObject } from './account-state.ts';
import type { KeyCounter } from './principals.ts';

/** An event bus that takes events from rules of other accounts, as far as its policy lets it. */
interface SharedBus {
  readonly statements: readonly JsonObject[];
  put(event: JsonObject): void;
}

/** What the accounts of one simulated organisation know of each other. */
export interface Membership {
  readonly organizationId: string;
  /** Access keys name one caller in all of AWS. */
  readonly keys: KeyCounter;
  /** By ARN. */
  readonly buses: Map<string, SharedBus>;
  /** An account of any Region, by its id. */
  accountOf(account: string): AccountRuntime | undefined;
}
