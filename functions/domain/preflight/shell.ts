import type { PreflightCheck } from './check.ts';
import { found, type PreflightCheckCode } from './codes.ts';
import type { PreflightSubject, PreflightTask, PreflightTaskDefinition } from './subject.ts';
import { isAtLeast } from './version.ts';

/** Whether ECS opens a shell at all: what the running tasks say, then what the task definition does to the agent. */
export function shellChecks(subject: PreflightSubject): readonly PreflightCheck[] {
  const running = subject.tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING');
  return [
    ...serviceChecks(subject),
    ...(running.length === 0 ? [found('no-running-task')] : runningChecks(running, subject)),
    ...definitionChecks(subject),
  ];
}

function serviceChecks({ service }: PreflightSubject): readonly PreflightCheck[] {
  return service === null || service.enableExecuteCommand ? [] : [found('service-exec-disabled')];
}

function runningChecks(running: readonly PreflightTask[], subject: PreflightSubject): readonly PreflightCheck[] {
  const { launchType } = subject;
  const enabled = running.filter((task) => task.enableExecuteCommand);
  return [
    ...among(running, [['exec-disabled', (task) => !task.enableExecuteCommand]], 'exec-enabled'),
    ...(enabled.length === 0
      ? []
      : among(
          enabled,
          [
            ['exec-agent-stopped', (task) => task.execAgentStatus === 'STOPPED'],
            ['exec-agent-unknown', (task) => task.execAgentStatus !== 'STOPPED' && task.execAgentStatus !== 'RUNNING'],
          ],
          'exec-agent-running',
        )),
    ...machineChecks(launchType ?? launchTypeShownBy(running), running, subject),
  ];
}

function machineChecks(
  launchType: PreflightSubject['launchType'],
  running: readonly PreflightTask[],
  subject: PreflightSubject,
): readonly PreflightCheck[] {
  switch (launchType) {
    case 'FARGATE':
      return platformChecks(running, subject);
    case 'EC2':
    case 'EXTERNAL':
      return containerAgentChecks(running);
    case 'MANAGED_INSTANCES':
      // Their agent is AWS's own to keep up to date.
      return [found('platform-supports-exec')];
    case null:
      return [found('platform-unknown')];
  }
}

/** Tasks of a capacity provider may not say where they run, but what they have gives it away. */
function launchTypeShownBy(running: readonly PreflightTask[]): PreflightSubject['launchType'] {
  if (running.every(({ platformVersion }) => platformVersion !== null)) return 'FARGATE';
  return running.every(({ containerAgentVersion }) => containerAgentVersion !== null) ? 'EC2' : null;
}

/** Fargate's first platform for exec in Linux containers; those of Windows count on their own, and all of them know exec. */
const FIRST_PLATFORM = '1.4.0';

function platformChecks(
  running: readonly PreflightTask[],
  { taskDefinition }: PreflightSubject,
): readonly PreflightCheck[] {
  if (taskDefinition.kind === 'read' && taskDefinition.value.isWindows) return [found('platform-supports-exec')];
  const supports = ({ platformVersion }: PreflightTask) => isAtLeast(platformVersion, FIRST_PLATFORM);
  const isLinux = taskDefinition.kind === 'read';
  return among(
    running,
    [
      ['platform-too-old', (task) => isLinux && supports(task) === false],
      ['platform-unknown', (task) => supports(task) === null || (!isLinux && supports(task) === false)],
    ],
    'platform-supports-exec',
  );
}

/** The first ECS agent that brings the exec agent along. */
const FIRST_CONTAINER_AGENT = '1.50.2';

function containerAgentChecks(running: readonly PreflightTask[]): readonly PreflightCheck[] {
  const supports = ({ containerAgentVersion: reading }: PreflightTask) =>
    isAtLeast(reading?.kind === 'read' ? reading.value : null, FIRST_CONTAINER_AGENT);
  return among(
    running,
    [
      ['container-agent-too-old', (task) => supports(task) === false],
      ['container-agent-unknown', (task) => supports(task) === null],
    ],
    'platform-supports-exec',
  );
}

type Fault = readonly [PreflightCheckCode, (task: PreflightTask) => boolean];

/** A fault of all tasks refuses the shell; one of some leaves others to enter, and is yellow. */
function among(
  tasks: readonly PreflightTask[],
  faults: readonly Fault[],
  otherwise: PreflightCheckCode,
): readonly PreflightCheck[] {
  const checks = faults.flatMap(([code, isHit]) => {
    const hit = tasks.filter(isHit).length;
    if (hit === 0) return [];
    return hit === tasks.length ? [found(code)] : [found(code, `${hit} of ${tasks.length} tasks.`, 'lowered')];
  });
  return checks.length === 0 ? [found(otherwise)] : checks;
}

function definitionChecks({ taskDefinition, containerName }: PreflightSubject): readonly PreflightCheck[] {
  if (taskDefinition.kind !== 'read') {
    const because = taskDefinition.kind === 'absent' ? 'It is gone.' : `${taskDefinition.because}.`;
    return [found('task-definition-unreadable', because)];
  }
  const checks = containerChecks(taskDefinition.value, containerName);
  return checks.length === 0 ? [found('container-fit')] : checks;
}

/** The variables by which agents before 3.1.1260.0 take other credentials than the task's. */
const CREDENTIAL_VARIABLES: ReadonlySet<string> = new Set([
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
]);

function containerChecks(definition: PreflightTaskDefinition, containerName: string): readonly PreflightCheck[] {
  const { pidMode, isWindows, preflightContainers } = definition;
  const shared = pidMode === 'task' && preflightContainers.length > 1 ? [found('pid-mode-task')] : [];
  const container = preflightContainers.find(({ name }) => name === containerName);
  if (container === undefined) return [found('container-settings-unknown'), ...shared];
  const keys = container.variableNames.filter((name) => CREDENTIAL_VARIABLES.has(name));
  return [
    ...(container.initProcessEnabled || isWindows ? [] : [found('init-process-off')]),
    ...(container.readonlyRootFilesystem ? [found('read-only-root')] : []),
    ...shared,
    ...(keys.length === 0 ? [] : [found('environment-keys', `${[...new Set(keys)].join(', ')}.`)]),
  ];
}
