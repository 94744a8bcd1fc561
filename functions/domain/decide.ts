import { isRecurrence } from './case.ts';
import type { Decision, GuardrailResult, Reason } from './decision.ts';
import type { Denial, PolicyType } from './denial.ts';
import { claimedRoleArn, type Finding, isDeniedInPlaceOf, roleArnOf } from './finding.ts';
import { evaluateGuardrails, isSessionDependent } from './guardrails/all.ts';
import { companionConfirmed, isAskedInVain } from './guardrails/companion.ts';
import { keysAreUsable } from './guardrails/keys.ts';
import { allowsEverything, answers } from './guardrails/repair.ts';
import { routerConfirmed } from './guardrails/router.ts';
import { type EffectiveMode, effectiveMode, mutedBecause, type Rules, routerMode } from './mode.ts';
import { ownPolicyOn } from './own-policy.ts';
import { ownPolicyName } from './prepared-policy.ts';
import type { Approval } from './proposal.ts';
import { repairedAtOf } from './repaired-at.ts';
import type { Mode } from './settings.ts';
import { signalOf } from './signal.ts';

/**
 * What to do about a denial, given what was read about it. Total: every branch carries its reasons. Nothing but all guardrails
 * together leads to a policy, and what could not be read counts as failed. In mode `propose` a person is asked, until an
 * `approval` says that one approved.
 */
export function decide(
  denial: Denial,
  finding: Finding | null,
  rules: Rules,
  now: Date,
  approval?: Approval | undefined,
): Decision {
  const signal = signalOf(denial);
  const accountMode = effectiveMode(rules, denial.account, tagSetsOf(finding));
  const mode = signal === 'router' ? routerMode(accountMode, rules) : accountMode;
  const elsewhere = notOurs(denial, rules);
  if (elsewhere !== null) {
    return notApplicable(mode.mode, elsewhere);
  }
  const suppressed = suppression(denial, finding, rules, mode, now);
  if (suppressed !== null) {
    return { disposition: 'suppress', mode: mode.mode, reasons: [suppressed], guardrails: [], policy: null };
  }
  if (signal === 'awslogs-driver') {
    return ofExecutionRole(mode.mode);
  }
  if (finding !== null && isAskedInVain(finding)) {
    return notApplicable(mode.mode, {
      code: 'call-not-needed',
      detail: 'the cluster demands no encryption there: the agent asks all the same, and goes on without the answer',
    });
  }
  if (finding !== null && isAlreadyRepaired(finding)) {
    const before = signal === 'router' ? 'the call was denied' : 'the session had begun';
    return notApplicable(mode.mode, {
      code: 'already-repaired',
      detail: `the policy for this cause is attached; ${before} before it took effect`,
    });
  }
  if (finding !== null && isAlreadyAllowed(finding)) {
    return notApplicable(mode.mode, { code: 'already-allowed', detail: ALREADY_ALLOWED[finding.signal] });
  }
  const guardrails = evaluateGuardrails({ denial, finding, mode, rules, now, approval });
  return judged(mode, finding, guardrails, approval !== undefined);
}

const ALREADY_ALLOWED: Readonly<Record<Finding['signal'], string>> = {
  'exec-delivery': 'the simulation allows every call that the agent needs: the permission was added since',
  'exec-companion': 'the simulation allows every call that the delivery needs: the permission was added since',
  router: 'the simulation allows every call that the log router needs: the permission was added since',
};

function judged(
  mode: EffectiveMode,
  finding: Finding | null,
  guardrails: readonly GuardrailResult[],
  isApproved: boolean,
): Decision {
  const failed = guardrails.filter((result) => result.holds !== true);
  const reasons = failed.flatMap(reasonsOf);
  if (mode.mode === 'observe') {
    return { disposition: 'observe', mode: mode.mode, reasons, guardrails, policy: null };
  }
  if (failed.length === 0 && finding?.repair != null) {
    const asks = mode.mode === 'propose' && !isApproved;
    const detail = asks ? 'every guardrail holds; a person has to approve the repair' : 'every guardrail holds';
    return {
      disposition: asks ? 'propose-policy' : 'attach-policy',
      mode: mode.mode,
      reasons: [{ code: 'all-guardrails-hold', detail }],
      guardrails,
      policy: finding.repair.policy,
    };
  }
  return { disposition: 'open-ticket', mode: mode.mode, reasons, guardrails, policy: null };
}

function reasonsOf(result: GuardrailResult): readonly Reason[] {
  const reason = { code: result.code, detail: result.detail };
  return result.cause === undefined ? [reason] : [reason, { code: result.cause, detail: result.detail }];
}

function notApplicable(mode: Mode, reason: Reason): Decision {
  return { disposition: 'not-applicable', mode, reasons: [reason], guardrails: [], policy: null };
}

