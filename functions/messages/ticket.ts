import { parseRoleArn } from '../domain/arn.ts';
import { type Case, MAX_SESSION_IDS } from '../domain/case.ts';
import type { Decision } from '../domain/decision.ts';
import type { Finding } from '../domain/finding.ts';
import type { Language } from '../domain/language.ts';
import type { TicketDraft } from '../ports.ts';
import { type Cause, causeOf } from './cause.ts';
import { revertCommand, simulateCommands } from './commands.ts';
import { markdownBlock, markdownCode, markdownText, plainText } from './escape.ts';
import { phrasesIn } from './phrases/phrasebook.ts';
import type { Phrases, SignalTexts } from './phrases/phrases.ts';
import { routerSectionOf } from './router-evidence.ts';
import { signalTextsOf } from './signal-texts.ts';
import { evidenceOf, failedGuardrailsOf, sessionsOf } from './ticket-evidence.ts';
import { exclusiveWarningOf, patchesOf, removalCauseOf } from './ticket-patches.ts';

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
  language: Language,
): TicketDraft {
  const roleName = parseRoleArn(found.roleArn)?.roleName ?? found.roleArn;
  const cause = causeOf(found, decision, language);
  const { account, region } = found;
  const words = { phrases: phrasesIn(language), signal: signalTextsOf(found, language) };
  return {
    fingerprint: found.fingerprint,
    title: plainText(`${words.signal.lost}: ${deniedTitle(found, roleName, words)} (${account} ${region})`, TITLE_MAX),
    body: bodyOf(found, finding, decision, { roleName, deploymentId, cause }, words),
    severity: cause.severity,
    facts: factsOf(found, finding, decision, cause, roleName),
  };
}

/** What the ticket says around its names, and of its signal. */
interface Words {
  readonly phrases: Phrases;
  readonly signal: SignalTexts;
}

function deniedTitle({ logGroupName }: Case, roleName: string, { phrases, signal }: Words): string {
  const { title, unknownTarget } = phrases.ticket;
  return title(roleName, signal.denied === null ? { group: logGroupName ?? unknownTarget } : { call: signal.denied });
}

/** What the ticket names beside the case. */
interface Named {
  readonly roleName: string;
  readonly deploymentId: string;
  readonly cause: Cause;
}

function bodyOf(found: Case, finding: Finding | null, decision: Decision, named: Named, words: Words): string {
  const { phrases, signal } = words;
  const repair = finding?.repair ?? null;
  const sections: readonly ((room: number) => string)[] = [
    () => summary(found, named.roleName, words),
    () => causeSection(named.cause, decision, phrases),
    () => (signal.isOfSessions ? sessionsOf(found, finding, phrases) : ''),
    () => (finding?.signal === 'router' ? routerSectionOf(finding, phrases) : ''),
    () => checks(found, finding, named, words),
    () => ownPolicySection(found, finding, decision, phrases),
    () => (finding === null ? '' : evidenceOf(finding, phrases)),
    () => failedGuardrailsOf(decision, phrases),
    (room) => (repair === null ? '' : patchesOf(repair.policy, stackNameOf(finding), room, phrases)),
  ];
  return sections.reduce((body, render) => {
    const room = BODY_MAX - body.length - SEPARATOR.length;
    const section = render(room);
    // A section goes in whole or not at all: a cut one could leave a fence open, or half a command.
    return section === '' || section.length > room ? body : body === '' ? section : `${body}${SEPARATOR}${section}`;
  }, '');
}

function summary(found: Case, roleName: string, words: Words): string {
  return words.phrases.ticket.summary({
    isExecutionRole: found.signal?.kind === 'awslogs-driver',
    role: markdownCode(roleName, NAME_MAX),
    cluster: found.clusterArn === null ? null : markdownCode(found.clusterArn, NAME_MAX),
    denied: whatWasDenied(found, words),
    account: markdownCode(found.account, 20),
    region: markdownCode(found.region, 50),
    denials: found.count,
    first: markdownText(found.firstSeenAt, 40),
    last: markdownText(found.lastSeenAt, 40),
    consequence: words.signal.consequence,
  });
}

function whatWasDenied(found: Case, { phrases, signal }: Words): string {
  const { unknownTarget, deniedCall, deniedDelivery, deniedDriver, deniedRouter } = phrases.ticket;
  if (signal.denied !== null) {
    return deniedCall(markdownCode(signal.denied, NAME_MAX));
  }
  const group = markdownCode(found.logGroupName ?? unknownTarget, NAME_MAX);
  switch (found.signal?.kind) {
    case 'router': {
      const { routerName } = found.signal;
      return deniedRouter(routerName === null ? null : markdownCode(routerName, NAME_MAX), group);
    }
    case 'awslogs-driver':
      return deniedDriver(group);
    default:
      return deniedDelivery(group);
  }
}

/** What the list of failed guardrails says further down is not said twice. */
function causeSection(cause: Cause, decision: Decision, { ticket, reason }: Phrases): string {
  const saidBelow = new Set(
    decision.guardrails.filter((result) => result.holds !== true).map((result) => result.detail),
  );
  // Of two codes with one detail the later one is the more specific.
  const codes = new Map(
    decision.reasons.filter(({ detail }) => !saidBelow.has(detail)).map(({ code, detail }) => [detail, code]),
  );
  return [
    `## ${ticket.cause}`,
    `${cause.what} **${ticket.owner(cause.owner)}**`,
    ...[...codes].slice(0, 10).map(([detail, code]) => `- ${markdownText(reason(code, detail), 700)}`),
  ].join('\n');
}

function checks(
  found: Case,
  finding: Finding | null,
  { roleName, deploymentId }: Named,
  { phrases, signal }: Words,
): string {
  const { ticket } = phrases;
  const attached = isAttached(found, finding);
  const lines = [`## ${attached ? ticket.checkAndUndo : ticket.check}`];
  const repair = finding?.repair ?? null;
  if (repair !== null) {
    lines.push(
      ticket.askIamAnd(signal.check),
      markdownBlock('sh', simulateCommands(found.roleArn, found.region, repair.requiredCalls).join('\n')),
    );
  } else {
    lines.push(ticket.afterChange(signal.check));
  }
  if (attached) {
    const command = revertCommand(roleName, found.region, deploymentId);
    lines.push(ticket.undo, markdownBlock('sh', command));
  }
  return lines.join('\n');
}

/** Who takes our policy off the role, or has done so; empty where none of ours is known. */
function ownPolicySection(found: Case, finding: Finding | null, decision: Decision, phrases: Phrases): string {
  const stackName = stackNameOf(finding);
  const isPrepared = found.attachesPrepared === true;
  if (decision.reasons.some(({ code }) => code === 'policy-removed')) {
    return removalCauseOf(stackName, isPrepared, phrases);
  }
  return isAttached(found, finding) ? exclusiveWarningOf(stackName, isPrepared, phrases) : '';
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
