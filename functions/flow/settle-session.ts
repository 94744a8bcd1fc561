import {
  type AuditOptions,
  judgeSession,
  judgeWithoutLine,
  type SessionEvidence,
  type Settled,
} from '../domain/audit-session.ts';
import { postponedVerdict, settledVerdict } from '../domain/audited-verdict.ts';
import { canonicalJson } from '../domain/canonical.ts';
import { asDelivered } from '../domain/delivered-event.ts';
import { isHalfDelivered } from '../domain/incident.ts';
import { isUnrecorded, type LedgerLine, type SessionVerdict } from '../domain/ledger.ts';
import type { CaseStore, DelayQueue, LedgerLines, OpenCase, VerdictStore } from '../ports.ts';
import type { FindLoggingChange } from './logging-changes.ts';
import { type Order, orderMessage } from './own-messages.ts';
import { eventDigest } from './received-denial.ts';
import { type EvidencePorts, type ResolvedPlace, resolvePlace, withAnswer } from './session-evidence.ts';

/** All that settling one session works with. */
export interface SettlePorts extends EvidencePorts {
  readonly lines: LedgerLines;
  readonly verdicts: VerdictStore;
  readonly cases: Pick<CaseStore, 'findCase'>;
  /** The remediator's queue. */
  readonly orders: DelayQueue;
}

/** What one run knows once for all of its sessions. */
export interface AuditRun {
  readonly now: Date;
  readonly options: AuditOptions;
  readonly findLoggingChange: FindLoggingChange;
  readonly openCases: () => Promise<readonly OpenCase[]>;
}

/** How one look at a session ended. */
export type SessionLook =
  | { readonly kind: 'settled'; readonly verdict: SessionVerdict; readonly foundUndelivered: boolean }
  | { readonly kind: 'postponed'; readonly dueAt: string; readonly because: string }
  /** Another auditor was faster. */
  | { readonly kind: 'conflict' };

/** The remediator drops an order whose verdict is not settled: it shall find the one that is saved right after. */
const ORDER_DELAY_SECONDS = 60;

/**
 * Looks at one session that is due, and settles it if it can. Orders go out before the verdict is saved, so that an auditor that
 * is killed in between loses none: the next run sends them again.
 * @throws when the ledger's line cannot be read, or a read was throttled: the session stays due.
 */
export async function settleSession(verdict: SessionVerdict, run: AuditRun, ports: SettlePorts): Promise<SessionLook> {
  const line = await ports.lines.findLine(verdict.sessionId);
  if (line.kind === 'absent') return withoutLine(verdict, run, ports);
  if (line.kind === 'unreadable') {
    throw new Error(`the ledger's line of session ${verdict.sessionId}: ${line.because}`);
  }
  const place = await resolvePlace(line.value, ports.ecs, run.now);
  const judgement = await judgeInBothPlaces(line.value, place, run, ports);
  if (judgement.kind === 'open') {
    const { dueAt, because } = judgement;
    const saved = await ports.verdicts.saveVerdict(postponedVerdict(verdict, dueAt), verdict.version);
    return saved === 'saved' ? { kind: 'postponed', dueAt, because } : { kind: 'conflict' };
  }
  const loggingChange = await run.findLoggingChange(line.value.session, judgement.endedAt);
  const settled = settledVerdict(verdict, judgement, { ...place, loggingChange }, run.now);
  const isUndelivered = judgement.undelivered !== null && !(await isCounted(judgement, run, ports));
  if (isUndelivered) {
    await ports.orders.sendLater(JSON.stringify(asDelivered(judgement.undelivered)), 0);
  }
  for (const order of await ordersOf(settled, place, run)) {
    await ports.orders.sendLater(orderMessage(order), ORDER_DELAY_SECONDS);
  }
  const saved = await ports.verdicts.saveVerdict(settled, verdict.version);
  return saved === 'saved'
    ? { kind: 'settled', verdict: settled, foundUndelivered: isUndelivered && isAlwaysDelivered(settled) }
    : { kind: 'conflict' };
}

