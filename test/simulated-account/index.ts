/** The simulated account: an account file, served to the real SDK clients on loopback. It never ships in a Lambda. */

export { AccountFileError, readAccountFile, type UnknownKey, unknownKeysIn } from './account-file.ts';
export type { RoleRequest } from './account-runtime.ts';
export type { AccountRole, AccountState, JsonObject } from './account-state.ts';
export { envelopeOf } from './cloudtrail-log.ts';
export { denialSentence, type RefusedCall } from './denial-sentence.ts';
export type { Fault, RequestLimit } from './faults.ts';
export { type AccessDecision, type AccessRequest, decideAccess } from './iam-decisions.ts';
export { policiesOf, UndecidableError } from './principal-policies.ts';
export type { Credentials } from './principals.ts';
export type { Queue, QueuedMessage, QueueSettings } from './queues.ts';
export {
  type LoggedCall,
  type SimulatedAccount,
  type SimulatedAccountOptions,
  startSimulatedAccount,
} from './server.ts';
export { SimulatedClock } from './simulated-clock.ts';
export type { SimulatedTrail, Stores } from './stores.ts';
