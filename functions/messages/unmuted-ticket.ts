import { parseRoleArn } from '../domain/arn.ts';
import type { Case } from '../domain/case.ts';
import type { Reason } from '../domain/decision.ts';
import { isIncident } from '../domain/incident.ts';
import type { TicketDraft } from '../ports.ts';
import { causeOf } from './cause.ts';
import { acceptCommand, REPORT_COMMAND, revertCommand } from './commands.ts';
import { markdownBlock, markdownCode, markdownText, plainText } from './escape.ts';
import { ticketDraft } from './ticket.ts';

const TITLE_MAX = 200;
const NAME_MAX = 520;
const FACT_MAX = 256;
const MAX_REASONS_SHOWN = 8;
const MAX_SESSIONS_SHOWN = 15;
/** What may be an attack, or somebody's own doing. */
const HIGH_INCIDENTS: readonly string[] = ['unrecorded-outside-exec', 'logging-changed'];

/** The ticket of a case whose suppression has ended, from what the case itself knows; its reasons are those after it. */
export function unmutedTicket(found: Case, reasons: readonly Reason[], deploymentId: string): TicketDraft {
  const [first] = reasons;
  if (first === undefined || first.code === 'suppression-expired') {
    const decision = { disposition: 'open-ticket', mode: 'ticket', reasons, guardrails: [], policy: null } as const;
    return ticketDraft(found, null, decision, deploymentId);
  }
  const { account, region } = found;
  const roleName = parseRoleArn(found.roleArn)?.roleName ?? found.roleArn;
  const ofIncident = isIncident({ reasons });
  const cause = causeOf(found, { reasons: [first] });
  const facts = {
    account,
    region,
    role: roleName,
    cluster: found.clusterArn ?? '',
    cause: first.code,
    ...(ofIncident ? { sessions: String(found.count) } : {}),
  };
  return {
    fingerprint: found.fingerprint,
    title: plainText(`ECS Exec, no longer muted: ${first.detail} (${roleName}, ${account} ${region})`, TITLE_MAX),
    body: [
      summary(found, roleName),
      whySection(reasons),
      ofIncident ? gapSection(found, deploymentId) : undoSection(found, roleName, deploymentId),
      `See every session and what became of it:\n${markdownBlock('sh', REPORT_COMMAND)}`,
    ]
      .filter((section) => section !== '')
      .join('\n\n'),
    severity: ofIncident ? (HIGH_INCIDENTS.includes(first.code) ? 'high' : 'medium') : cause.severity,
    facts: Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, plainText(value, FACT_MAX)])),
  };
}

function summary({ account, region, clusterArn, firstSeenAt, lastSeenAt }: Case, roleName: string): string {
  const cluster = clusterArn === null ? '' : ` in cluster ${markdownCode(clusterArn, NAME_MAX)}`;
  return (
    `Messages about the role ${markdownCode(roleName, NAME_MAX)}${cluster} (account ${markdownCode(account, 20)}, Region ` +
    `${markdownCode(region, 50)}) were suppressed, and are no more. This is what they were about, ` +
    `seen between ${plainText(firstSeenAt, 40)} and ${plainText(lastSeenAt, 40)}.`
  );
}

function whySection(reasons: readonly Reason[]): string {
  return [
    '## What is known',
    ...reasons
      .slice(-MAX_REASONS_SHOWN)
      .map(({ code, detail }) => `- ${markdownText(detail, 500)} (${markdownCode(code, 100)})`),
  ].join('\n');
}

/** Of an incident: repairing the cause closes no gap. */
function gapSection({ sessionIds, region }: Case, deploymentId: string): string {
  const last = sessionIds.at(-1);
  if (last === undefined) return '';
  const more = sessionIds.length - MAX_SESSIONS_SHOWN;
  return [
    '## Sessions',
    ...sessionIds.slice(-MAX_SESSIONS_SHOWN).map((sessionId) => `- ${markdownCode(sessionId, 300)}`),
    ...(more > 0 ? [`- and ${more} more`] : []),
    '',
    'A person other than the one of the session accepts a gap with a reason, for each session:',
    markdownBlock('sh', acceptCommand(last, region, deploymentId)),
  ].join('\n');
}

/** Of a policy that we attached. */
function undoSection({ region }: Case, roleName: string, deploymentId: string): string {
  return [
    '## What to do',
    'Add the permission to the code of the role. To take our policy off by hand, where it still stands:',
    markdownBlock('sh', revertCommand(roleName, region, deploymentId)),
  ].join('\n');
}
