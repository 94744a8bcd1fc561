import { canonicalJson, type Digest } from '../domain/canonical.ts';
import { type Case, type Sighting, withSightings } from '../domain/case.ts';
import { afterOutcome, type CaseFacts, type Outcome, openCase } from '../domain/case-outcome.ts';
import type { Decision, Reason } from '../domain/decision.ts';
import { type Incident, incidentsOf } from '../domain/incident.ts';
import { deniedReasons, type IncidentRepair } from '../domain/incident-repair.ts';
import type { LedgerLine, SessionVerdict } from '../domain/ledger.ts';
import { effectiveMode, mutedBecause, type Rules } from '../domain/mode.ts';
import type { ObservedCluster, Reading } from '../domain/observation.ts';
import { incidentTicket } from '../messages/incident-ticket.ts';
import type { LedgerLines, TicketSystem, VerdictStore } from '../ports.ts';
import { type AccountRulesPorts, accountRules } from './account-rules.ts';
import { channelOfCase } from './case-channel.ts';
import { type ChangePorts, changeCase } from './change-case.ts';
import { type IncidentRepairPorts, incidentRepair } from './incident-repair.ts';
import { ended, type OrderEnd } from './order-end.ts';
import type { Order } from './own-messages.ts';

export interface ReportPorts extends ChangePorts, IncidentRepairPorts, AccountRulesPorts {
  readonly cases: ChangePorts['cases'] & IncidentRepairPorts['cases'];
  readonly lines: LedgerLines;
  readonly verdicts: Pick<VerdictStore, 'findVerdict'>;
  readonly tickets: TicketSystem;
  readonly digest: Digest;
  readonly deploymentId: string;
}

/**
 * Makes cases of what a settled session gives cause for, with a ticket and a notice as the mode allows. The mode is that of the
 * account under the ceiling: tags of cluster and role do not lower it, because they mute repairs and their messages, and a session
 * outside the record is neither. The cluster's tags only choose the channel.
 */
export async function reportIncident(
  { sessionId }: Extract<Order, { kind: 'incident' }>,
  rules: Rules,
  ports: ReportPorts,
): Promise<OrderEnd> {
  const verdict = await ports.verdicts.findVerdict(sessionId);
  const line = await ports.lines.findLine(sessionId);
  if (verdict === undefined || line.kind !== 'read') {
    return ended('void', 'the ledger does not know the session');
  }
  const incidents = incidentsOf(line.value, verdict, ports.digest);
  if (incidents.length === 0) {
    return ended('void', `the session is ${verdict.state}, and gives no cause for an incident`);
  }
  const placed = await accountRules(rules, line.value.session.account, ports);
  const opened: string[] = [];
  for (const incident of incidents) {
    opened.push(...(await report(incident, line.value, verdict, placed, ports)));
  }
  return ended('reported', incidents.map(({ reason }) => reason.code).join(', '), { ticketsOpened: opened });
}

/** The tickets that it opened. A session that the case counts already was reported whole before: the case is saved last. */
async function report(
  incident: Incident,
  line: LedgerLine,
  verdict: SessionVerdict,
  rules: Rules,
  ports: ReportPorts,
): Promise<readonly string[]> {
  const { fingerprint } = incident;
  const now = ports.clock();
  const sighting = {
    event: ports.digest(canonicalJson(['session', verdict.sessionId])).slice(0, 12),
    sessionId: verdict.sessionId,
    seenAt: line.session.startedAt,
  };
  const before = (await ports.cases.findCase(fingerprint)) ?? null;
  if (before !== null && isCounted(before, sighting)) {
    // Only a notice that was never announced may be left to do.
    await changeCase(fingerprint, () => null, ports);
    return [];
  }
  const { account } = line.session;
  const cluster = await routingCluster(line, rules, ports);
  // An incident is about a cluster: which role its task had does not decide who is told.
  const chatChannel = channelOfCase(rules, { account, cluster, role: null }, before);
  const facts = { ...factsOf(incident, line, verdict), chatChannel };
  const judged = decisionOf(incident, facts, rules, now);
  // What only a ticket shows is read only for one.
  const isTicket = judged.disposition === 'open-ticket';
  const repair = isTicket ? await incidentRepair(incident, line, verdict, ports, now) : null;
  const decision = repair === null ? judged : withReasons(judged, deniedReasons(repair));
  const outcome = await carryOut(counted(before, facts, sighting, decision, now, rules), incident, decision, {
    line,
    verdict,
    repair,
    rules,
    ports,
  });
  await changeCase(
    fingerprint,
    (found, at) =>
      found !== null && isCounted(found, sighting)
        ? null
        : afterOutcome(
            counted(found, facts, sighting, decision, at, rules),
            found === null,
            decision,
            outcome,
            facts,
            at,
            rules.settingsVersion,
          ),
    ports,
  );
  return outcome.kind === 'ticketed' && outcome.opened ? [outcome.ticketId] : [];
}

