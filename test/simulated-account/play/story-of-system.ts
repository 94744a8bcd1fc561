import type { PlayStep } from './steps.ts';
import { type Chapter, fact, quoted, type StoryPaint, wrapped } from './story-lines.ts';

type Step<Name extends PlayStep['step']> = Extract<PlayStep, { step: Name }>;

const BODY_LINES = 16;

/** What the system was, heard, decided and did. */
export function chapterOfSystem(
  step: Step<'deployment' | 'event' | 'refusal' | 'decision' | 'policy' | 'ticket' | 'stack-deployment'>,
  paint: StoryPaint,
): Chapter {
  switch (step.step) {
    case 'deployment':
      return {
        title: `exec-log is deployed to a simulated account, in mode ${step.mode}`,
        lines: [
          fact(paint, 'account', `${step.account}, ${step.region} (${step.scenario})`),
          fact(
            paint,
            'template',
            `${step.resources} resources; ${step.iamWrite ? 'it may write policies, to the task roles only' : 'no permission to write to IAM'}`,
          ),
          ...(step.signals.length === 0 ? [] : [fact(paint, 'signals', `${step.signals.join(', ')} (opt-in)`)]),
          ...(step.mode === 'propose'
            ? [
                fact(
                  paint,
                  'approver',
                  'a public URL that takes what Slack signed; it may write to one queue, to no role',
                ),
              ]
            : []),
        ],
      };
    case 'event':
      return {
        title: `CloudTrail records the ${step.errorCode === null ? 'call' : 'denied call'}`,
        lines: [
          ...messageLines(step),
          step.rules.length === 0
            ? paint.yellow(`No rule matches it: no function is invoked.${optInOf(step)}`)
            : fact(paint, 'rule', step.rules.join(', ')),
        ],
      };
    case 'refusal':
      return {
        title: paint.yellow('The event is refused: acknowledged, counted, nothing written'),
        lines: [`${step.code}: ${step.detail}`],
      };
    case 'decision':
      return {
        title: `Decision: ${step.disposition === 'attach-policy' ? paint.green(step.disposition) : paint.yellow(step.disposition)}`,
        lines: decisionLines(step, paint),
      };
    case 'policy':
      return {
        title: `Written to the role ${step.roleName}: inline policy ${step.policyName}`,
        lines: step.diff.map((line) => (line.startsWith('-') ? paint.red(line) : paint.green(line))),
      };
    case 'ticket':
      return {
        title: `A ticket is opened: ${step.id}`,
        lines: [paint.bold(step.title), '', ...excerpt(step.body, paint)],
      };
    case 'stack-deployment':
      return {
        title: `The stack ${step.stackName} deploys the ticket's code: policy ${step.policyName} of the role ${step.roleName}`,
        lines: step.code.split('\n').map((line) => paint.green(`+ ${line}`)),
      };
  }
}

function optInOf({ optIn }: Step<'event'>): string {
  return optIn.length === 0 ? '' : ` The opt-in rule ${optIn.join(', ')} would deliver it.`;
}

/** A call that succeeded has no message to miss. */
function messageLines({ errorMessage, errorCode }: Step<'event'>): readonly string[] {
  if (errorMessage !== null) return wrapped(errorMessage);
  return errorCode === null ? [] : ['The event carries no error message.'];
}

function decisionLines({ reasons, count }: Step<'decision'>, paint: StoryPaint): readonly string[] {
  const counted = fact(paint, 'counted', `${count} ${count === 1 ? 'denial' : 'denials'} in this case`);
  if (reasons.some(({ code }) => code === 'all-guardrails-hold')) {
    const some = 'identity-policy-missing, target-confirmed, role-confirmed, grant-helps';
    return [fact(paint, 'because', `all guardrails hold: ${some}, ...`), counted];
  }
  // A guardrail and its more specific cause say the same.
  const details = [...new Set(reasons.map(({ detail }) => detail))];
  const told = details.flatMap((detail) => {
    const codes = reasons.filter((reason) => reason.detail === detail).map(({ code }) => code);
    const [first = '', ...rest] = wrapped(`${codes.join(', ')}: ${detail}`);
    return [fact(paint, 'because', first), ...rest.map((line) => fact(paint, '', line))];
  });
  return [...told, counted];
}

function excerpt(body: string, paint: StoryPaint): readonly string[] {
  const lines = body.split('\n').flatMap((line) => (line === '' ? [''] : wrapped(line)));
  const shown = lines.slice(0, BODY_LINES).map((line) => quoted(paint, line));
  return lines.length > BODY_LINES ? [...shown, paint.dim(`... ${lines.length - BODY_LINES} more lines`)] : shown;
}
