import { parseRoleArn } from '../arn.ts';
import type { GuardrailResult } from '../decision.ts';
import { type Finding, isDeniedInPlaceOf } from '../finding.ts';
import type { NoRouterTargetReason } from '../router-target.ts';
import { taskUnread } from './confirmed.ts';
import { type Evidence, fails, type Guardrail, holds, missing, NEEDS_ACCOUNT, notEvaluable } from './guardrail.ts';

/** A running task with this effective task role has a log router: what stands in the place of a person's session. */
export const realRouter: Guardrail = ({ denial, finding }: Evidence) => {
  const code = 'real-router';
  if (finding === null) {
    return notEvaluable(code, NEEDS_ACCOUNT);
  }
  const { task, taskDefinition } = finding.observation;
  const unread = taskUnread(code, `a running task ${denial.sessionName ?? '(none)'}`, finding);
  if (unread !== null || task.kind !== 'read' || taskDefinition.kind !== 'read') {
    return unread ?? notEvaluable(code, NEEDS_ACCOUNT);
  }
  const { lastStatus } = task.value;
  if (lastStatus === null) {
    return notEvaluable(code, 'ECS does not say whether the task runs');
  }
  if (lastStatus !== 'RUNNING') {
    return fails(code, `the task is ${lastStatus}, not running`, 'task-not-found');
  }
  const role = parseRoleArn(finding.taskRoleArn ?? '');
  if (role === null || role.roleName !== denial.roleName || role.account !== denial.account) {
    const named = finding.taskRoleArn ?? 'not set';
    return fails(code, `the task's role is ${named}, not the role of the event`, 'not-the-task-role');
  }
  const router = taskDefinition.value.containers.find((container) => container.router != null);
  return router === undefined
    ? fails(code, NO_ROUTER_TARGET['no-log-router'], 'no-log-router')
    : holds(code, `container ${router.name} of the running task is its log router`);
};

const NO_ROUTER_TARGET: Readonly<Record<NoRouterTargetReason, string>> = {
  'no-log-router': 'the task definition has no log router',
  'router-target-baked-in':
    "the router's output stands in its image, where no AWS API shows it, and the settings declare none for the role",
  'router-target-template': 'the name of the group is put together from each record, so that no policy could name it',
  'router-other-role': "the router's output takes another role than the task's",
  'router-region-elsewhere': "the router's output writes to another Region than the task's",
  'router-group-unreadable': "the router's output names no readable log group",
};

/** The denied group is one to which the router delivers, and it exists unless the router makes it. */
export function routerConfirmed({ denial, router, observation }: Finding): GuardrailResult {
  const code = 'target-confirmed';
  const { task, taskDefinition, logGroup } = observation;
  if (router === null) {
    if (task.kind !== 'read') {
      return missing(code, 'the task', task, 'task-not-found');
    }
    return taskDefinition.kind === 'read'
      ? notEvaluable(code, 'another task or task definition was read than the one of the event')
      : missing(code, 'the task definition', taskDefinition, 'task-definition-not-found');
  }
  if (router.kind === 'no-router-target') {
    return fails(code, NO_ROUTER_TARGET[router.because], router.because);
  }
  if (router.logGroupName !== denial.logGroupName) {
    return fails(
      code,
      `the router delivers to ${router.logGroupName}, the denied call went elsewhere`,
      'target-unexpected',
    );
  }
  // Repaired without it, or found allowed without it, the router would still give up at this call.
  if (denial.action === 'logs:CreateLogGroup' && !router.createsGroup) {
    return fails(
      code,
      `the router asks to create ${router.logGroupName}, and nothing says that it may`,
      'router-creates-group',
    );
  }
  const isHere = isDeniedInPlaceOf(router, denial);
  if (isHere === null) {
    return notEvaluable(code, 'the record does not show which log group was denied');
  }
  if (!isHere) {
    return fails(code, 'the target or the denied group lies in another account or Region', 'target-elsewhere');
  }
  const origin = router.origin === 'settings' ? 'the settings say' : 'the task definition says';
  if (logGroup.kind === 'absent' && router.createsGroup) {
    return holds(code, `${origin} that the router delivers to ${router.logGroupName} and creates it`);
  }
  if (logGroup.kind !== 'read') {
    return missing(code, `log group ${router.logGroupName} in ${router.region}`, logGroup, 'log-group-missing');
  }
  return logGroup.value.name === router.logGroupName
    ? holds(code, `${origin} that the router delivers to ${router.logGroupName}, which exists`)
    : notEvaluable(code, 'another log group was read than the target');
}
