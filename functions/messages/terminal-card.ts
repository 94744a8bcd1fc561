import type { Denial } from '../domain/denial.ts';
import type { Refusal } from '../domain/refusal.ts';
import { plainText } from './escape.ts';
import type { ExplainedDecision, Explanation, FindingSummary } from './explanation.ts';
import { policyDiff } from './policy-diff.ts';

/** How the terminal shows emphasis; identity functions where there is no colour. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

const VALUE_MAX = 1100;
const LABEL_WIDTH = 10;

const HEADLINES: Readonly<Record<ExplainedDecision['disposition'], string>> = {
  'attach-policy': 'a scoped policy would be attached',
  'propose-policy': 'a person would be asked to approve a scoped policy',
  'open-ticket': 'a ticket would be opened',
  observe: 'nothing would be changed, only recorded',
  suppress: 'recorded, and nobody told',
  'not-applicable': 'nothing to do',
};

/** One explained input for a person at a terminal: what was denied, what would be done about it, and why. */
export function explainCard(explained: Explanation, paint: Paint): string {
  const { input, matchesRule, denial, refusal, finding, decision } = explained;
  if (refusal !== null) return refusalCard(input, refusal, decision, paint);
  const sections: readonly (readonly string[])[] = [
    [
      paint.dim(shown(input)),
      `${dispositionPaint(decision, paint)(paint.bold(decision.disposition))}  ${HEADLINES[decision.disposition]} ${paint.dim(`(mode ${decision.mode})`)}`,
    ],
    denial === null ? [] : denialLines(denial, matchesRule, paint),
    finding === null ? [] : findingLines(finding, paint),
    guardrailLines(decision, paint),
    reasonLines(decision, paint),
    policyLines(decision, paint),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** A denied CreateLogStream that nothing could read is a lost transcript all the same: nobody may take it for nothing. */
function refusalCard(input: string, refusal: Refusal, decision: ExplainedDecision, paint: Paint): string {
  const because = `${shown(refusal.detail)} (${refusal.code})`;
  const headline =
    decision.disposition === 'open-ticket'
      ? `${dispositionPaint(decision, paint)(paint.bold(decision.disposition))}  ${UNREADABLE_DENIAL}\n\n${labelled('Refused', because, paint)}`
      : `${paint.yellow(paint.bold(refusal.code === 'not-a-denial' ? 'no denial' : 'not read'))}  ${because}`;
  return `${paint.dim(shown(input))}\n${headline}`;
}

const UNREADABLE_DENIAL =
  'unreadable denial: a person has to look (the deployed function counts it and raises the alarm UnreadableDenials)';

function dispositionPaint({ disposition }: ExplainedDecision, paint: Paint): (text: string) => string {
  switch (disposition) {
    case 'attach-policy':
    case 'propose-policy':
      return paint.green;
    case 'open-ticket':
      return paint.yellow;
    case 'observe':
    case 'suppress':
    case 'not-applicable':
      return paint.cyan;
  }
}

function denialLines(denial: Denial, matchesRule: boolean, paint: Paint): readonly string[] {
  const cause = `${denial.policyType ?? 'policy type not named'}, ${denial.denialKind}`;
  return [
    labelled('Denied', `${shown(denial.action)} ${paint.dim(`(${cause})`)}`, paint),
    ...optional('Policy', denial.policyArn, paint),
    ...(denial.logGroupName === null
      ? optional('Resource', denial.resource, paint)
      : [labelled('Log group', shown(denial.logGroupName), paint)]),
    ...optional('Stream', denial.logStreamName, paint),
    ...(denial.roleName === null
      ? optional('Principal', denial.principalArn, paint)
      : [
          labelled('Role', shown(`${denial.rolePath === '/' ? '' : (denial.rolePath ?? '')}${denial.roleName}`), paint),
        ]),
    labelled('Account', shown(`${denial.account ?? 'not given'} ${denial.region ?? ''}`), paint),
    ...optional('At', denial.eventTime, paint),
    labelled('Source', `${denial.source}${matchesRule ? '' : paint.dim(', not matched by the denial rule')}`, paint),
  ];
}

function findingLines(finding: FindingSummary, paint: Paint): readonly string[] {
  const { session, target, router } = finding;
  const opened =
    session === null
      ? 'no record of it'
      : `opened by ${shown(session.personArn ?? 'an unnamed person')} at ${shown(session.startedAt)}, container ${shown(session.containerName)}`;
  return [
    ...(router === undefined ? [labelled('Session', opened, paint)] : []),
    ...optional('Task', finding.taskArn, paint),
    ...optional('Task role', finding.taskRoleArn, paint),
    ...(target === null ? [] : [labelled('Target', targetText(target), paint)]),
    ...(router == null ? [] : [labelled('Router', routerText(router), paint)]),
    ...optional('Stack', finding.stackName, paint),
  ];
}

function targetText(target: NonNullable<FindingSummary['target']>): string {
  if (target.kind === 'none') {
    return `none (${target.because})`;
  }
  const bucket = target.bucket === null ? [] : [`bucket ${shown(target.bucket.name)}`];
  const group = target.logGroupName === null ? [] : [shown(target.logGroupName)];
  return `${[...group, ...bucket].join(' and ')} (logging ${target.logging})`;
}

function routerText(router: NonNullable<FindingSummary['router']>): string {
  const name = router.routerName === null ? '' : `${shown(router.routerName)}: `;
  if (router.kind === 'no-router-target') {
    return `${name}no target (${router.because})`;
  }
  const creates = router.createsGroup ? ', which it creates' : '';
  return `${name}${shown(router.logGroupName)}${creates} (by the ${router.origin === 'settings' ? 'settings' : 'task definition'})`;
}

function guardrailLines({ guardrails }: ExplainedDecision, paint: Paint): readonly string[] {
  if (guardrails.length === 0) {
    return [];
  }
  const width = Math.max(...guardrails.map((guardrail) => guardrail.code.length));
  return [
    paint.bold('Guardrails'),
    ...guardrails.map(({ code, holds, detail }) => `  ${mark(holds, paint)} ${code.padEnd(width)}  ${shown(detail)}`),
  ];
}

function mark(holds: boolean | null, paint: Paint): string {
  if (holds === null) {
    return paint.yellow('?');
  }
  return holds ? paint.green('✓') : paint.red('✗');
}

function reasonLines({ reasons }: ExplainedDecision, paint: Paint): readonly string[] {
  return reasons.length === 0
    ? []
    : [paint.bold('Because'), ...reasons.map(({ code, detail }) => `  ${shown(code)}: ${shown(detail)}`)];
}

function policyLines({ policy }: ExplainedDecision, paint: Paint): readonly string[] {
  return policy === null
    ? []
    : [
        paint.bold(`Policy ${shown(policy.policyName)} on role ${shown(policy.roleName)}`),
        ...policyDiff(null, policy.document).map((line) => paint.green(line)),
      ];
}

function optional(label: string, value: string | null, paint: Paint): readonly string[] {
  return value === null ? [] : [labelled(label, shown(value), paint)];
}

function labelled(label: string, value: string, paint: Paint): string {
  return `${paint.dim(label.padEnd(LABEL_WIDTH))} ${value}`;
}

/** Control characters in a name could repaint the terminal. */
function shown(text: string): string {
  return plainText(text, VALUE_MAX);
}
