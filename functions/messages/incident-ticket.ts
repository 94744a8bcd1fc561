import { parseRoleArn } from '../domain/arn.ts';
import type { Case } from '../domain/case.ts';
import type { Incident } from '../domain/incident.ts';
import { deniedCalls, type IncidentRepair } from '../domain/incident-repair.ts';
import type { Language } from '../domain/language.ts';
import type { LedgerLine, SessionVerdict } from '../domain/ledger.ts';
import { personOf } from '../domain/person.ts';
import { parseClusterArn } from '../domain/task.ts';
import type { TicketDraft } from '../ports.ts';
import { acceptCommand, REPORT_COMMAND } from './commands.ts';
import { markdownBlock, markdownCode, markdownText, plainText } from './escape.ts';
import { phrasesIn } from './phrases/phrasebook.ts';
import type { IncidentPhrases, Phrases, SessionPhrases } from './phrases/phrases.ts';
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
export function incidentTicket(reported: ReportedIncident, language: Language): TicketDraft {
  const { found, incident, line } = reported;
  const { session } = line;
  const phrases = phrasesIn(language);
  const { titles, happened, report } = phrases.incident;
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
      `${titles[code]}: ${happened(code)} (${cluster}, ${session.account} ${session.region})`,
      TITLE_MAX,
    ),
    body: withPatches(
      [
        summary(reported, phrases),
        ...(isChange ? [] : [causes(incident, phrases)]),
        ...lackedCalls(reported.repair, phrases.incident),
        sessions(reported, phrases.sessions),
        ...(isChange || isHalf ? [] : [acceptance(reported, phrases.incident)]),
        `${report}\n${markdownBlock('sh', REPORT_COMMAND)}`,
      ].join('\n\n'),
      reported.repair,
      phrases,
    ),
    severity: incident.severity,
    facts: Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, plainText(value, FACT_MAX)])),
  };
}

/** IAM knows what no record tells: a denied write into a bucket is no management event. */
function lackedCalls(repair: IncidentRepair | null, words: IncidentPhrases): readonly string[] {
  if (repair === null || repair.simulation.kind === 'absent') return [];
  const heading = `## ${words.calls}`;
  if (repair.simulation.kind === 'unreadable') {
    return [`${heading}\n${words.notSimulated(markdownText(repair.simulation.because, 300))}`];
  }
  const denied = deniedCalls(repair);
  if (denied.length === 0) {
    return [`${heading}\n${words.allAllowed}`];
  }
  const lines = denied.map(({ action, resource, viaService }) => {
    const through = viaService === undefined ? null : markdownCode(viaService, NAME_MAX);
    return `- ${words.deniedCall(markdownCode(action, 100), markdownCode(resource, ARN_MAX * 2), through)}`;
  });
  return [[heading, words.denied, ...lines].join('\n')];
}

/** The whole repair, where something is denied: a part of it would be worse than none. */
function withPatches(body: string, repair: IncidentRepair | null, phrases: Phrases): string {
  if (repair === null || repair.repair === null || deniedCalls(repair).length === 0) return body;
  const patches = patchesOf(repair.repair.policy, repair.stackName, BODY_MAX - body.length - 2, phrases);
  return patches === '' ? body : `${body}\n\n${patches}`;
}

function summary({ line, incident }: ReportedIncident, phrases: Phrases): string {
  const { session } = line;
  const words = phrases.incident;
  const place = {
    cluster: markdownCode(session.clusterArn, ARN_MAX),
    account: markdownCode(session.account, 20),
    region: markdownCode(session.region, 50),
  };
  return words.summary(place, words.happened(incident.reason.code), meaningOf(incident, words));
}

function meaningOf({ reason }: Incident, words: IncidentPhrases): string {
  switch (reason.code) {
    case 'logging-changed':
      return words.changed(markdownText(reason.detail, 600));
    case 'half-delivered':
      return words.halfDelivered;
    default:
      return words.unreadable;
  }
}

function causes({ causes: found, reason }: Incident, phrases: Phrases): string {
  const shown = found.length === 0 ? [{ code: reason.code, detail: reason.detail }] : found.slice(0, MAX_CAUSES_SHOWN);
  return [
    `## ${phrases.incident.causes}`,
    ...shown.map(
      ({ code, detail }, at) =>
        `${at + 1}. ${markdownText(phrases.reason(code, detail), 700)} (${markdownCode(code, 100)})`,
    ),
  ].join('\n');
}

function sessions({ found, line, verdict }: ReportedIncident, words: SessionPhrases): string {
  const { session, sourceIdentity } = line;
  const person = personOf(session.personArn);
  const arn = session.personArn === null ? '' : ` (${markdownCode(session.personArn, ARN_MAX)})`;
  const others = found.sessionIds.filter((sessionId) => sessionId !== session.sessionId);
  const shown = others.slice(-MAX_SESSIONS_SHOWN);
  const opened = words.opened({
    sessionId: markdownCode(session.sessionId, NAME_MAX),
    person: `${markdownCode(person.name, NAME_MAX)}${arn}`,
    source: sourceIdentity === null ? null : markdownCode(sourceIdentity, NAME_MAX),
    startedAt: markdownText(session.startedAt, 40),
    endedAt: verdict.endedAt === null ? null : markdownText(verdict.endedAt, 40),
    container: markdownCode(session.containerName, NAME_MAX),
    task: markdownCode(session.taskArn, ARN_MAX),
  });
  return [
    `## ${words.heading}`,
    `- ${opened}`,
    ...shown.map((sessionId) => `- ${markdownCode(sessionId, NAME_MAX)}`),
    ...(others.length > shown.length ? [`- ${words.more(others.length - shown.length)}`] : []),
    ...(others.length > 0 ? ['', words.othersInReport] : []),
  ].join('\n');
}

function acceptance({ line, deploymentId }: ReportedIncident, words: IncidentPhrases): string {
  return [
    `## ${words.accept}`,
    words.howToAccept,
    markdownBlock('sh', acceptCommand(line.session.sessionId, line.session.region, deploymentId)),
  ].join('\n');
}
