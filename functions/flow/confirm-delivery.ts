import type { Case } from '../domain/case.ts';
import { withNews } from '../domain/case-outcome.ts';
import { type DeliveryEvidence, disproofOf } from '../domain/delivery.ts';
import { isMuted, type Rules } from '../domain/mode.ts';
import { deliveryEvidence } from '../messages/closing-evidence.ts';
import type { CaseStore, LedgerLines, TicketSystem, VerdictStore } from '../ports.ts';
import { type ChangePorts, changeCase } from './change-case.ts';
import { ended, type OrderEnd } from './order-end.ts';
import type { Order } from './own-messages.ts';

export interface ConfirmPorts extends ChangePorts {
  readonly cases: CaseStore;
  readonly lines: LedgerLines;
  readonly verdicts: Pick<VerdictStore, 'findVerdict'>;
  readonly tickets: TicketSystem;
}

/**
 * Believes a repair once a later session's transcript arrived: the case becomes `verified`, its policy proved, its ticket closed.
 * All of it is derived from the case, the line and the verdict, each of which another function alone may write.
 */
export async function confirmDelivery(
  { fingerprint, sessionId }: Extract<Order, { kind: 'delivered' }>,
  rules: Rules,
  ports: ConfirmPorts,
): Promise<OrderEnd> {
  const [found, verdict, line] = await Promise.all([
    ports.cases.findCase(fingerprint),
    ports.verdicts.findVerdict(sessionId),
    ports.lines.findLine(sessionId),
  ]);
  if (found === undefined || verdict === undefined || line.kind !== 'read') {
    return ended('void', 'there is no such case or session');
  }
  if (found.signal?.kind === 'router' || found.signal?.kind === 'awslogs-driver') {
    return ended('void', 'a transcript proves nothing about the logs of an application');
  }
  const evidence = { line: line.value, verdict };
  const disproof = disproofOf(found, evidence);
  if (disproof !== null) {
    return ended('void', disproof);
  }
  // A denial that is counted meanwhile makes the evidence older than the case.
  const saved = await changeCase(
    fingerprint,
    (current, now) =>
      current === null || current.state === 'verified' || disproofOf(current, evidence) !== null
        ? null
        : verified(current, evidence, now, rules),
    ports,
  );
  if (saved?.state !== 'verified') {
    return ended('void', 'the case went on meanwhile');
  }
  await markProved(saved, sessionId, ports);
  if (saved.ticketId === null) {
    return ended('verified', `session ${sessionId} was recorded`);
  }
  await ports.tickets.closeTicket(saved.ticketId, deliveryEvidence(evidence, rules.settings.language));
  return ended('verified', `session ${sessionId} was recorded`, { ticketsClosed: [saved.ticketId] });
}

function verified(found: Case, { line }: DeliveryEvidence, now: Date, rules: Rules): Case {
  const { sessionId, startedAt } = line.session;
  return withNews(
    found,
    {
      state: 'verified',
      disposition: found.disposition,
      reasons: [
        {
          code: 'transcript-delivered',
          detail: `the transcript of session ${sessionId}, opened ${startedAt}, arrived in the ${found.logGroupName === null ? 'bucket' : 'log group'}`,
        },
      ],
    },
    now,
    rules.settingsVersion,
    isMuted(rules, found, now),
  );
}

/** The first session that proved the policy stands. Whoever changed the record meanwhile knows more; the next proof will do. */
async function markProved({ roleId, fingerprint }: Case, sessionId: string, { cases }: ConfirmPorts): Promise<void> {
  const record = roleId === '' ? undefined : await cases.findAttachedPolicy(roleId);
  if (record === undefined || record.provedBy !== null || record.revertedAt !== null) {
    return;
  }
  if (record.fingerprints.includes(fingerprint)) {
    await cases.saveAttachedPolicy({ ...record, provedBy: sessionId, version: record.version + 1 }, record.version);
  }
}
