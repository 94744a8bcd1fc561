import type { Decision } from '../domain/decision.ts';
import type { Denial } from '../domain/denial.ts';
import { claimedRoleArn, type Finding, roleArnOf } from '../domain/finding.ts';
import type { Rules } from '../domain/mode.ts';
import { parseDenial } from '../domain/parse-denial.ts';
import { fixOf, notByPolicy, type RoleFix } from './fix-code-repair.ts';
import type { Input } from './inputs.ts';
import { judgeDenial } from './judge-denial.ts';
import type { World } from './world.ts';

/** What one input came to: a fix, or why there is none to be had from it. */
export type DenialFix =
  | { readonly kind: 'fix'; readonly fix: RoleFix }
  /** The input cannot be read as a denial. */
  | { readonly kind: 'unreadable'; readonly because: string }
  /** A denial that is no lost log, or whose account cannot be looked into. */
  | { readonly kind: 'no-finding'; readonly because: string };

/** The fix for one denial, whatever exec-log itself would do about it. */
export async function fixOfDenial(
  input: Input,
  { rules, world, nowOf }: { readonly rules: Rules; readonly world: World; readonly nowOf: (denial: Denial) => Date },
): Promise<DenialFix> {
  if (input.kind === 'refusal') return { kind: 'unreadable', because: input.refusal.detail };
  const parsed = parseDenial(input.value);
  if (parsed.kind !== 'denial') return { kind: 'unreadable', because: parsed.refusal.detail };
  const { finding, decision } = await judgeDenial(parsed.denial, { rules, world, nowOf });
  if (finding === null) return withoutFinding(parsed.denial, decision);
  return { kind: 'fix', fix: fixOfFinding(finding, decision) };
}

function withoutFinding(denial: Denial, { reasons }: Decision): DenialFix {
  const [reason] = reasons;
  // The execution role's own denial is known without looking, and nothing of ours repairs it.
  if (reason?.code === 'awslogs-driver' || reason?.code === 'execution-role-denied') {
    return { kind: 'fix', fix: notByPolicy(claimedRoleArn(denial), reason.code, reason.detail) };
  }
  return { kind: 'no-finding', because: reason?.detail ?? 'nothing is known of it' };
}

function fixOfFinding(finding: Finding, { reasons }: Decision): RoleFix {
  const { observation, denial, repair } = finding;
  return fixOf({
    ...observation,
    roleArn: roleArnOf(denial, observation.role) ?? denial.principalArn ?? '',
    target: finding.router ?? finding.target,
    repair,
    reasons,
  });
}
