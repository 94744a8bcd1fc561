/** For each code of the preflight a subject that just has it, and one that just has not. */
import type { PreflightCheckCode } from '../../functions/domain/preflight/codes.ts';
import type {
  PreflightContainer,
  PreflightSubject,
  PreflightTask,
  PreflightTaskDefinition,
} from '../../functions/domain/preflight/subject.ts';
import { absent, aRole, aTrustPolicy, EXECUTION_ROLE_ARN, ROLE_ARN, read, unreadable } from './builders.ts';
import { aNetwork, aPreflightContainer, aPreflightDefinition, aPreflightTask, aSubject } from './preflight.ts';

export interface PreflightRow {
  readonly code: PreflightCheckCode;
  readonly status: 'green' | 'yellow' | 'red';
  readonly when: string;
  readonly inside: PreflightSubject;
  readonly outside: PreflightSubject;
}

export function row(
  code: PreflightCheckCode,
  status: PreflightRow['status'],
  when: string,
  inside: Partial<PreflightSubject>,
  outside: Partial<PreflightSubject> = {},
): PreflightRow {
  return { code, status, when, inside: aSubject(inside), outside: aSubject(outside) };
}

const tasks = (...overrides: readonly Partial<PreflightTask>[]) => ({ tasks: overrides.map(aPreflightTask) });
const service = (enableExecuteCommand: boolean) => ({ service: { serviceName: 'api', enableExecuteCommand } });
const definition = (overrides: Partial<PreflightTaskDefinition>) => ({
  taskDefinition: read(aPreflightDefinition(overrides)),
});
const container = (overrides: Partial<PreflightContainer>) =>
  definition({ preflightContainers: [aPreflightContainer(overrides)] });
const onEc2 = (containerAgentVersion: PreflightTask['containerAgentVersion']) => ({
  ...tasks({ platformVersion: null, containerAgentVersion }),
  launchType: 'EC2' as const,
});
const without = (roles: Partial<PreflightSubject>) => ({ taskRoleArn: null, role: absent, ...roles });
const trust = (...statements: readonly object[]) => ({
  role: read(aRole({ trustPolicy: aTrustPolicy(...statements) })),
});
const sidecar = aPreflightContainer({ name: 'sidecar' });

export const SHELL_ROWS: readonly PreflightRow[] = [
  row('exec-enabled', 'green', 'the task has exec', {}, tasks({ enableExecuteCommand: false })),
  row('exec-disabled', 'red', 'no task has exec', tasks({ enableExecuteCommand: false })),
  row('exec-disabled', 'yellow', 'one of two has not', tasks({ enableExecuteCommand: false }, {}), tasks({}, {})),
  row('service-exec-disabled', 'yellow', 'the service lost it', service(false), service(true)),
  row('no-running-task', 'yellow', 'there is none', tasks(), tasks({})),
  row('no-running-task', 'yellow', 'one is pending', tasks({ lastStatus: 'PENDING' })),
  row('exec-agent-running', 'green', 'it runs', {}, tasks({ execAgentStatus: 'STOPPED' })),
  row('exec-agent-stopped', 'red', 'it stopped', tasks({ execAgentStatus: 'STOPPED' })),
  row('exec-agent-stopped', 'yellow', 'one of two stopped', tasks({ execAgentStatus: 'STOPPED' }, {})),
  row('exec-agent-unknown', 'yellow', 'it is pending', tasks({ execAgentStatus: 'PENDING' })),
  row(
    'exec-agent-unknown',
    'yellow',
    'ECS shows none',
    tasks({ execAgentStatus: null }),
    tasks({ execAgentStatus: null, enableExecuteCommand: false }),
  ),
  row('platform-supports-exec', 'green', 'Linux has 1.4.0', {}, tasks({ platformVersion: '1.3.0' })),
  row(
    'platform-too-old',
    'red',
    'Linux has 1.3.0',
    tasks({ platformVersion: '1.3.0' }),
    tasks({ platformVersion: '1.4' }),
  ),
  row(
    'platform-supports-exec',
    'green',
    'Windows counts its own versions',
    { ...definition({ isWindows: true }), ...tasks({ platformVersion: '1.0.0' }) },
    { ...definition({ isWindows: false }), ...tasks({ platformVersion: '1.0.0' }) },
  ),
  row('platform-unknown', 'yellow', 'it is not told', tasks({ platformVersion: null })),
  row('platform-unknown', 'yellow', 'it is no version', tasks({ platformVersion: 'LATEST' })),
  row(
    'platform-unknown',
    'yellow',
    'nothing shows where it runs',
    { launchType: null, ...tasks({ platformVersion: null }) },
    { launchType: 'MANAGED_INSTANCES', ...tasks({ platformVersion: null }) },
  ),
  row(
    'platform-too-old',
    'red',
    'its platform shows that it is on Fargate',
    { launchType: null, ...tasks({ platformVersion: '1.3.0' }) },
    { launchType: null, ...tasks({ platformVersion: '1.4.0' }) },
  ),
  row(
    'container-agent-too-old',
    'red',
    'its agent shows that it is on an instance',
    { ...onEc2(read('1.50.1')), launchType: null },
    { ...onEc2(read('1.50.2')), launchType: null },
  ),
  row(
    'platform-unknown',
    'yellow',
    'an old one may be of Windows',
    { taskDefinition: unreadable, ...tasks({ platformVersion: '1.0.0' }) },
    { taskDefinition: unreadable },
  ),
  row('platform-supports-exec', 'green', 'the agent is 1.50.2', onEc2(read('1.50.2')), onEc2(read('1.50.1'))),
  row('container-agent-too-old', 'red', 'it is 1.50.1', onEc2(read('1.50.1')), onEc2(read('1.105.1'))),
  row('container-agent-unknown', 'yellow', 'it is unreadable', onEc2(unreadable), onEc2(read('v1.51.0'))),
  row('container-agent-unknown', 'yellow', 'EC2 does not tell it', onEc2(null), tasks({ containerAgentVersion: null })),
  row('container-fit', 'green', 'nothing is in the way', {}, container({ readonlyRootFilesystem: true })),
  row('init-process-off', 'yellow', 'there is no init process', container({ initProcessEnabled: false })),
  row(
    'container-fit',
    'green',
    'Windows has no init process',
    definition({ isWindows: true, preflightContainers: [aPreflightContainer({ initProcessEnabled: false })] }),
    container({ initProcessEnabled: false }),
  ),
  row('read-only-root', 'yellow', 'the root filesystem is read-only', container({ readonlyRootFilesystem: true })),
  row(
    'pid-mode-task',
    'yellow',
    'two containers share it',
    definition({ pidMode: 'task', preflightContainers: [aPreflightContainer(), sidecar] }),
    definition({ pidMode: 'task' }),
  ),
  ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'].map((name) =>
    row(
      'environment-keys',
      'yellow',
      name,
      container({ variableNames: [name] }),
      container({ variableNames: [`${name}S`] }),
    ),
  ),
  row('task-definition-unreadable', 'yellow', 'it is unreadable', { taskDefinition: unreadable }),
  row('task-definition-unreadable', 'yellow', 'it is gone', { taskDefinition: absent }),
  row('container-settings-unknown', 'yellow', 'it names another', container({ name: 'sidecar' })),
];

