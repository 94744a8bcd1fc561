import { parseRoleArn } from '../domain/arn.ts';
import type { Case } from '../domain/case.ts';
import { type Incident, whatHappened } from '../domain/incident.ts';
import type { LedgerLine, SessionVerdict } from '../domain/ledger.ts';
import { personOf } from '../domain/person.ts';
import { parseClusterArn } from '../domain/task.ts';
import type { TicketDraft } from '../ports.ts';
import { acceptCommand, REPORT_COMMAND } from './commands.ts';
import { markdownBlock, markdownCode, markdownText, plainText } from './escape.ts';

const TITLE_MAX = 200;
const NAME_MAX = 300;
const ARN_MAX = 700;
const FACT_MAX = 256;
const MAX_CAUSES_SHOWN = 6;
const MAX_SESSIONS_SHOWN = 15;

/** What an incident's ticket tells of: the session that was settled last, and the case that counts it. */
export interface ReportedIncident {
  readonly found: Case;
  readonly incident: Incident;
  readonly line: LedgerLine;
  readonly verdict: SessionVerdict;
  /** Stands in the command that people are given to accept the gap. */
  readonly deploymentId: string;
}

/** The ticket of an incident: what happened, who opened the session, why, and how a person accepts the gap. */
export function incidentTicket(reported: ReportedIncident): TicketDraft {
  const { found, incident, line } = reported;
  const { session } = line;
  const cluster = parseClusterArn(session.clusterArn)?.clusterName ?? session.clusterArn;
  const isChange = incident.reason.code === 'logging-changed';
  const title = isChange ? 'ECS Exec logging changed' : 'Unrecorded ECS Exec session';
  const facts = {
    account: session.account,
    region: session.region,
    cluster: session.clusterArn,
    role: parseRoleArn(found.roleArn)?.roleName ?? found.roleArn,
    cause: incident.causes[0]?.code ?? incident.reason.code,
    incident: incident.reason.code,
    sessions: String(found.count),
  };
  return {
    fingerprint: incident.fingerprint,
    title: plainText(
      `${title}: ${whatHappened(incident.reason.code)} (${cluster}, ${session.account} ${session.region})`,
      TITLE_MAX,
    ),
    body: [
      summary(reported, isChange),
      ...(isChange ? [] : [causes(incident)]),
      sessions(reported),
      ...(isChange ? [] : [acceptance(reported)]),
      `See every session and what became of it:\n${markdownBlock('sh', REPORT_COMMAND)}`,
    ].join('\n\n'),
    severity: incident.severity,
    facts: Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, plainText(value, FACT_MAX)])),
  };
}

function summary({ line, incident }: ReportedIncident, isChange: boolean): string {
  const { session } = line;
  const place =
    `In cluster ${markdownCode(session.clusterArn, ARN_MAX)} ` +
    `(account ${markdownCode(session.account, 20)}, Region ${markdownCode(session.region, 50)}),`;
  const lines = [`${place} ${whatHappened(incident.reason.code)}.`];
  lines.push(
    isChange
      ? `${markdownText(sentence(incident.reason.detail), 600)} See that it was meant so, and who may call it.`
      : 'Nobody can read what was done in it, and the transcript does not come back.',
  );
  return lines.join(' ');
}

function causes({ causes: found, reason }: Incident): string {
  const shown = found.length === 0 ? [{ code: reason.code, detail: reason.detail }] : found.slice(0, MAX_CAUSES_SHOWN);
  return [
    '## Why, the likeliest first',
    ...shown.map(({ code, detail }, at) => `${at + 1}. ${markdownText(detail, 500)} (${markdownCode(code, 100)})`),
  ].join('\n');
}

function sessions({ found, line, verdict }: ReportedIncident): string {
  const { session, sourceIdentity } = line;
  const person = personOf(session.personArn);
  const source = sourceIdentity === null ? '' : `, source identity ${markdownCode(sourceIdentity, NAME_MAX)}`;
  const arn = session.personArn === null ? '' : ` (${markdownCode(session.personArn, ARN_MAX)})`;
  const end = verdict.endedAt === null ? '' : `, ended ${markdownText(verdict.endedAt, 40)}`;
  const others = found.sessionIds.filter((sessionId) => sessionId !== session.sessionId);
  const shown = others.slice(-MAX_SESSIONS_SHOWN);
  return [
    '## Sessions',
    `- ${markdownCode(session.sessionId, NAME_MAX)} by ${markdownCode(person.name, NAME_MAX)}${arn}${source}, ` +
      `opened ${markdownText(session.startedAt, 40)}${end}, ` +
      `container ${markdownCode(session.containerName, NAME_MAX)} of task ${markdownCode(session.taskArn, ARN_MAX)}`,
    ...shown.map((sessionId) => `- ${markdownCode(sessionId, NAME_MAX)}`),
    ...(others.length > shown.length ? [`- and ${others.length - shown.length} more`] : []),
    ...(others.length > 0 ? ['', 'Who opened the other sessions stands in the report.'] : []),
  ].join('\n');
}

function acceptance({ line, deploymentId }: ReportedIncident): string {
  return [
    '## Accept the gap',
    'It stays open until a person other than the one of the session accepts it; repairing the cause closes nothing. For each session:',
    markdownBlock('sh', acceptCommand(line.session.sessionId, line.session.region, deploymentId)),
  ].join('\n');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