/** The rules of the calls before the shell are opt-in: that nobody delivered one of them is no fault. */
function isAlwaysDelivered({ state }: Pick<SessionVerdict, 'state'>): boolean {
  return state !== 'refused';
}

async function withoutLine(verdict: SessionVerdict, run: AuditRun, { verdicts }: SettlePorts): Promise<SessionLook> {
  const { taskRoleArn } = verdict;
  const settled = settledVerdict(verdict, judgeWithoutLine(), { taskRoleArn, loggingChange: null }, run.now);
  const saved = await verdicts.saveVerdict(settled, verdict.version);
  return saved === 'saved' ? { kind: 'settled', verdict: settled, foundUndelivered: false } : { kind: 'conflict' };
}

/** A denial that was folded into its case arrived, and left no note of its session. */
async function isCounted({ proof }: Settled, { options }: AuditRun, { cases }: SettlePorts): Promise<boolean> {
  const { fingerprint, eventId } = proof;
  if (fingerprint === null || eventId === null) return false;
  const found = await cases.findCase(fingerprint);
  return found?.recentEvents.includes(eventDigest(eventId, options.digest)) === true;
}

/**
 * Judges by the target as it was recorded, and where that shows nothing by the present one too: the cluster may have been changed
 * between the session's start and our record. The second look can only find a transcript, or wait for one.
 */
async function judgeInBothPlaces(line: LedgerLine, place: ResolvedPlace, run: AuditRun, ports: SettlePorts) {
  const judgement = await judge(line, place, run, ports);
  const isBlank = judgement.kind === 'settled' && (judgement.state === 'missing' || judgement.state === 'off');
  if (!isBlank || line.target.kind === 'unresolved') return judgement;
  const present = await resolvePlace({ ...line, target: ASK_AGAIN }, ports.ecs, run.now);
  if (present.target.kind !== 'target' || canonicalJson(present.target) === canonicalJson(place.target))
    return judgement;
  const again = await judge(line, { ...place, target: present.target }, run, ports);
  return again.kind === 'open' || again.state === 'recorded' ? again : judgement;
}

const ASK_AGAIN = { kind: 'unresolved', because: 'asked again' } as const;

async function judge(line: LedgerLine, { target }: ResolvedPlace, run: AuditRun, ports: SettlePorts) {
  let evidence: SessionEvidence = { target, transcript: null, note: null, lifetime: null, aftermath: null };
  for (;;) {
    const judgement = judgeSession(line, evidence, run.options, run.now);
    if (judgement.kind !== 'ask') return judgement;
    evidence = await withAnswer(judgement.question, line, evidence, ports, run.now);
  }
}

async function ordersOf(
  verdict: SessionVerdict,
  { target, taskRoleArn }: ResolvedPlace,
  run: AuditRun,
): Promise<readonly Order[]> {
  const { sessionId } = verdict;
  // A session with a denial has the case of its denial.
  const isOfItsOwn = isUnrecorded(verdict) && verdict.proof.fingerprint === null;
  const incident: readonly Order[] =
    isOfItsOwn || isHalfDelivered(verdict) || verdict.loggingChange !== null ? [{ kind: 'incident', sessionId }] : [];
  const logGroupName = target.kind === 'target' ? target.logGroupName : null;
  if (taskRoleArn === null || target.kind !== 'target' || !liesInPlace(verdict, logGroupName)) return incident;
  const repaired = (await run.openCases()).filter(
    (open) => open.roleArn === taskRoleArn && open.logGroupName === logGroupName,
  );
  return [...incident, ...repaired.map(({ fingerprint }): Order => ({ kind: 'delivered', fingerprint, sessionId }))];
}

/** A transcript that reached the bucket alone proves nothing about the log group that a case is about. */
function liesInPlace({ proof }: Pick<Settled, 'proof'>, logGroupName: string | null): boolean {
  return proof.transcript?.startsWith(logGroupName === null ? 's3://' : 'log-group:') === true;
}
