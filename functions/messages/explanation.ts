import type { Decision, RemediationPolicy } from '../domain/decision.ts';
import type { Denial } from '../domain/denial.ts';
import type { ExecSession } from '../domain/exec-session.ts';
import type { Finding } from '../domain/finding.ts';
import type { ObservedSimulation } from '../domain/observation.ts';
import type { ParsedDenial } from '../domain/parse-denial.ts';
import type { Refusal } from '../domain/refusal.ts';

/** What was read about a denial, as far as a reader of `explain` needs it. Never the command of the session. */
export interface FindingSummary {
  readonly fingerprint: string;
  readonly session: Pick<ExecSession, 'sessionId' | 'personArn' | 'startedAt' | 'containerName'> | null;
  readonly clusterArn: string | null;
  readonly taskArn: string | null;
  readonly taskRoleArn: string | null;
  readonly executionRoleArn: string | null;
  readonly target: Finding['target'];
  /** Only of a log router's denial: where it delivers. */
  readonly router?: Finding['router'];
  readonly stackName: string | null;
  readonly simulation: ObservedSimulation | null;
}

export interface ExplainedDecision {
  readonly disposition: Decision['disposition'];
  readonly mode: Decision['mode'];
  readonly reasons: readonly { readonly code: string; readonly detail: string }[];
  readonly guardrails: readonly { readonly code: string; readonly holds: boolean | null; readonly detail: string }[];
  readonly policy: RemediationPolicy | null;
}

/** One line of `explain --json`, with its keys in the order of README "explain". */
export interface Explanation {
  readonly input: string;
  readonly matchesRule: boolean;
  readonly denial: Denial | null;
  readonly refusal: Refusal | null;
  readonly finding: FindingSummary | null;
  readonly decision: ExplainedDecision;
}

/** Puts one input's results into the form that is printed: the same keys in the same order, whatever the input was. */
export function toExplanation(explained: {
  readonly input: string;
  readonly matchesRule: boolean;
  readonly parsed: ParsedDenial;
  readonly finding: Finding | null;
  readonly decision: Decision;
}): Explanation {
  const { input, matchesRule, parsed, finding, decision } = explained;
  return {
    input,
    matchesRule,
    denial: parsed.kind === 'denial' ? denialInOrder(parsed.denial) : null,
    refusal: parsed.kind === 'refusal' ? { code: parsed.refusal.code, detail: parsed.refusal.detail } : null,
    finding: finding === null ? null : summaryOf(finding),
    decision: {
      disposition: decision.disposition,
      mode: decision.mode,
      reasons: decision.reasons.map(({ code, detail }) => ({ code, detail })),
      guardrails: decision.guardrails.map(({ code, holds, detail }) => ({ code, holds, detail })),
      policy: decision.policy,
    },
  };
}

function denialInOrder(denial: Denial): Denial {
  return {
    eventId: denial.eventId,
    eventTime: denial.eventTime,
    account: denial.account,
    partition: denial.partition,
    region: denial.region,
    action: denial.action,
    resource: denial.resource,
    principalArn: denial.principalArn,
    roleName: denial.roleName,
    rolePath: denial.rolePath,
    roleId: denial.roleId,
    sessionName: denial.sessionName,
    logGroupName: denial.logGroupName,
    logStreamName: denial.logStreamName,
    policyType: denial.policyType,
    denialKind: denial.denialKind,
    policyArn: denial.policyArn,
    source: denial.source,
  };
}

function summaryOf(finding: Finding): FindingSummary {
  const { session, observation } = finding;
  const { cluster, task, stack, simulation } = observation;
  return {
    fingerprint: finding.fingerprint,
    session:
      session === null
        ? null
        : {
            sessionId: session.sessionId,
            personArn: session.personArn,
            startedAt: session.startedAt,
            containerName: session.containerName,
          },
    clusterArn: cluster.kind === 'read' ? cluster.value.clusterArn : (session?.clusterArn ?? null),
    taskArn: task.kind === 'read' ? task.value.taskArn : (session?.taskArn ?? null),
    taskRoleArn: finding.taskRoleArn,
    executionRoleArn: finding.executionRoleArn,
    target: finding.target,
    ...(finding.signal === 'router' ? { router: finding.router } : {}),
    stackName: stack.kind === 'read' ? stack.value.stackName : null,
    simulation: simulation.kind === 'read' ? simulation.value : null,
  };
}
