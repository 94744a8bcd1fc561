import { parseRoleArn } from '../domain/arn.ts';
import { type Case, MAX_SESSION_IDS } from '../domain/case.ts';
import type { Decision } from '../domain/decision.ts';
import type { Finding } from '../domain/finding.ts';
import type { TicketDraft } from '../ports.ts';
import { type Cause, causeOf } from './cause.ts';
import { revertCommand, simulateCommands } from './commands.ts';
import { markdownBlock, markdownCode, markdownText, plainText } from './escape.ts';
import { routerSectionOf } from './router-evidence.ts';
import { signalTextsOf } from './signal-texts.ts';
import { evidenceOf, failedGuardrailsOf, sessionsOf } from './ticket-evidence.ts';
import { patchesOf } from './ticket-patches.ts';

const TITLE_MAX = 200;
const BODY_MAX = 20_000;
const SEPARATOR = '\n\n';
const FACT_MAX = 256;
/** A log group's name may have 512 characters. */
const NAME_MAX = 520;

/**
 * The ticket of a case: what happened, who has to act, what is known, and the code that would settle it. Trackers cut long
 * bodies from the end, so the order is that of importance.
 */
export function ticketDraft(
  found: Case,
  finding: Finding | null,
  decision: Decision,
  deploymentId: string,
): TicketDraft {
  const roleName = parseRoleArn(found.roleArn)?.roleName ?? found.roleArn;
  const cause = causeOf(found, decision);
  return {
    fingerprint: found.fingerprint,
    title: plainText(
      `${signalTextsOf(found).lost}: ${roleName} is denied ${deniedThing(found)} (${found.account} ${found.region})`,
      TITLE_MAX,
    ),
    body: bodyOf(found, finding, decision, cause, { roleName, deploymentId }),
    severity: cause.severity,
    facts: factsOf(found, finding, decision, cause, roleName),
  };
}

function deniedThing(found: Case): string {
  const { denied } = signalTextsOf(found);
  return denied ?? `on ${found.logGroupName ?? 'its log target'}`;
}

/** What the ticket names beside the case. */
interface Named {
  readonly roleName: string;
  readonly deploymentId: string;
}

function bodyOf(found: Case, finding: Finding | null, decision: Decision, cause: Cause, named: Named): string {
  const repair = finding?.repair ?? null;
  const sections: readonly ((room: number) => string)[] = [
    () => summary(found, named.roleName),
    () => causeSection(cause, decision),
    () => (signalTextsOf(found).isOfSessions ? sessionsOf(found, finding) : ''),
    () => (finding?.signal === 'router' ? routerSectionOf(finding) : ''),
    () => checks(found, finding, named),
    () => (finding === null ? '' : evidenceOf(finding)),
    () => failedGuardrailsOf(decision),
    (room) => (repair === null ? '' : patchesOf(repair.policy, stackNameOf(finding), room)),
  ];
  return sections.reduce((body, render) => {
    const room = BODY_MAX - body.length - SEPARATOR.length;
    const section = render(room);
    // A section goes in whole or not at all: a cut one could leave a fence open, or half a command.
    return section === '' || section.length > room ? body : body === '' ? section : `${body}${SEPARATOR}${section}`;
  }, '');
}

function summary(found: Case, roleName: string): string {
  const cluster = found.clusterArn === null ? '' : ` in cluster ${markdownCode(found.clusterArn, NAME_MAX)}`;
  const { consequence } = signalTextsOf(found);
  return [
    `AWS denied the ${found.signal?.kind === 'awslogs-driver' ? 'task execution role' : 'task role'}`,
    `${markdownCode(roleName, NAME_MAX)}${cluster} ${whatWasDenied(found)}`,
    `(account ${markdownCode(found.account, 20)}, Region ${markdownCode(found.region, 50)}):`,
    `${found.count} ${found.count === 1 ? 'denial' : 'denials'}`,
    `between ${plainText(found.firstSeenAt, 40)} and ${plainText(found.lastSeenAt, 40)}.`,
    consequence,
  ].join(' ');
}

function whatWasDenied(found: Case): string {
  const { denied } = signalTextsOf(found);
  if (denied !== null) {
    return `${markdownCode(denied, NAME_MAX)}, which the delivery of ECS Exec sessions needs`;
  }
  const group = markdownCode(found.logGroupName ?? 'its log target', NAME_MAX);
  switch (found.signal?.kind) {
    case 'router': {
      const { routerName } = found.signal;
      const router =
        routerName === null ? 'a FireLens log router' : `the log router ${markdownCode(routerName, NAME_MAX)}`;
      return `the delivery of application logs by ${router} to ${group}`;
    }
    case 'awslogs-driver':
      return `the delivery of container logs to ${group}`;
    default:
      return `the delivery of ECS Exec transcripts to ${group}`;
  }
}

/** What the list of failed guardrails says further down is not said twice. */
function causeSection(cause: Cause, decision: Decision): string {
  const saidBelow = new Set(
    decision.guardrails.filter((result) => result.holds !== true).map((result) => result.detail),
  );
  const details = new Set(decision.reasons.map((reason) => reason.detail).filter((detail) => !saidBelow.has(detail)));
  return [
    '## Cause and owner',
    `${cause.what} **Owner: ${cause.owner}.**`,
    ...[...details].slice(0, 10).map((detail) => `- ${markdownText(detail, 500)}`),
  ].join('\n');
}

function checks(found: Case, finding: Finding | null, { roleName, deploymentId }: Named): string {
  const attached = isAttached(found, finding);
  const lines = [attached ? '## Check and undo' : '## Check'];
  const repair = finding?.repair ?? null;
  if (repair !== null) {
    lines.push(
      `After the change, ask IAM, then ${signalTextsOf(found).check}:`,
      markdownBlock('sh', simulateCommands(found.roleArn, found.region, repair.requiredCalls).join('\n')),
    );
  } else {
    lines.push(`After the change, ${signalTextsOf(found).check}.`);
  }
  if (attached) {
    const command = revertCommand(roleName, found.region, deploymentId);
    lines.push('To take our policy off the role again:', markdownBlock('sh', command));
  }
  return lines.join('\n');
}

function isAttached(found: Case, finding: Finding | null): boolean {
  const record = finding?.observation.attachedPolicy;
  return found.repairedAt !== null || (record?.kind === 'read' && record.value.revertedAt === null);
}

function stackNameOf(finding: Finding | null): string | null {
  const stack = finding?.observation.stack;
  return stack?.kind === 'read' ? stack.value.stackName : null;
}

/** A case keeps the last ones only. */
function sessionCountOf({ sessionIds }: Case): string {
  return sessionIds.length < MAX_SESSION_IDS ? String(sessionIds.length) : `${MAX_SESSION_IDS} or more`;
}

function factsOf(
  found: Case,
  finding: Finding | null,
  decision: Decision,
  cause: Cause,
  roleName: string,
): Readonly<Record<string, string>> {
  const person = finding?.session?.personArn ?? null;
  const facts = {
    account: found.account,
    region: found.region,
    role: roleName,
    logGroup: found.logGroupName ?? '',
    cluster: found.clusterArn ?? '',
    cause: cause.code,
    disposition: decision.disposition,
    denials: String(found.count),
    firstSeen: found.firstSeenAt,
    lastSeen: found.lastSeenAt,
    ...(signalTextsOf(found).isOfSessions ? { sessions: sessionCountOf(found) } : {}),
    ...(person === null ? {} : { people: person }),
  };
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, plainText(value, FACT_MAX)]));
}
