import { parseRoleArn } from '../domain/arn.ts';
import type { Case } from '../domain/case.ts';
import { type Incident, whatHappened } from '../domain/incident.ts';
import { deniedCalls, type IncidentRepair } from '../domain/incident-repair.ts';
import type { LedgerLine, SessionVerdict } from '../domain/ledger.ts';
import { personOf } from '../domain/person.ts';
import { parseClusterArn } from '../domain/task.ts';
import type { TicketDraft } from '../ports.ts';
import { acceptCommand, REPORT_COMMAND } from './commands.ts';
import { markdownBlock, markdownCode, markdownText, plainText } from './escape.ts';
import { patchesOf } from './ticket-patches.ts';

const TITLE_MAX = 200;
const NAME_MAX = 300;
const ARN_MAX = 700;
const FACT_MAX = 256;
const BODY_MAX = 20_000;
const MAX_CAUSES_SHOWN = 6;
const MAX_SESSIONS_SHOWN = 15;

/** What an incident's ticket tells of: the session that was settled last, and the case that counts it. */
export interface ReportedIncident {
  readonly found: Case;
  readonly incident: Incident;
  readonly line: LedgerLine;
  readonly verdict: SessionVerdict;
  /** What the role lacks; null where that was not looked at. */
  readonly repair: IncidentRepair | null;
  /** Stands in the command that people are given to accept the gap. */
  readonly deploymentId: string;
}

/** The ticket of an incident: what happened, who opened the session, why, and how a person accepts the gap. */
export function incidentTicket(reported: ReportedIncident): TicketDraft {
  const { found, incident, line } = reported;
  const { session } = line;
  const cluster = parseClusterArn(session.clusterArn)?.clusterName ?? session.clusterArn;
  const { code } = incident.reason;
  const isChange = code === 'logging-changed';
  const isHalf = code === 'half-delivered';
  const facts = {
    account: session.account,
    region: session.region,
    cluster: session.clusterArn,
    role: parseRoleArn(found.roleArn)?.roleName ?? found.roleArn,
    cause: incident.causes[0]?.code ?? incident.reason.code,
    incident: incident.reason.code,
    firstSeen: found.firstSeenAt,
    lastSeen: found.lastSeenAt,
    sessions: String(found.count),
    ...(session.personArn === null ? {} : { people: session.personArn }),
  };
  return {
    fingerprint: incident.fingerprint,
    title: plainText(
      `${titleOf(code)}: ${whatHappened(code)} (${cluster}, ${session.account} ${session.region})`,
      TITLE_MAX,
    ),
    body: withPatches(
      [
        summary(reported),
        ...(isChange ? [] : [causes(incident)]),
        ...lackedCalls(reported.repair),
        sessions(reported),
        ...(isChange || isHalf ? [] : [acceptance(reported)]),
        `See every session and what became of it:\n${markdownBlock('sh', REPORT_COMMAND)}`,
      ].join('\n\n'),
      reported.repair,
    ),
    severity: incident.severity,
    facts: Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, plainText(value, FACT_MAX)])),
  };
}

function titleOf(code: Incident['reason']['code']): string {
  switch (code) {
    case 'logging-changed':
      return 'ECS Exec logging changed';
    case 'half-delivered':
      return 'ECS Exec transcript in one place only';
    default:
      return 'Unrecorded ECS Exec session';
  }
}

/** IAM knows what no record tells: a denied write into a bucket is no management event. */
function lackedCalls(repair: IncidentRepair | null): readonly string[] {
  if (repair === null || repair.simulation.kind === 'absent') return [];
  const heading = '## What the task role may do';
  if (repair.simulation.kind === 'unreadable') {
    return [`${heading}\nThe simulation could not be read: ${markdownText(repair.simulation.because, 300)}.`];
  }
  const denied = deniedCalls(repair);
  if (denied.length === 0) {
    return [
      `${heading}\nThe simulation allows every call of the delivery: look at endpoint, bucket and key policies, and at the container.`,
    ];
  }
  return [
    [
      heading,
      'The simulation denies it these calls of the delivery; one that is missing loses the transcript:',
      ...denied.map(({ action, resource, viaService }) => {
        const through = viaService === undefined ? '' : ` through ${markdownCode(viaService, NAME_MAX)}`;
        return `- ${markdownCode(action, 100)} on ${markdownCode(resource, ARN_MAX * 2)}${through}`;
      }),
    ].join('\n'),
  ];
}

/** The whole repair, where something is denied: a part of it would be worse than none. */
function withPatches(body: string, repair: IncidentRepair | null): string {
  if (repair === null || repair.repair === null || deniedCalls(repair).length === 0) return body;
  const patches = patchesOf(repair.repair.policy, repair.stackName, BODY_MAX - body.length - 2);
  return patches === '' ? body : `${body}\n\n${patches}`;
}

function summary({ line, incident }: ReportedIncident): string {
  const { session } = line;
  const place =
    `In cluster ${markdownCode(session.clusterArn, ARN_MAX)} ` +
    `(account ${markdownCode(session.account, 20)}, Region ${markdownCode(session.region, 50)}),`;
  return `${place} ${whatHappened(incident.reason.code)}. ${meaningOf(incident)}`;
}

function meaningOf({ reason }: Incident): string {
  switch (reason.code) {
    case 'logging-changed':
      return `${markdownText(sentence(reason.detail), 600)} See that it was meant so, and who may call it.`;
    case 'half-delivered':
      return 'It can be read there; whoever looks in the other place finds nothing, and nothing tells them so.';
    default:
      return 'Nobody can read what was done in it, and the transcript does not come back.';
  }
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
