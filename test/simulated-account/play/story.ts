import { GUARDRAIL_CODES } from '../../../functions/domain/decision.ts';
import { slackLines } from './slack-as-text.ts';
import type { PlayStep } from './steps.ts';

type Paint = (text: string) => string;

/** How emphasis is shown; identity functions where there is no colour. */
export interface StoryPaint {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
}

const BODY_LINES = 16;

/** Tells a play as a story: each step numbered, one thought each. */
export function createStory(paint: StoryPaint): (step: PlayStep) => string {
  let number = 0;
  const chapter = (title: string, lines: readonly string[]) => {
    number += 1;
    return [
      `${paint.bold(`${String(number).padStart(2)}  ${title}`)}`,
      ...lines.map((line) => (line === '' ? '' : `    ${line}`)),
      '',
    ].join('\n');
  };
  const fact = (label: string, value: string) => `${paint.dim(label.padEnd(11))}${value}`;
  return (step) => {
    switch (step.step) {
      case 'deployment':
        return chapter(`exec-log is deployed to a simulated account, in mode ${step.mode}`, [
          fact('account', `${step.account}, ${step.region} (${step.scenario})`),
          fact(
            'template',
            `${step.resources} resources; ${step.iamWrite ? 'it may write policies, to the task roles only' : 'no permission to write to IAM'}`,
          ),
          ...(step.mode === 'propose'
            ? [paint.yellow('The approver is not deployed yet: what would be proposed becomes a ticket.')]
            : []),
        ]);
      case 'session':
        return chapter(`${step.person} opens a shell`, [
          fact('where', `container ${step.container} of task ${short(step.task)}, ${short(step.cluster)}`),
          fact('session', step.sessionId),
          paint.dim('The shell opens and closes normally. Nobody notices anything.'),
        ]);
      case 'loss':
        return chapter(paint.red('The transcript is lost'), [
          fact('meant for', `${step.logGroupName ?? 'no log group'}: ${step.because}`),
          ...step.calls.map(({ name, outcome }) =>
            fact('agent', `${name.padEnd(19)} ${outcome === 'ok' ? paint.green('ok') : paint.red(outcome)}`),
          ),
        ]);
      case 'event':
        return chapter(`CloudTrail records the ${step.errorCode === null ? 'call' : 'denied call'}`, [
          ...messageLines(step),
          step.rules.length === 0
            ? paint.yellow('No rule matches it: no function is invoked.')
            : fact('rule', step.rules.join(', ')),
        ]);
      case 'refusal':
        return chapter(paint.yellow('The event is refused: acknowledged, counted, nothing written'), [
          `${step.code}: ${step.detail}`,
        ]);
      case 'decision':
        return chapter(`Decision: ${disposition(step, paint)}`, decisionLines(step, fact));
      case 'policy':
        return chapter(
          `Written to the role ${step.roleName}: inline policy ${step.policyName}`,
          step.diff.map((line) => (line.startsWith('-') ? paint.red(line) : paint.green(line))),
        );
      case 'ticket':
        return chapter(`A ticket is opened: ${step.id}`, [paint.bold(step.title), '', ...excerpt(step.body, paint)]);
      case 'message':
        return chapter(
          'Slack shows',
          slackLines(step.blocks)
            .slice(0, -1)
            .map((line) => `${paint.dim('│')} ${line}`),
        );
      case 'next-session':
        return chapter(
          step.transcript === 'recorded'
            ? paint.green('The next session is recorded')
            : paint.red('The next session is lost too'),
          [
            fact('session', step.sessionId),
            fact('stream', step.text === null ? 'none' : `${step.logGroupName}, stream ${step.sessionId}`),
            ...(step.text ?? '')
              .split('\n')
              .filter(Boolean)
              .map((line) => `${paint.dim('│')} ${line}`),
          ],
        );
      case 'ledger-session':
        return chapter(`${step.person} opens a shell in ${step.container}: ${endPaint(step.transcript, paint)}`, [
          fact('session', step.sessionId),
          fact('why', step.because),
          ...step.calls.map(({ name, outcome }) =>
            fact('agent', `${name.padEnd(19)} ${outcome === 'ok' ? paint.green('ok') : paint.red(outcome)}`),
          ),
        ]);
      case 'audit':
        return chapter(
          `${step.minutesLater} minutes later the auditor has looked at every session`,
          step.sessions.flatMap(({ sessionId, person, state, causes: [likeliest] }) => [
            `${statePaint(state, paint)}${' '.repeat(Math.max(1, 10 - state.length))}${person.padEnd(8)}${paint.dim(sessionId)}`,
            ...(likeliest === undefined ? [] : [`          ${likeliest.detail}`]),
          ]),
        );
      case 'report':
        return chapter('exec-log report', step.text.trimEnd().split('\n'));
      case 'ledger-result':
        return [
          'Try next:',
          '  npm start -- --scenario ledger --mode observe     nothing is repaired: the last session is lost too',
          '  npm run --silent exec-log -- report --help        the report of a deployment, or of an account file',
          '',
        ].join('\n');
      case 'promise':
        return step.kept ? paint.green(`✓ ${step.detail}`) : paint.red(`✗ ${step.detail}`);
      case 'result':
        return ending(step, paint);
    }
  };
}

