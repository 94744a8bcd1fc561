import type { Case, CaseState } from '../domain/case.ts';
import { type CaseNews, isToldOf, withNews } from '../domain/case-outcome.ts';
import type { Reason, RemediationPolicy } from '../domain/decision.ts';
import { effectiveMode, isMuted, mutedBecause, type Rules } from '../domain/mode.ts';
import type { AttachedPolicy, Tags } from '../domain/observation.ts';
import { policyTicket } from '../messages/policy-ticket.ts';
import type { CaseStore, TicketSystem } from '../ports.ts';
import { type ChangePorts, changeCase } from './change-case.ts';

export interface PolicyCasePorts extends ChangePorts {
  readonly cases: CaseStore;
  readonly tickets: TicketSystem;
  readonly deploymentId: string;
}

/** What is told about a policy of ours, and to whom it is muted. */
export interface PolicyTidings {
  readonly record: AttachedPolicy;
  readonly reason: Reason;
  /** The patch of the ticket. */
  readonly policy: RemediationPolicy | null;
  readonly stackName: string | null;
  readonly roleTags: Tags;
  readonly rules: Rules;
}

/** States that say "the policy does its work": news about the policy replace them, and never somebody's open question. */
const QUIET_STATES: ReadonlySet<CaseState> = new Set(['repaired', 'unverified', 'verified', 'closed']);

/** Whether a case's last word was about the policy itself. */
export function isQuiet({ state, reasons }: Case): boolean {
  return QUIET_STATES.has(state) || /^(policy|removal)-/.test(reasons[0]?.code ?? '');
}

/** The cases that a policy repairs, the one that its last write was announced for last. */
export async function casesOf({ fingerprints }: AttachedPolicy, cases: CaseStore): Promise<readonly Case[]> {
  const found = await Promise.all(fingerprints.map((fingerprint) => cases.findCase(fingerprint)));
  return found.filter((candidate) => candidate !== undefined);
}

/**
 * Files a ticket for each of the cases and tells of it, as the mode allows; below it, the case is kept as observed or muted. What
 * was told before is not told again, whatever became of its ticket. The tickets that were opened.
 */
export async function ticketCases(
  cases: readonly Case[],
  tidings: PolicyTidings,
  ports: PolicyCasePorts,
): Promise<readonly string[]> {
  const { record, reason, policy, stackName, roleTags, rules } = tidings;
  const opened: string[] = [];
  for (const found of cases) {
    const mode = effectiveMode(rules, found.account, [roleTags]);
    const muted = mutedBecause(rules, mode, record.roleArn, ports.clock());
    const news: CaseNews = {
      state: muted !== null ? 'suppressed' : mode.mode === 'observe' ? 'observed' : 'ticketed',
      disposition: muted !== null ? 'suppress' : mode.mode === 'observe' ? 'observe' : 'open-ticket',
      reasons: muted === null ? [reason] : [reason, muted],
    };
    if (news.state !== 'ticketed' || isToldOf(found, news)) {
      await tell(found.fingerprint, news, rules, ports);
      continue;
    }
    const { deploymentId } = ports;
    const tells = { found, reason, policyName: record.policyName, policy, stackName, deploymentId };
    const draft = policyTicket(tells, rules.settings.language);
    const ticket = await ports.tickets.fileTicket(draft);
    const { ticketId, ticketUrl } = ticket;
    await tell(found.fingerprint, { ...news, ticketId, ticketUrl }, rules, ports);
    if (ticket.opened) {
      opened.push(ticket.ticketId);
    }
  }
  return opened;
}

/** Closes the cases, each with a notice, and their tickets with the evidence. The tickets that were closed. */
export async function closeCases(
  cases: readonly Case[],
  reason: Reason,
  evidence: string,
  rules: Rules,
  ports: PolicyCasePorts,
): Promise<readonly string[]> {
  const closed: string[] = [];
  for (const { fingerprint } of cases) {
    const saved = await tell(
      fingerprint,
      { state: 'closed', disposition: 'not-applicable', reasons: [reason] },
      rules,
      ports,
    );
    if (saved?.state === 'closed' && saved.ticketId !== null) {
      await ports.tickets.closeTicket(saved.ticketId, evidence);
      closed.push(saved.ticketId);
    }
  }
  return closed;
}

/** Saves news of a case, once, with a notice unless the settings mute its role. */
export async function tell(
  fingerprint: string,
  news: CaseNews,
  rules: Rules,
  ports: ChangePorts,
): Promise<Case | null> {
  return changeCase(
    fingerprint,
    (found, now) =>
      found === null || isToldOf(found, news)
        ? null
        : withNews(found, news, now, rules.settingsVersion, isMuted(rules, found, now)),
    ports,
  );
}
