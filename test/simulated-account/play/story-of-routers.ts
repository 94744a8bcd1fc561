import type { PlayStep } from './steps.ts';
import { type Chapter, callLines, fact, type StoryPaint, short } from './story-lines.ts';

type Step<Name extends PlayStep['step']> = Extract<PlayStep, { step: Name }>;

/** What became of the logs that a router takes. */
export function chapterOfRouters(step: Step<'flushes' | 'next-flush'>, paint: StoryPaint): Chapter {
  if (step.step === 'next-flush') {
    return {
      title:
        step.logs === 'delivered'
          ? paint.green('The next flush is delivered')
          : paint.red('The next flush is lost too'),
      lines: [fact(paint, 'group', step.logGroupName), ...callLines(paint, 'router', step.calls)],
    };
  }
  return {
    title: paint.red(`The logs of ${step.container} stop`),
    lines: [
      fact(paint, 'router', `container ${step.routerName} of task ${short(step.task)}`),
      fact(paint, 'meant for', `${step.logGroupName}, by an output that is baked into the router's image`),
      fact(
        paint,
        'flushes',
        `${step.flushes}, each denied: ${step.denials} denied calls, and as many CloudTrail records`,
      ),
      ...callLines(paint, 'router', step.calls),
    ],
  };
}
