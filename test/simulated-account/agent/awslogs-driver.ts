import type { SimulatedAccount } from '../server.ts';
import { lastStep } from '../services/ecs-lookup.ts';
import { LogCalls } from './log-calls.ts';
import { taskDefinitionOf } from './log-configuration.ts';
import type { SentCall } from './sent-calls.ts';

const USER_AGENT = 'aws-sdk-go/1.55.5 (go1.22.4; linux; amd64)';

/**
 * Starts the `awslogs` driver of a container, which makes its stream under the **execution** role, in a session that is named by the
 * task's id like one of the task role. A denial stops the container in AWS; here it only answers so.
 */
export async function startAwslogsDriver(
  account: SimulatedAccount,
  { task: id, container }: { readonly task: string; readonly container: string },
): Promise<{ readonly started: boolean; readonly calls: readonly SentCall[] }> {
  const { state } = account;
  const task = state.ecs.tasks.find(({ taskArn }) => lastStep(taskArn) === lastStep(id));
  const definition = task === undefined ? undefined : taskDefinitionOf(state, task);
  const roleArn = task?.overrides?.executionRoleArn ?? definition?.executionRoleArn;
  const driver = definition?.containerDefinitions?.find(({ name }) => name === container)?.logConfiguration;
  const options = driver?.logDriver === 'awslogs' ? (driver.options ?? {}) : {};
  const logGroupName = options['awslogs-group'];
  if (task === undefined || roleArn === undefined || logGroupName === undefined) {
    throw new Error(`${container} of ${id} has no awslogs driver with an execution role`);
  }
  const sessionName = lastStep(task.taskArn);
  const logStreamName = `${options['awslogs-stream-prefix'] ?? 'ecs'}/${container}/${sessionName}`;
  const calls = new LogCalls(account, { roleArn, sessionName }, { logGroupName, logStreamName }, USER_AGENT);
  const hasGroup = options['awslogs-create-group'] !== 'true' || (await calls.createLogGroup());
  const started = hasGroup && (await calls.createLogStream());
  calls.close();
  return { started, calls: calls.sent.made };
}
