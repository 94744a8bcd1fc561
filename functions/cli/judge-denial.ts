import { sha256 } from '../adapters/digest.ts';
import { decide } from '../domain/decide.ts';
import type { Decision } from '../domain/decision.ts';
import type { Denial } from '../domain/denial.ts';
import { correlate, type Finding } from '../domain/finding.ts';
import { fingerprintOf } from '../domain/fingerprint.ts';
import type { Rules } from '../domain/mode.ts';
import { usesOrganization } from '../domain/organization-mode.ts';
import { signalOf } from '../domain/signal.ts';
import { accountRules } from '../flow/account-rules.ts';
import { findSession, observe } from '../flow/observe.ts';
import type { ObservationPorts } from '../ports.ts';
import type { World } from './world.ts';

/** What a run of the terminal judges by; without a world nothing is read. */
export interface Judging {
  readonly rules: Rules;
  readonly world: World | null;
  readonly nowOf: (denial: Denial) => Date;
}

/** What the functions would find and decide about a denial. Writes nothing; the finding is null where nothing could be read. */
export async function judgeDenial(
  denial: Denial,
  { rules, world, nowOf }: Judging,
): Promise<{ readonly finding: Finding | null; readonly decision: Decision }> {
  const now = nowOf(denial);
  const signal = signalOf(denial);
  // The settings alone decide about the execution role: nothing that could be read changes it.
  const isLookedInto = signal !== null && signal !== 'awslogs-driver';
  const isAsked = isLookedInto || (signal !== null && usesOrganization(rules.settings));
  const ports = world === null || !isAsked ? null : await world.portsFor(denial);
  if (world === null || ports === null) return { finding: null, decision: decide(denial, null, rules, now) };
  const placed = await accountRules(rules, denial.account, ports);
  const finding = isLookedInto ? await lookInto(denial, world, ports, { rules: placed, now }) : null;
  return { finding, decision: decide(denial, finding, placed, now) };
}

async function lookInto(
  denial: Denial,
  world: World,
  ports: ObservationPorts,
  { rules, now }: { readonly rules: Rules; readonly now: Date },
): Promise<Finding> {
  const fingerprint = fingerprintOf(denial, sha256);
  const [session, found] = await Promise.all([findSession(denial, ports, now), world.caseOf(fingerprint, denial)]);
  const withGroupTags = rules.settings.ownerTag !== null;
  const declaredTargets = rules.settings.fireLens.targets;
  const observation = await observe(denial, session, ports, { now, withGroupTags, declaredTargets });
  return correlate(denial, fingerprint, observation, found, declaredTargets);
}
