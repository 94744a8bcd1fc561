import type { Reason } from './decision.ts';
import type { ObservedSimulation, Reading } from './observation.ts';
import type { PlannedRepair } from './planned-repair.ts';
import type { RequiredCall } from './remediation-policy.ts';

/** What the role of an unrecorded session is not allowed of its target, and what would allow it. */
export interface IncidentRepair {
  readonly repair: PlannedRepair | null;
  readonly simulation: Reading<ObservedSimulation>;
  /** The CloudFormation stack that owns the role; null where none is known. */
  readonly stackName: string | null;
}

/** The required calls that the simulation denies now; empty where nothing was simulated. */
export function deniedCalls({ repair, simulation }: IncidentRepair): readonly RequiredCall[] {
  if (repair === null || simulation.kind !== 'read') {
    return [];
  }
  const { now } = simulation.value;
  return repair.requiredCalls.filter((_, at) => now[at]?.allowed === false);
}

/** The denied calls as reasons of the case: one for each action and what it is denied on. */
export function deniedReasons(found: IncidentRepair): readonly Reason[] {
  return deniedCalls(found).map(({ action, resource, viaService }) => ({
    code: 'simulated-denied',
    detail: `the simulation denies the task role ${action} on ${resource}${viaService === undefined ? '' : ` through ${viaService}`}`,
  }));
}
