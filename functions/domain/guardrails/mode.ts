import { type Evidence, fails, type Guardrail, holds, notEvaluable } from './guardrail.ts';

/** Settings, ceiling and tags together say `attach`. The tags count: a mode that might have been lowered is not known. */
export const modeAllowsAttach: Guardrail = ({ finding, mode }: Evidence) => {
  const code = 'mode-allows-attach';
  if (mode.clipped && mode.mode !== 'attach') {
    return fails(code, mode.because, 'not-permitted-by-deployment');
  }
  if (mode.mode === 'propose') {
    return fails(code, 'proposals need the approver, which is not deployed', 'approver-not-deployed');
  }
  if (mode.mode !== 'attach') {
    return fails(code, `mode ${mode.mode}: ${mode.because}`);
  }
  if (finding === null || finding.observation.role.kind !== 'read' || finding.observation.cluster.kind !== 'read') {
    return notEvaluable(code, 'the tags of cluster and role, which may lower the mode, were not read');
  }
  return holds(code, mode.because);
};