/** The cluster, where a route of the settings asks for its tags; else nobody has to be asked. */
async function routingCluster(
  { session }: LedgerLine,
  { settings }: Rules,
  { ecs }: Pick<ReportPorts, 'ecs'>,
): Promise<Reading<ObservedCluster> | null> {
  const isAsked = settings.slack?.routes.some(({ clusterTag }) => clusterTag !== undefined) === true;
  return isAsked ? ecs.findCluster(session.clusterArn) : null;
}

function isCounted(found: Case, sighting: Sighting): boolean {
  return withSightings(found, [sighting]) === found;
}

function counted(
  found: Case | null,
  facts: CaseFacts,
  sighting: Sighting,
  decision: Decision,
  now: Date,
  rules: Rules,
): Case {
  return found === null
    ? openCase(facts, [sighting], decision, now, rules.settingsVersion)
    : withSightings(found, [sighting]);
}

async function carryOut(
  found: Case,
  incident: Incident,
  decision: Decision,
  evidence: {
    readonly line: LedgerLine;
    readonly verdict: SessionVerdict;
    readonly repair: IncidentRepair | null;
    readonly rules: Rules;
    readonly ports: ReportPorts;
  },
): Promise<Outcome> {
  switch (decision.disposition) {
    case 'open-ticket': {
      const { line, verdict, repair, rules, ports } = evidence;
      const tells = { found, incident, line, verdict, repair, deploymentId: ports.deploymentId };
      const draft = incidentTicket(tells, rules.settings.language);
      return { kind: 'ticketed', ...(await ports.tickets.fileTicket(draft)) };
    }
    case 'suppress':
      return { kind: 'suppressed' };
    default:
      return { kind: 'observed' };
  }
}

function decisionOf({ reason, causes }: Incident, { account, roleArn }: CaseFacts, rules: Rules, now: Date): Decision {
  const mode = effectiveMode(rules, account, []);
  const muted = mutedBecause(rules, mode, roleArn, now);
  const others = causes.slice(1).map(({ code, detail }) => ({ code, detail }));
  return {
    disposition: muted !== null ? 'suppress' : mode.mode === 'observe' ? 'observe' : 'open-ticket',
    mode: mode.mode,
    // The incident's own code stands first, also of a muted one: by it a case is known to be an incident's.
    reasons: [reason, ...others, ...(muted === null ? [] : [muted])],
    guardrails: [],
    policy: null,
  };
}

/** Behind the incident's own code: by that a case is known to be an incident's. */
function withReasons(decision: Decision, added: readonly Reason[]): Decision {
  const [own, ...others] = decision.reasons;
  return own === undefined ? decision : { ...decision, reasons: [own, ...added, ...others] };
}

function factsOf({ fingerprint }: Incident, line: LedgerLine, verdict: SessionVerdict): CaseFacts {
  const { account, region, clusterArn, sessionId } = line.session;
  return {
    fingerprint,
    account,
    region,
    // ECS may have been read only after the session was recorded.
    roleArn: line.taskRoleArn ?? verdict.taskRoleArn ?? '',
    roleId: '',
    // Without a group, no later transcript is compared with it.
    logGroupName: null,
    clusterArn,
    decidedFor: sessionId,
    sessionDependent: false,
  };
}