/** The execution role starts tasks of many teams: a person has to look, and only if the settings ask for it. */
function ofExecutionRole(mode: Mode): Decision {
  const reason = {
    code: 'execution-role-denied',
    detail: "the awslogs driver may not write with the task's execution role, which is never touched",
  };
  const disposition = mode === 'observe' ? 'observe' : 'open-ticket';
  return { disposition, mode, reasons: [reason], guardrails: [], policy: null };
}

/** Denials that are no signal of a lost log, or that the settings leave to others. */
function notOurs(denial: Denial, { settings }: Rules): Reason | null {
  const signal = signalOf(denial);
  if (signal === 'awslogs-driver' && settings.awslogsDriver === 'ignore') {
    return {
      code: 'awslogs-driver',
      detail: "the call was made by the awslogs driver with the task's execution role",
    };
  }
  if (signal !== null) {
    return null;
  }
  return denial.action === 'logs:CreateLogStream'
    ? { code: 'not-an-exec-stream', detail: 'the log stream is not named after an exec session' }
    : { code: 'other-action', detail: `${denial.action} is not the call with which the agent delivers a transcript` };
}

/**
 * Whether a denial of another session could be decided otherwise, so that this decision must fold none away: by a guardrail that
 * the session decides, or by a tag of its cluster.
 */
export function dependsOnSession(decision: Decision, finding: Finding, rules: Rules): boolean {
  const { tagged } = effectiveMode(rules, finding.denial.account, tagSetsOf(finding));
  // A companion's denial names no group: the same one of another cluster may well be needed, or not be allowed yet.
  const isOfCluster = finding.signal === 'exec-companion' && decision.disposition === 'not-applicable';
  return finding.signal !== 'router' && (tagged || isOfCluster || isSessionDependent(decision.guardrails));
}

function tagSetsOf(finding: Finding | null): readonly Readonly<Record<string, string>>[] {
  if (finding === null) {
    return [];
  }
  const { cluster, role } = finding.observation;
  return [cluster.kind === 'read' ? cluster.value.tags : {}, role.kind === 'read' ? role.value.tags : {}];
}

function suppression(
  denial: Denial,
  finding: Finding | null,
  rules: Rules,
  mode: EffectiveMode,
  now: Date,
): Reason | null {
  return mutedBecause(
    rules,
    mode,
    finding === null ? claimedRoleArn(denial) : roleArnOf(denial, finding.observation.role),
    now,
  );
}

/** The policy stands as we wrote it for this cause, and this denial is not a new session's after it took effect. */
function isAlreadyRepaired(finding: Finding): boolean {
  const { role, attachedPolicy } = finding.observation;
  const { denial } = finding;
  if (role.kind !== 'read' || attachedPolicy.kind !== 'read' || denial.region === null) {
    return false;
  }
  const record = attachedPolicy.value;
  const own = ownPolicyOn(role.value, ownPolicyName(role.value, denial.region), attachedPolicy);
  const stands =
    own.kind === 'as-we-left-it' &&
    own.policy.hash === record.documentHash &&
    record.fingerprints.includes(finding.fingerprint);
  return stands && !recurs(finding);
}

function recurs(finding: Finding): boolean {
  const repairedAt = repairedAtOf(finding);
  return repairedAt !== null && isRecurrence(finding.denial, finding.found, repairedAt);
}

// The simulator does not see resource, session, endpoint and resource control policies, and can be wrong about conditional
// SCPs: where one of these denied, its "allowed" is no evidence. The same holds for an explicit deny of unnamed origin.
const SIMULATOR_SEES: ReadonlySet<PolicyType | null> = new Set<PolicyType | null>([
  'identity-based',
  'permissions-boundary',
  null,
]);

/** The role may do by now what it was denied, and the denial was about the session's or the router's own target. */
function isAlreadyAllowed(finding: Finding): boolean {
  const { denial, repair, observation } = finding;
  const { simulation, role } = observation;
  return (
    SIMULATOR_SEES.has(denial.policyType) &&
    !(denial.policyType === null && denial.denialKind === 'explicit') &&
    // Our own policy is what the simulation sees, and still the call was denied.
    !recurs(finding) &&
    simulation.kind === 'read' &&
    repair !== null &&
    answers(simulation.value.now, repair.requiredCalls) &&
    allowsEverything(simulation.value.now) &&
    role.kind === 'read' &&
    role.value.roleId === denial.roleId &&
    concernsTarget(finding)
  );
}

function concernsTarget(finding: Finding): boolean {
  const { denial, target, observation } = finding;
  switch (finding.signal) {
    case 'exec-delivery':
      return (
        // Permission to write to a group that does not exist delivers nothing.
        observation.logGroup.kind === 'read' &&
        target?.kind === 'target' &&
        target.logGroupName === denial.logGroupName &&
        isDeniedInPlaceOf(target, denial) === true
      );
    case 'exec-companion':
      return companionConfirmed(finding).holds === true && keysAreUsable(finding);
    case 'router':
      return routerConfirmed(finding).holds === true;
  }
}