export const CREDENTIAL_ROWS: readonly PreflightRow[] = [
  row('role-found', 'green', 'it is there', {}, { role: absent }),
  row(
    'task-role-missing',
    'red',
    'Fargate has none',
    without({}),
    without({ launchType: 'EC2', isInstanceRole: true }),
  ),
  row(
    'credentials-unknown',
    'yellow',
    'the definition is unread',
    without({ taskDefinition: unreadable }),
    without({}),
  ),
  row(
    'instance-role',
    'yellow',
    "the agent takes the instance's",
    { taskRoleArn: null, launchType: 'EC2', isInstanceRole: true },
    { launchType: 'EC2', isInstanceRole: false },
  ),
  row(
    'credentials-unknown',
    'yellow',
    'the instance has none either',
    without({ launchType: 'EC2', isInstanceRole: true }),
    { taskRoleArn: null, launchType: 'EC2', isInstanceRole: true },
  ),
  row('credentials-unknown', 'yellow', 'ECS Anywhere has no role', without({ launchType: 'EXTERNAL' })),
  row('role-not-found', 'red', 'it was deleted', { role: absent }),
  row('role-unreadable', 'yellow', 'it is unreadable', { role: unreadable }),
  row('trust-fits', 'green', 'it trusts ECS tasks', {}, { role: read(aRole({ trustPolicy: {} })) }),
  row(
    'trust-unclear',
    'yellow',
    'it trusts others',
    trust({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }),
  ),
  row('trust-unclear', 'yellow', 'it is unreadable', { role: read(aRole({ trustPolicy: null })) }),
  row(
    'trust-unclear',
    'yellow',
    'a task role trusts nobody of ECS',
    { role: read(aRole({ trustPolicy: ec2Trust() })) },
    { role: read(aRole({ trustPolicy: ec2Trust() })), taskRoleArn: null, launchType: 'EC2', isInstanceRole: true },
  ),
  row(
    'shared-with-execution-role',
    'yellow',
    'both are one',
    { executionRoleArn: ROLE_ARN },
    { executionRoleArn: EXECUTION_ROLE_ARN },
  ),
];

function ec2Trust(): object {
  return {
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
}

const endpoints = (...services: readonly string[]) => ({ network: read(aNetwork(...services)) });

export const NETWORK_ROWS: readonly PreflightRow[] = [
  row('endpoints-present', 'green', 'the VPC has none', endpoints(), endpoints('ssmmessages')),
  row(
    'endpoints-present',
    'green',
    'gateways alone close nothing',
    endpoints('s3', 'dynamodb'),
    endpoints('s3', 'ecr.api'),
  ),
  ...['ssmmessages', 'logs', 's3', 'kms'].map((left) =>
    row(
      'endpoint-missing',
      'yellow',
      `${left} is not there`,
      endpoints(...['ecr.api', 'ssmmessages', 'logs', 's3', 'kms'].filter((service) => service !== left)),
    ),
  ),
  row('network-unreadable', 'yellow', 'they are unreadable', { network: unreadable }),
  row(
    'network-unreadable',
    'yellow',
    "a task's subnet leads to none",
    { network: absent },
    { network: absent, ...tasks({ subnetIds: [] }) },
  ),
];
