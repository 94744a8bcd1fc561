import type { PlannedRepair } from '../domain/planned-repair.ts';
import { shellWord } from './escape.ts';

/** The deployment that the program takes where none is named. */
const DEFAULT_DEPLOYMENT = 'exec-log';

/** The command that takes our policy off a role again, in one Region. Every message about an attached policy carries it. */
export function revertCommand(roleName: string, region: string, deploymentId = DEFAULT_DEPLOYMENT): string {
  return command('revert', roleName, placeOptions(region, deploymentId));
}

/** Lists every session and what became of its transcript. */
export const REPORT_COMMAND = 'exec-log report';

/** The command with which a person accepts that a session was not recorded; the reason is theirs to write. */
export function acceptCommand(sessionId: string, region: string, deploymentId = DEFAULT_DEPLOYMENT): string {
  const reason = `--reason ${shellWord('why the gap is acceptable')}`;
  return command('accept', sessionId, `${reason} ${placeOptions(region, deploymentId)}`);
}

/**
 * The command with which a person closes the breaker; the reason is theirs to write. In a hub, each member has a breaker of its own,
 * and stands in another place than the hub: the Region is then that of whoever runs it.
 */
export function closeBreakerCommand(region: string, deploymentId = DEFAULT_DEPLOYMENT, member?: string): string {
  const options =
    member === undefined
      ? placeOptions(region, deploymentId)
      : `--deployment-id ${shellWord(deploymentId)} --account ${shellWord(member)}`;
  return `exec-log breaker --close --reason "..." ${options}`;
}

function placeOptions(region: string, deploymentId: string): string {
  const deployment = deploymentId === DEFAULT_DEPLOYMENT ? '' : ` --deployment-id ${shellWord(deploymentId)}`;
  return `--region ${shellWord(region)}${deployment}`;
}

/** IAM takes a name that begins with a dash; behind `--` no program reads it as an option. */
function command(verb: string, name: string, options: string): string {
  return name.startsWith('-')
    ? `exec-log ${verb} ${options} -- ${shellWord(name)}`
    : `exec-log ${verb} ${shellWord(name)} ${options}`;
}

/** Asks IAM whether the role may make the agent's calls: one line for each resource, since the simulator crosses all it is given. */
export function simulateCommands(
  roleArn: string,
  region: string,
  calls: PlannedRepair['requiredCalls'],
): readonly string[] {
  const resources = [...new Set(calls.map((call) => call.resource))];
  return resources.map((resource) => {
    const actions = calls.filter((call) => call.resource === resource).map((call) => shellWord(call.action));
    return [
      'aws iam simulate-principal-policy',
      `--policy-source-arn ${shellWord(roleArn)}`,
      `--action-names ${actions.join(' ')}`,
      `--resource-arns ${shellWord(resource)}`,
      `--context-entries ${shellWord(`ContextKeyName=aws:RequestedRegion,ContextKeyValues=${region},ContextKeyType=string`)}`,
      "--query 'EvaluationResults[].[EvalActionName,EvalDecision]' --output text",
    ].join(' ');
  });
}
