import type { Case } from '../domain/case.ts';
import type { Outcome } from '../domain/case-outcome.ts';
import { type Decision, loweredToTicket } from '../domain/decision.ts';
import type { Finding } from '../domain/finding.ts';
import type { Language } from '../domain/language.ts';
import { ticketDraft } from '../messages/ticket.ts';
import type { TicketSystem } from '../ports.ts';
import { type AttachPorts, type AttachRequest, attach, confirm, type Lowered, lowered } from './attach.ts';
import { isRejected, type ProposePorts, type ProposeRequest, propose } from './propose.ts';

/** What carrying out a decision needs. */
export interface ActPorts extends AttachPorts, ProposePorts {
  readonly tickets: TicketSystem;
  /** Stands in the command that people are given to revert. */
  readonly deploymentId: string;
}

export interface Act extends AttachRequest, ProposeRequest {
  readonly decision: Decision;
  /** The case as it will be: the ticket shows its count. */
  readonly found: Case;
  /** In which people are told. */
  readonly language: Language;
}

/** The outcome, and the decision as it was carried out: a refused write lowers it to a ticket. */
export interface Acted {
  readonly decision: Decision;
  readonly outcome: Outcome;
}

/** Carries out a decision: one write, a proposal, a ticket, or nothing. Repeating it is harmless. */
export async function act(request: Act, ports: ActPorts): Promise<Acted> {
  const { decision, finding } = request;
  switch (decision.disposition) {
    case 'attach-policy':
      return carriedOut(
        request,
        (await isRejected(request.found, ports))
          ? lowered('proposal-rejected', 'a person rejected the repair of this cause')
          : await attach(request, decision.policy, ports),
        ports,
      );
    case 'propose-policy':
      return carriedOut(request, await propose(request, decision.policy, ports), ports);
    case 'open-ticket':
      return { decision, outcome: await ticket(request, decision, ports) };
    case 'observe':
      return { decision, outcome: { kind: 'observed' } };
    case 'suppress':
      return { decision, outcome: { kind: 'suppressed' } };
    case 'not-applicable':
      return { decision, outcome: await join(decision, finding, ports) };
  }
}

async function ticket(request: Act, decision: Decision, ports: ActPorts): Promise<Outcome> {
  const draft = ticketDraft(request.found, request.finding, decision, ports.deploymentId, request.language);
  return { kind: 'ticketed', ...(await ports.tickets.fileTicket(draft)) };
}

/** A denial of a case that is repaired joins it; a write that a killed Lambda left unconfirmed is confirmed here. */
async function join(decision: Decision, finding: Finding | null, ports: ActPorts): Promise<Outcome> {
  const record = finding?.observation.attachedPolicy;
  if (decision.reasons[0]?.code !== 'already-repaired' || record?.kind !== 'read') {
    return { kind: 'closed' };
  }
  if (record.value.confirmedAt === null) {
    await confirm(record.value, ports);
  }
  return { kind: 'joined', repairedAt: record.value.attachedAt };
}

/** What could not be carried out as it was decided is a ticket with the reason. */
async function carriedOut(request: Act, done: Outcome | Lowered, ports: ActPorts): Promise<Acted> {
  if (done.kind !== 'lowered') return { decision: request.decision, outcome: done };
  const decision = loweredToTicket(request.decision, done.reason);
  return { decision, outcome: await ticket(request, decision, ports) };
}