type Step<Name extends PlayStep['step']> = Extract<PlayStep, { step: Name }>;

const statePaint = (state: string, paint: StoryPaint) =>
  state === 'recorded' ? paint.green(state) : state === 'open' ? paint.yellow(state) : paint.red(state);

const endPaint = (transcript: 'recorded' | 'lost' | 'refused', paint: StoryPaint) =>
  transcript === 'recorded' ? paint.green('recorded') : paint.red(transcript);

/** A call that succeeded has no message to miss. */
function messageLines({ errorMessage, errorCode }: Step<'event'>): readonly string[] {
  if (errorMessage !== null) return wrapped(errorMessage);
  return errorCode === null ? [] : ['The event carries no error message.'];
}

function disposition({ disposition: name }: Step<'decision'>, paint: StoryPaint): string {
  return name === 'attach-policy' ? paint.green(name) : paint.yellow(name);
}

function decisionLines(
  { reasons, count }: Step<'decision'>,
  fact: (label: string, value: string) => string,
): readonly string[] {
  const counted = fact('counted', `${count} ${count === 1 ? 'denial' : 'denials'} in this case`);
  if (reasons.some(({ code }) => code === 'all-guardrails-hold')) {
    const some = GUARDRAIL_CODES.slice(1, 5).join(', ');
    return [fact('because', `all ${GUARDRAIL_CODES.length} guardrails hold: ${some}, ...`), counted];
  }
  // A guardrail and its more specific cause say the same.
  const details = [...new Set(reasons.map(({ detail }) => detail))];
  const told = details.flatMap((detail) => {
    const codes = reasons.filter((reason) => reason.detail === detail).map(({ code }) => code);
    const [first = '', ...rest] = wrapped(`${codes.join(', ')}: ${detail}`);
    return [fact('because', first), ...rest.map((line) => fact('', line))];
  });
  return [...told, counted];
}

function ending({ transcript, disposition: name }: Step<'result'>, paint: StoryPaint): string {
  return [
    paint.dim(`  ${name}, transcript ${transcript}`),
    '',
    'Try next:',
    '  npm start -- --mode ticket                                the same, without a permission to write to IAM',
    '  npm start -- events/20-unexpected-target.json             a container that asks for a group of its own choice',
    '  npm run --silent exec-log -- explain events/*.json        what each kind of denial means',
    '',
  ].join('\n');
}

const short = (name: string) => name.slice(name.lastIndexOf('/') + 1);

function excerpt(body: string, paint: StoryPaint): readonly string[] {
  const lines = body.split('\n').flatMap((line) => (line === '' ? [''] : wrapped(line)));
  const shown = lines.slice(0, BODY_LINES).map((line) => `${paint.dim('│')} ${line}`);
  return lines.length > BODY_LINES ? [...shown, paint.dim(`... ${lines.length - BODY_LINES} more lines`)] : shown;
}

/** At most 100 characters a line; a name longer than that stays whole. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.length - 1;
    const line = lines[last] ?? '';
    if (line !== '' && line.length + word.length + 1 > 100) lines.push(word);
    else lines[last] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
