import type { GuardrailCode, GuardrailResult } from '../decision.ts';
import type { Finding } from '../finding.ts';
import type { LogTarget, NoLogTarget, NoLogTargetReason } from '../log-target.ts';
import { parseTaskArn } from '../task.ts';
import { fails, holds, missing, notEvaluable } from './guardrail.ts';

const code = 'target-confirmed';

const NO_TARGET: Readonly<Record<NoLogTargetReason, string>> = {
  'logging-off': 'the cluster records no sessions (logging NONE)',
  'container-unknown': "the session's container is not in the task definition",
  'no-awslogs-driver': 'logging is DEFAULT and the container has no awslogs driver, so nothing is recorded',
  'awslogs-group-missing': 'logging is DEFAULT and the container names no awslogs-group',
  'override-without-target': 'logging is OVERRIDE and names neither log group nor bucket',
  'log-group-unreadable': 'the configured log group is no log group name',
};

/** The exec configuration and the task definition send the transcript nowhere. */
export function noTarget({ because }: NoLogTarget): GuardrailResult {
  return fails(code, NO_TARGET[because], because);
}

/** No target could be derived: the first reading that was missing for it. */
export function notDerived({ observation: { task, cluster, taskDefinition } }: Finding): GuardrailResult {
  if (task.kind !== 'read') {
    return missing(code, 'the task', task, 'task-not-found');
  }
  if (cluster.kind !== 'read') {
    return missing(code, 'the cluster', cluster, 'cluster-not-found');
  }
  if (taskDefinition.kind !== 'read') {
    return missing(code, 'the task definition', taskDefinition, 'task-definition-not-found');
  }
  return notEvaluable(code, 'without a session of this task in this cluster, container and target are unknown');
}

/** The target's group was looked for, and is there. */
export function groupExists(target: LogTarget, { observation: { logGroup } }: Finding): GuardrailResult {
  if (logGroup.kind !== 'read') {
    return missing(code, `log group ${target.logGroupName} in ${target.region}`, logGroup, 'log-group-missing');
  }
  if (logGroup.value.name !== target.logGroupName) {
    return notEvaluable(code, 'another log group was read than the target');
  }
  return holds(code, `${target.logging} sends the transcript to ${target.logGroupName}, which exists`);
}

/** What keeps the event's task and its definition from being judged by; null where both were read, and are the event's. */
export function taskUnread(
  code: GuardrailCode,
  what: string,
  { denial, observation: { task, taskDefinition } }: Finding,
): GuardrailResult | null {
  if (task.kind !== 'read') {
    return missing(code, what, task, 'task-not-found');
  }
  if (taskDefinition.kind !== 'read') {
    return missing(code, 'the task definition', taskDefinition, 'task-definition-not-found');
  }
  const isOfOnePiece =
    parseTaskArn(task.value.taskArn)?.taskId === denial.sessionName &&
    taskDefinition.value.taskDefinitionArn === task.value.taskDefinitionArn;
  return isOfOnePiece ? null : notEvaluable(code, 'another task or task definition was read than the one of the event');
}
