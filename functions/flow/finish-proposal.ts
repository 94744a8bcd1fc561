import type { Digest } from '../domain/canonical.ts';
import type { Case, CaseProposal } from '../domain/case.ts';
import { afterOutcome } from '../domain/case-outcome.ts';
import { decideApproved } from '../domain/decide-approved.ts';
import { type Decision, loweredToTicket, type Reason } from '../domain/decision.ts';
import type { Denial } from '../domain/denial.ts';
import { correlate, type Finding } from '../domain/finding.ts';
import { fingerprintOf } from '../domain/fingerprint.ts';
import { parseDenial } from '../domain/parse-denial.ts';
import { permittedPeople } from '../domain/people.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { EventLeases } from '../ports.ts';
import { accountRules } from './account-rules.ts';
import { act } from './act.ts';
import { changeCase } from './change-case.ts';
import { observeApproved } from './observe-approved.ts';
import type { Invocation } from './remediate.ts';
import { RetryLater } from './retry-later.ts';
import { type Completed, caseFactsOf, type SettlePorts } from './settle.ts';

export interface FinishPorts extends SettlePorts {
  readonly leases: EventLeases;
}

/** How a proposal ends: by the answer that was stored, or by none. */
export type ProposalEnding = 'approved' | 'rejected' | 'expired';

/** A proposal that came to its end now. */
export interface FinishedProposal {
  readonly kind: 'finished';
  readonly ending: ProposalEnding;
  readonly proposal: Proposal;
  /** As it stands now. */
  readonly found: Case;
  /** null: a denial's decision had ended the case before the answer was carried out. */
  readonly completed: Completed | null;
}

/** `done`: nothing was left to do; the case has ended it before, or asks for something else by now. */
export type ProposalFinish = FinishedProposal | { readonly kind: 'done' };

/** Longer than a function runs. */
const LEASE_SECONDS = 60;

/** No id of an event holds a colon: whoever can make up events leases no proposal with them. */
const leaseIdOf = ({ proposalId }: Proposal) => `proposal:${proposalId}`;

/**
 * Carries out what became of a proposal: the approved plan is attached as ever, if it still is what would be right; everything else
 * is a ticket, or nothing where the role is allowed by now. One invocation at a time; repeating it is harmless.
 * @throws RetryLater while another one is at it; TrackerLater where the ticket system is away.
 */
export async function finishProposal(
  proposal: Proposal,
  invocation: Invocation,
  ports: FinishPorts,
): Promise<ProposalFinish> {
  const { fingerprint } = proposal;
  const leaseId = leaseIdOf(proposal);
  const claim = await ports.leases.claim(leaseId, invocation.owner, ports.clock(), LEASE_SECONDS);
  if (claim === 'in-progress') throw new RetryLater('another invocation carries out the answer to this proposal');
  try {
    const ending = endingOf(proposal);
    const found = (await ports.cases.findCase(fingerprint)) ?? null;
    if (claim === 'done' || found === null || isOver(found, proposal, ending)) {
      // Only a notice that was never announced may be left to do.
      await changeCase(fingerprint, () => null, ports);
      await ports.leases.complete(leaseId, invocation.owner, ports.clock());
      // Of an answer that the case shows, somebody has to tell.
      const isUntold = claim === 'claimed' && proposal.answer !== null && found?.proposal?.state === ending;
      return isUntold && isAbout(found, proposal)
        ? { kind: 'finished', ending, proposal, found, completed: null }
        : { kind: 'done' };
    }
    const completed = await carryOut(proposal, ending, found, invocation, ports);
    await ports.leases.complete(leaseId, invocation.owner, ports.clock());
    return { kind: 'finished', ending, proposal, found: completed.found, completed };
  } catch (error) {
    // The lease would end by itself; the error that brought us here is the one to report.
    await ports.leases.release(leaseId, invocation.owner).catch(() => undefined);
    throw error;
  }
}

