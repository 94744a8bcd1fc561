import type { PlayStep } from './steps.ts';
import { type Chapter, callLines, fact, quoted, type StoryPaint, short, wrapped } from './story-lines.ts';

type Step<Name extends PlayStep['step']> = Extract<PlayStep, { step: Name }>;

/** What became of shells and of their transcripts. */
export function chapterOfSessions(
  step: Step<'preflight' | 'session' | 'loss' | 'next-session' | 'ledger-session' | 'audit' | 'report'>,
  paint: StoryPaint,
): Chapter {
  switch (step.step) {
    case 'preflight':
      return {
        title:
          'Before anybody opens a shell: what ecs-exec-checker looks at is in order, and exec-log preflight looks further',
        lines: [
          ...step.greenChecks.flatMap((check) =>
            wrapped(check).map((line, at) =>
              fact(paint, at === 0 ? 'checker' : '', at === 0 ? `${paint.green('ok')} ${line}` : line),
            ),
          ),
          ...step.findings.flatMap(({ status, code, detail }) => [
            fact(paint, 'preflight', `${paint[status](status)} ${code}`),
            ...wrapped(detail).map((line) => fact(paint, '', line)),
          ]),
        ],
      };
    case 'session':
      return {
        title: `${step.person} opens a shell${step.client === null ? '' : ` with ${step.client}`}`,
        lines: [
          fact(paint, 'where', `container ${step.container} of task ${short(step.task)}, ${short(step.cluster)}`),
          fact(paint, 'session', step.sessionId),
          paint.dim(
            step.transcript === 'refused'
              ? 'The shell does not open. Whoever answers for the cluster notices nothing.'
              : 'The shell opens and closes normally. Nobody notices anything.',
          ),
        ],
      };
    case 'loss':
      return {
        title: paint.red(
          step.transcript === 'refused'
            ? 'The agent refuses the session: nothing is recorded'
            : 'The transcript is lost',
        ),
        lines: [
          fact(paint, 'meant for', `${placesOf(step)}: ${step.because}`),
          ...callLines(paint, 'agent', step.calls),
        ],
      };
    case 'next-session':
      return nextSession(step, paint);
    case 'ledger-session':
      return {
        title: `${step.person} opens a shell in ${step.container}: ${step.transcript === 'recorded' ? paint.green('recorded') : paint.red(step.transcript)}`,
        lines: [
          fact(paint, 'session', step.sessionId),
          fact(paint, 'why', step.because),
          ...callLines(paint, 'agent', step.calls),
        ],
      };
    case 'audit':
      return {
        title: `${step.minutesLater} minutes later the auditor has looked at every session`,
        lines: step.sessions.flatMap(({ sessionId, person, state, causes: [likeliest] }) => [
          `${statePaint(state, paint)}${' '.repeat(Math.max(1, 10 - state.length))}${person.padEnd(8)}${paint.dim(sessionId)}`,
          ...(likeliest === undefined ? [] : [`          ${likeliest.detail}`]),
        ]),
      };
    case 'report':
      return { title: 'exec-log report', lines: step.text.trimEnd().split('\n') };
  }
}

function placesOf({ logGroupName, objectPrefix }: Step<'loss'>): string {
  const places = [logGroupName, objectPrefix].filter((place) => place !== null);
  return places.length === 0 ? 'no log group' : places.join(' and ');
}

function nextSession(step: Step<'next-session'>, paint: StoryPaint): Chapter {
  const { transcript, sessionId, person, client, text, object, logGroupName } = step;
  return {
    title:
      transcript === 'recorded'
        ? paint.green('The next session is recorded')
        : paint.red(`The next session is ${transcript} too`),
    lines: [
      fact(paint, 'session', client === null ? sessionId : `${sessionId}, opened by ${person} with ${client}`),
      fact(paint, 'stream', text === null ? 'none' : `${logGroupName}, stream ${sessionId}`),
      ...(object === null ? [] : [fact(paint, 'object', object)]),
      ...(text ?? '')
        .split('\n')
        .filter(Boolean)
        .map((line) => quoted(paint, line)),
    ],
  };
}

const statePaint = (state: string, paint: StoryPaint) =>
  state === 'recorded' ? paint.green(state) : state === 'open' ? paint.yellow(state) : paint.red(state);
