import type { Finding } from '../domain/finding.ts';
import type { ObservedContainerDefinition } from '../domain/observation.ts';
import { markdownCode, markdownText } from './escape.ts';

const NAME_MAX = 520;

/** What is known of a task's log router: its container, where it delivers, what it needs there, and where it says so itself. */
export function routerSectionOf(finding: Finding): string {
  const { taskDefinition, task } = finding.observation;
  const containers = taskDefinition.kind === 'read' ? taskDefinition.value.containers : [];
  const router = containers.find((container) => container.router != null);
  return [
    '## The log router',
    ...routerLines(router),
    ...(task.kind === 'read' ? [`- Task: ${markdownCode(task.value.taskArn, NAME_MAX)}`] : []),
    ...outputLines(finding),
    ...ownLogLines(router),
  ].join('\n');
}

function routerLines(router: ObservedContainerDefinition | undefined): readonly string[] {
  return router === undefined
    ? ['- No container of the task definition is a log router, as far as ECS shows it.']
    : [`- Container: ${markdownCode(router.name, NAME_MAX)} (${markdownText(router.router?.type ?? 'unknown', 20)})`];
}

function outputLines({ router }: Finding): readonly string[] {
  if (router === null) {
    return [];
  }
  if (router.kind === 'no-router-target') {
    return router.because === 'router-target-baked-in'
      ? [
          '- Output: not in the task definition; it is baked into the image of the router, where no AWS API shows it. ' +
            'Declare it in the settings (`fireLens.targets`: role, log group, whether the router creates it), and the repair can be written.',
        ]
      : [];
  }
  const actions = ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'];
  const needed = router.createsGroup ? [...actions, 'logs:CreateLogGroup'] : actions;
  const origin =
    router.origin === 'settings'
      ? 'declared in the settings (`fireLens.targets`), since it is baked into the image of the router'
      : 'by the options of its containers';
  return [
    `- Output: log group ${markdownCode(router.logGroupName, NAME_MAX)}, ${origin}`,
    `- Needed there: ${needed.map((action) => markdownCode(action, 60)).join(', ')}`,
  ];
}

/** Whether the router gives up, and why, it says on its own standard output. */
function ownLogLines(router: ObservedContainerDefinition | undefined): readonly string[] {
  const group = router?.logDriver === 'awslogs' ? router.logOptions['awslogs-group'] : undefined;
  return group === undefined
    ? []
    : [`- What the router itself says of it: log group ${markdownCode(group, NAME_MAX)} of its own standard output`];
}
