import { sha256 } from '../adapters/digest.ts';
import { withSightings } from '../domain/case.ts';
import { afterOutcome, type Outcome, openCase } from '../domain/case-outcome.ts';
import type { Decision } from '../domain/decision.ts';
import type { Denial } from '../domain/denial.ts';
import type { Finding } from '../domain/finding.ts';
import { fingerprintOf } from '../domain/fingerprint.ts';
import { openProposal } from '../domain/proposal.ts';
import { sightingsOf } from '../flow/received-denial.ts';
import { caseFactsOf } from '../flow/settle.ts';
import { slackMessage } from '../messages/slack.ts';
import { ticketDraft } from '../messages/ticket.ts';
import type { ChatMessage, TicketDraft } from '../ports.ts';
import { type Judging, judgeDenial } from './judge-denial.ts';
import { sampleTicketId } from './preview-places.ts';

const MILLISECONDS_PER_HOUR = 3_600_000;
/** Where the settings name none yet: people look at a message before they set up a bot. */
const SAMPLE_CHANNEL = '#channel';
/** The real one is random and known once somebody is asked. */
const SAMPLE_PROPOSAL_ID = 'a-sample-which-nobody-can-answer';

/** What people would be told of a denial. */
export interface Told {
  readonly decision: Decision;
  /** Null where no ticket would be filed. */
  readonly draft: TicketDraft | null;
  /** Null where nobody would be sent a message. */
  readonly message: ChatMessage | null;
  /** The bot's channel by the settings; null where they name none: a webhook knows its own. */
  readonly channel: string | null;
}

/** What a denial would tell people, by the judgement and the case of the remediator's own flow. Files and sends nothing. */
export async function toldOf(denial: Denial, judging: Judging, deploymentId: string): Promise<Told> {
  const { rules, nowOf } = judging;
  const now = nowOf(denial);
  const { finding, decision } = await judgeDenial(denial, judging);
  const before = finding?.found ?? null;
  const fingerprint = finding?.fingerprint ?? fingerprintOf(denial, sha256);
  const facts = caseFactsOf(denial, { fingerprint, finding, before, decision, rules });
  const received = { denial, eventId: denial.eventId ?? fingerprint, event: null, attempt: 0, folded: null };
  const sightings = sightingsOf([received], sha256, now, finding?.session?.sessionId ?? null);
  const counted =
    before === null
      ? openCase(facts, sightings, decision, now, rules.settingsVersion)
      : withSightings(before, sightings);
  const ticketId = before?.ticketId ?? sampleTicketId(rules.settings, fingerprint);
  const outcome = outcomeOf(decision, finding, {
    now,
    ticket: { ticketId, opened: before === null },
    proposalTtlHours: rules.settings.limits.proposalTtlHours,
  });
  const after = afterOutcome(counted, before === null, decision, outcome, facts, now, rules.settingsVersion);
  const notice = after.outbox.length > counted.outbox.length ? after.outbox.at(-1) : undefined;
  const filed = { ...counted, reasons: decision.reasons, disposition: decision.disposition };
  // Only a bot asks; a webhook takes no answers.
  const isAsked = outcome.kind === 'proposed';
  return {
    decision,
    draft:
      outcome.kind === 'ticketed' ? ticketDraft(filed, finding, decision, deploymentId, rules.settings.language) : null,
    message: notice === undefined ? null : slackMessage(after, notice, deploymentId),
    channel: after.chatChannel ?? rules.settings.slack?.channel ?? (isAsked ? SAMPLE_CHANNEL : null),
  };
}

/**
 * What carrying out the decision comes to where AWS, Slack and the ticket system take what they are given, and somebody can be asked
 * (`flow/act.ts`).
 */
function outcomeOf(
  decision: Decision,
  finding: Finding | null,
  {
    now,
    ticket,
    proposalTtlHours,
  }: {
    readonly now: Date;
    readonly ticket: { readonly ticketId: string; readonly opened: boolean };
    readonly proposalTtlHours: number;
  },
): Outcome {
  switch (decision.disposition) {
    case 'attach-policy':
      return { kind: 'attached', attachedAt: now.toISOString() };
    case 'propose-policy': {
      const expiresAt = new Date(now.getTime() + proposalTtlHours * MILLISECONDS_PER_HOUR).toISOString();
      const asked = { proposalId: SAMPLE_PROPOSAL_ID, expiresAt };
      const proposal = openProposal(asked, decision.policy, finding?.session ?? null);
      return { kind: 'proposed', proposal, isNew: true };
    }
    case 'open-ticket':
      return { kind: 'ticketed', ...ticket };
    case 'observe':
      return { kind: 'observed' };
    case 'suppress':
      return { kind: 'suppressed' };
    case 'not-applicable': {
      const record = finding?.observation.attachedPolicy;
      return decision.reasons[0]?.code === 'already-repaired' && record?.kind === 'read'
        ? { kind: 'joined', repairedAt: record.value.attachedAt }
        : { kind: 'closed' };
    }
  }
}