/** The case's own view of a proposal, once it has ended so; any other proposal of the case stays as it is. */
export function withEnding(found: Case, proposal: Proposal): Case {
  const current = found.proposal;
  if (current?.proposalId !== proposal.proposalId) return found;
  const { slackUserId = null, clickedAt = null } = proposal.answer ?? {};
  const ended: CaseProposal = {
    ...current,
    state: endingOf(proposal),
    answeredBy: slackUserId,
    answeredAt: clickedAt,
  };
  return { ...found, proposal: ended };
}

function endingOf({ answer }: Proposal): ProposalEnding {
  if (answer === null) return 'expired';
  return answer.action === 'approve' ? 'approved' : 'rejected';
}

function isOver(found: Case, proposal: Proposal, ending: ProposalEnding): boolean {
  return !isAbout(found, proposal) || (found.proposal?.state === ending && found.state !== 'proposed');
}

function isAbout(found: Case, { proposalId }: Proposal): boolean {
  return found.proposal?.proposalId === proposalId;
}

async function carryOut(
  proposal: Proposal,
  ending: ProposalEnding,
  found: Case,
  { rules: anywhere, owner }: Invocation,
  ports: FinishPorts,
): Promise<Completed> {
  const { fingerprint } = proposal;
  const denial = denialOf(proposal, ports.digest);
  const rules = await accountRules(anywhere, denial.account, ports);
  const finding = await findingOf(proposal, denial, found, rules, ports);
  const decided = decidedFor(proposal, ending, denial, finding, rules, ports);
  const { decision, outcome } = await act(
    {
      decision: decided,
      finding,
      found: { ...found, reasons: decided.reasons, disposition: decided.disposition },
      eventId: proposal.proposalId,
      owner,
      writesPerHour: Math.min(rules.settings.limits.writesPerHour, rules.ceiling.writesPerHour),
      language: rules.settings.language,
      event: proposal.evidence.event,
      settings: { ...rules.settings, people: permittedPeople(rules) },
    },
    ports,
  );
  const facts = caseFactsOf(denial, { fingerprint, finding, before: found, decision, rules });
  const saved = await changeCase(
    fingerprint,
    (current, now) =>
      current === null
        ? null
        : afterOutcome(withEnding(current, proposal), false, decision, outcome, facts, now, rules.settingsVersion),
    ports,
  );
  return { kind: 'completed', decision, outcome, finding, found: saved ?? found };
}

/** @throws Error where the row is not what we wrote. */
function denialOf({ fingerprint, evidence }: Proposal, digest: Digest): Denial {
  const parsed = parseDenial(evidence.event);
  if (parsed.kind === 'refusal' || fingerprintOf(parsed.denial, digest) !== fingerprint) {
    throw new Error(`The evidence of a proposal for the case ${fingerprint} is not of this case.`);
  }
  return parsed.denial;
}

async function findingOf(
  { evidence, fingerprint }: Proposal,
  denial: Denial,
  found: Case,
  rules: Invocation['rules'],
  ports: FinishPorts,
): Promise<Finding> {
  const { targets: declaredTargets } = rules.settings.fireLens;
  const withGroupTags = rules.settings.ownerTag !== null;
  const options = { now: ports.clock(), withGroupTags, declaredTargets };
  const observation = await observeApproved(denial, evidence, ports, options);
  return correlate(denial, fingerprint, observation, found, declaredTargets);
}

/** What a person rejected, or nobody answered, is a ticket where it would be a repair; it never is more than the mode allows. */
function decidedFor(
  proposal: Proposal,
  ending: ProposalEnding,
  denial: Denial,
  finding: Finding,
  rules: Invocation['rules'],
  { clock, digest }: FinishPorts,
): Decision {
  const decision = decideApproved(denial, finding, rules, clock(), { proposal, digest });
  if (ending === 'approved') return decision;
  const asksPeople = decision.policy !== null || decision.disposition === 'open-ticket';
  return asksPeople ? loweredToTicket(decision, reasonOf(proposal)) : decision;
}

function reasonOf({ answer, proposedAt, expiresAt }: Proposal): Reason {
  return answer === null
    ? { code: 'proposal-expired', detail: `nobody answered the proposal of ${proposedAt} before its end, ${expiresAt}` }
    : {
        code: 'proposal-rejected',
        detail: `the Slack user ${answer.slackUserId} rejected the repair at ${answer.clickedAt}`,
      };
}
