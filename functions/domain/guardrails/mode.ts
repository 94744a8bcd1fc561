import type { EffectiveMode } from '../mode.ts';
import { type Evidence, fails, type Guardrail, holds, notEvaluable } from './guardrail.ts';

/**
 * Settings, ceiling and tags together say `attach`, or `propose`, where a person approves before anything is written. The tags
 * count: a mode that might have been lowered is not known.
 */
export const modeAllowsAttach: Guardrail = ({ finding, mode, approval }: Evidence) => {
  const code = 'mode-allows-attach';
  const allowed = mode.mode === 'attach' || mode.mode === 'propose';
  if (mode.clipped && !allowed) {
    return fails(code, mode.because, 'not-permitted-by-deployment');
  }
  if (!allowed) {
    return fails(code, `mode ${mode.mode}: ${mode.because}`);
  }
  if (finding === null || finding.observation.role.kind !== 'read' || finding.observation.cluster.kind !== 'read') {
    return notEvaluable(code, 'the tags of cluster and role, which may lower the mode, were not read');
  }
  return holds(code, allowedBecause(mode, approval !== undefined));
};

function allowedBecause({ mode, because }: EffectiveMode, isApproved: boolean): string {
  if (mode === 'attach') return because;
  return isApproved ? 'mode propose: a person approved' : 'mode propose: a person approves';
}
