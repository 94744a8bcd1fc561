import { slackLines } from './slack-as-text.ts';
import type { PlayStep } from './steps.ts';
import { type Chapter, fact, quoted, type StoryPaint, wrapped } from './story-lines.ts';

type Step<Name extends PlayStep['step']> = Extract<PlayStep, { step: Name }>;

/** What people are shown, and what they answer. */
export function chapterOfPeople(step: Step<'message' | 'click'>, paint: StoryPaint): Chapter {
  return step.step === 'message' ? message(step, paint) : click(step, paint);
}

function message({ blocks }: Step<'message'>, paint: StoryPaint): Chapter {
  return {
    title: 'Slack shows',
    lines: slackLines(blocks)
      .slice(0, -1)
      .map((line) => quoted(paint, line)),
  };
}

function click(step: Step<'click'>, paint: StoryPaint): Chapter {
  const { person, slackUserId, principal, button, status, again, policyWrites, whispers } = step;
  const who = fact(paint, 'who', `Slack user ${slackUserId}; in the settings ${principal}`);
  const answered = fact(paint, 'approver', `${status}: ${ANSWERS[status] ?? 'nothing is done'}`);
  const told = whispers.flatMap((text) => wrapped(text)).map((line) => quoted(paint, line));
  return {
    title: again
      ? `${person} clicks ${button} a second time, where the buttons still show`
      : `${person} clicks ${button}: Slack signs the click, and sends it to the approver`,
    lines: [
      ...(again ? [] : [who]),
      answered,
      fact(
        paint,
        'written',
        policyWrites === 0 ? 'nothing' : `${policyWrites} ${policyWrites === 1 ? 'policy' : 'policies'}`,
      ),
      ...(told.length === 0 ? [] : [`Only ${person} sees:`, ...told]),
    ],
  };
}

const ANSWERS: Readonly<Record<number, string>> = {
  200: 'Slack signed it; the remediator verifies it again, and decides',
  401: 'not signed by Slack, or too long ago',
  503: 'it could not be handed on; click again',
};
