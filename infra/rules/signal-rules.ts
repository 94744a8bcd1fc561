import { SIGNAL_RULES } from '../../functions/domain/rules.ts';
import type { Deployment } from '../deployment.ts';
import type { RuleProps } from './rule-queue.ts';

type RulesById = Readonly<Record<string, RuleProps>>;

/** The rules that a deployment has chosen (README "Further signals"), by their construct's id, for the queue that each one fills. */
export function signalRules({ deploymentId, signals }: Deployment): { denials: RulesById; routers: RulesById } {
  const rulesInto = (queue: string): RulesById =>
    Object.fromEntries(
      signals.flatMap((name) => {
        const { sees, readOnly, pattern, queue: its } = SIGNAL_RULES[name];
        const rule = { name: `${deploymentId}-signal-${name}`, description: sees, pattern, readOnly };
        return its === queue ? [[`Signal-${name}`, rule]] : [];
      }),
    );
  return { denials: rulesInto('denials'), routers: rulesInto('routers') };
}
