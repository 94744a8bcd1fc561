import { type Case, type Sighting, subjectOf, withAnnouncements, withSightings } from '../domain/case.ts';
import { afterOutcome, type CaseFacts, type Outcome, openCase } from '../domain/case-outcome.ts';
import { decide, dependsOnSession } from '../domain/decide.ts';
import type { Decision } from '../domain/decision.ts';
import type { ExecSession } from '../domain/exec-session.ts';
import { claimedRoleArn, correlate, type Finding } from '../domain/finding.ts';
import type { Rules } from '../domain/mode.ts';
import type { Reading } from '../domain/observation.ts';
import type { DelayQueue, DeniedSessions, ObservationPorts } from '../ports.ts';
import { type ActPorts, act } from './act.ts';
import { announce } from './notify.ts';
import { observe } from './observe.ts';
import { type ReceivedDenial, sightingsOf } from './received-denial.ts';
import { RetryLater } from './retry-later.ts';

const MAX_SAVE_ATTEMPTS = 5;

export interface SettlePorts extends ObservationPorts, ActPorts {
  readonly cases: ActPorts['cases'];
  readonly queue: DelayQueue;
  readonly denied: Pick<DeniedSessions, 'noteDeniedSession'>;
}

/** The denials of one session, and the case as it was read before them. */
export interface SessionDenials {
  readonly fingerprint: string;
  readonly first: ReceivedDenial;
  readonly companions: readonly ReceivedDenial[];
  readonly before: Case | null;
}

/** A decision that was carried out and saved. */
export interface Completed {
  readonly kind: 'completed';
  readonly decision: Decision;
  readonly outcome: Outcome;
  readonly finding: Finding;
  readonly found: Case;
}

/** Observe, correlate, decide, act, save, announce: the whole way of one denial, once its session is known or given up. */
export async function settle(
  { fingerprint, first, companions, before }: SessionDenials,
  session: Reading<ExecSession>,
  { rules, owner }: { readonly rules: Rules; readonly owner: string },
  ports: SettlePorts,
): Promise<Completed> {
  const now = ports.clock();
  const observation = await observe(first.denial, session, ports, {
    now,
    withGroupTags: rules.settings.ownerTag !== null,
  });
  const finding = correlate(first.denial, fingerprint, observation, before);
  const decided = decide(first.denial, finding, rules, now);
  const facts = { ...factsOf(finding), sessionDependent: dependsOnSession(decided, finding, rules) };
  const sightings = sightingsOf([first, ...companions], ports.digest, now);
  const counted =
    before === null
      ? openCase(facts, sightings, decided, now, rules.settingsVersion)
      : withSightings(before, sightings);
  const { decision, outcome } = await act(
    {
      decision: decided,
      finding,
      found: { ...counted, reasons: decided.reasons, disposition: decided.disposition },
      eventId: first.eventId,
      owner,
      writesPerHour: Math.min(rules.settings.limits.writesPerHour, rules.ceiling.writesPerHour),
    },
    ports,
  );
  if (finding.session !== null) {
    // Before the case is saved: after it, a retry would only be counted. The first note of a session stands.
    const { sessionId } = finding.session;
    await ports.denied.noteDeniedSession({ sessionId, fingerprint, eventId: first.eventId });
  }
  const saved = await saveOutcome(before, { fingerprint, facts, sightings, decision, outcome, rules }, ports);
  return { kind: 'completed', decision, outcome, finding, found: saved };
}

interface SettledFacts {
  readonly fingerprint: string;
  readonly facts: CaseFacts;
  readonly sightings: readonly Sighting[];
  readonly decision: Decision;
  readonly outcome: Outcome;
  readonly rules: Rules;
}

/** Saves what became of the case. Another worker may have counted meanwhile, so a conflict is answered by reading again. */
async function saveOutcome(before: Case | null, settled: SettledFacts, ports: SettlePorts): Promise<Case> {
  const { fingerprint, facts, sightings, decision, outcome, rules } = settled;
  let base = before;
  for (let attempt = 0; attempt < MAX_SAVE_ATTEMPTS; attempt += 1) {
    const now = ports.clock();
    const counted =
      base === null ? openCase(facts, sightings, decision, now, rules.settingsVersion) : withSightings(base, sightings);
    const changed = afterOutcome(counted, base === null, decision, outcome, facts, now, rules.settingsVersion);
    const next = { ...withAnnouncements(changed, now), version: (base?.version ?? 0) + 1 };
    if ((await ports.cases.saveCase(next, base?.version ?? null)) === 'saved') {
      await announce(next, now, ports.queue);
      return next;
    }
    base = (await ports.cases.findCase(fingerprint)) ?? null;
  }
  throw new RetryLater('other invocations kept changing the case');
}

function factsOf({ denial, fingerprint, observation }: Finding): Omit<CaseFacts, 'sessionDependent'> {
  const { role, cluster } = observation;
  return {
    fingerprint,
    account: denial.account ?? '',
    region: denial.region ?? '',
    roleArn: role.kind === 'read' ? role.value.roleArn : (claimedRoleArn(denial) ?? denial.principalArn ?? ''),
    roleId: denial.roleId ?? '',
    logGroupName: denial.logGroupName,
    clusterArn: cluster.kind === 'read' ? cluster.value.clusterArn : null,
    decidedFor: subjectOf(denial),
  };
}
