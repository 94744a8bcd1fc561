import type { Finding } from '../domain/finding.ts';
import type { ObservedContainerDefinition } from '../domain/observation.ts';
import { markdownCode, markdownText } from './escape.ts';
import type { Phrases, RouterPhrases } from './phrases/phrases.ts';

const NAME_MAX = 520;

/** What is known of a task's log router: its container, where it delivers, what it needs there, and where it says so itself. */
export function routerSectionOf(finding: Finding, { router: words }: Phrases): string {
  const { taskDefinition, task } = finding.observation;
  const containers = taskDefinition.kind === 'read' ? taskDefinition.value.containers : [];
  const router = containers.find((container) => container.router != null);
  const lines = [
    routerLine(router, words),
    ...(task.kind === 'read' ? [words.task(markdownCode(task.value.taskArn, NAME_MAX))] : []),
    ...outputLines(finding, words),
    ...ownLogLines(router, words),
  ];
  return [`## ${words.heading}`, ...lines.map((line) => `- ${line}`)].join('\n');
}

function routerLine(router: ObservedContainerDefinition | undefined, words: RouterPhrases): string {
  return router === undefined
    ? words.none
    : words.container(markdownCode(router.name, NAME_MAX), markdownText(router.router?.type ?? 'unknown', 20));
}

function outputLines({ router }: Finding, words: RouterPhrases): readonly string[] {
  if (router === null) {
    return [];
  }
  if (router.kind === 'no-router-target') {
    return router.because === 'router-target-baked-in' ? [words.bakedIn] : [];
  }
  const actions = ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'];
  const needed = router.createsGroup ? [...actions, 'logs:CreateLogGroup'] : actions;
  return [
    words.output(markdownCode(router.logGroupName, NAME_MAX), router.origin === 'settings'),
    words.needed(needed.map((action) => markdownCode(action, 60)).join(', ')),
  ];
}

/** Whether the router gives up, and why, it says on its own standard output. */
function ownLogLines(router: ObservedContainerDefinition | undefined, words: RouterPhrases): readonly string[] {
  const group = router?.logDriver === 'awslogs' ? router.logOptions['awslogs-group'] : undefined;
  return group === undefined ? [] : [words.ownLog(markdownCode(group, NAME_MAX))];
}
