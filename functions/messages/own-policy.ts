import type { Reason } from '../domain/decision.ts';

const TO_GO: readonly string[] = ['policy-not-needed', 'policy-blocks-deletion', 'removal-refused'];

/** Whether the role still lives on the policy of ours that stands: then people are warned of what removes it. */
export function isWantedStill(reasons: readonly Reason[]): boolean {
  return !TO_GO.includes(reasons[0]?.code ?? '');
}
