import { parseRoleArn } from '../domain/arn.ts';
import type { Case } from '../domain/case.ts';
import type { Reason } from '../domain/decision.ts';
import { isIncident } from '../domain/incident.ts';
import type { Language } from '../domain/language.ts';
import type { TicketDraft } from '../ports.ts';
import { causeOf } from './cause.ts';
import { acceptCommand, REPORT_COMMAND, revertCommand } from './commands.ts';
import { markdownBlock, markdownCode, markdownText, plainText } from './escape.ts';
import { phrasesIn } from './phrases/phrasebook.ts';
import type { Phrases } from './phrases/phrases.ts';
import { ticketDraft } from './ticket.ts';

const TITLE_MAX = 200;
const NAME_MAX = 520;
const FACT_MAX = 256;
const MAX_REASONS_SHOWN = 8;
const MAX_SESSIONS_SHOWN = 15;
/** What may be an attack, or somebody's own doing. */
const HIGH_INCIDENTS: readonly string[] = ['unrecorded-outside-exec', 'logging-changed'];

/** The ticket of a case whose suppression has ended, from what the case itself knows; its reasons are those after it. */
export function unmutedTicket(
  found: Case,
  reasons: readonly Reason[],
  deploymentId: string,
  language: Language,
): TicketDraft {
  const [first] = reasons;
  if (first === undefined || first.code === 'suppression-expired') {
    const decision = { disposition: 'open-ticket', mode: 'ticket', reasons, guardrails: [], policy: null } as const;
    return ticketDraft(found, null, decision, deploymentId, language);
  }
  const { account, region } = found;
  const phrases = phrasesIn(language);
  const roleName = parseRoleArn(found.roleArn)?.roleName ?? found.roleArn;
  const ofIncident = isIncident({ reasons });
  const cause = causeOf(found, { reasons: [first] }, language);
  const facts = {
    account,
    region,
    role: roleName,
    cluster: found.clusterArn ?? '',
    cause: first.code,
    ...(ofIncident ? { sessions: String(found.count) } : {}),
  };
  const what = phrases.unmuted.title(phrases.reason(first.code, first.detail));
  return {
    fingerprint: found.fingerprint,
    title: plainText(`${what} (${roleName}, ${account} ${region})`, TITLE_MAX),
    body: [
      summary(found, roleName, phrases),
      whySection(reasons, phrases),
      ofIncident ? gapSection(found, deploymentId, phrases) : undoSection(found, roleName, deploymentId, phrases),
      `${phrases.incident.report}\n${markdownBlock('sh', REPORT_COMMAND)}`,
    ]
      .filter((section) => section !== '')
      .join('\n\n'),
    severity: ofIncident ? (HIGH_INCIDENTS.includes(first.code) ? 'high' : 'medium') : cause.severity,
    facts: Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, plainText(value, FACT_MAX)])),
  };
}

function summary(found: Case, roleName: string, { unmuted }: Phrases): string {
  const { account, region, clusterArn, firstSeenAt, lastSeenAt } = found;
  const place = {
    role: markdownCode(roleName, NAME_MAX),
    account: markdownCode(account, 20),
    region: markdownCode(region, 50),
  };
  const cluster = clusterArn === null ? null : markdownCode(clusterArn, NAME_MAX);
  return unmuted.summary(place, cluster, markdownText(firstSeenAt, 40), markdownText(lastSeenAt, 40));
}

function whySection(reasons: readonly Reason[], phrases: Phrases): string {
  return [
    `## ${phrases.unmuted.known}`,
    ...reasons
      .slice(-MAX_REASONS_SHOWN)
      .map(({ code, detail }) => `- ${markdownText(phrases.reason(code, detail), 700)} (${markdownCode(code, 100)})`),
  ].join('\n');
}

/** Of an incident: repairing the cause closes no gap. */
function gapSection({ sessionIds, region }: Case, deploymentId: string, { sessions, unmuted }: Phrases): string {
  const last = sessionIds.at(-1);
  if (last === undefined) return '';
  const more = sessionIds.length - MAX_SESSIONS_SHOWN;
  return [
    `## ${sessions.heading}`,
    ...sessionIds.slice(-MAX_SESSIONS_SHOWN).map((sessionId) => `- ${markdownCode(sessionId, 300)}`),
    ...(more > 0 ? [`- ${sessions.more(more)}`] : []),
    '',
    unmuted.howToAccept,
    markdownBlock('sh', acceptCommand(last, region, deploymentId)),
  ].join('\n');
}

/** Of a policy that we attached. */
function undoSection({ region }: Case, roleName: string, deploymentId: string, { policy, unmuted }: Phrases): string {
  return [
    `## ${policy.whatToDo}`,
    unmuted.undo,
    markdownBlock('sh', revertCommand(roleName, region, deploymentId)),
  ].join('\n');
}
