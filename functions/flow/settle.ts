import { losesTranscript } from '../domain/agent-denials.ts';
import {
  type Case,
  type CaseSignal,
  type Sighting,
  subjectOf,
  withAnnouncements,
  withSightings,
} from '../domain/case.ts';
import { afterOutcome, type CaseFacts, type Outcome, openCase } from '../domain/case-outcome.ts';
import { decide, dependsOnSession } from '../domain/decide.ts';
import type { Decision } from '../domain/decision.ts';
import type { CompanionCall, Denial } from '../domain/denial.ts';
import type { ExecSession } from '../domain/exec-session.ts';
import { claimedRoleArn, correlate, type Finding } from '../domain/finding.ts';
import { isOfAnotherTarget } from '../domain/guardrails/companion.ts';
import type { LogTarget } from '../domain/log-target.ts';
import type { Rules } from '../domain/mode.ts';
import type { Reading } from '../domain/observation.ts';
import { permittedPeople } from '../domain/people.ts';
import { signalOf } from '../domain/signal.ts';
import type { DelayQueue, DeniedSessions, ObservationPorts } from '../ports.ts';
import { accountRules } from './account-rules.ts';
import { type ActPorts, act } from './act.ts';
import { channelOfCase } from './case-channel.ts';
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
  /** null where the settings alone decided. */
  readonly finding: Finding | null;
  readonly found: Case;
}

/** Observe, correlate, decide, act, save, announce: the whole way of one denial, once its session is known or given up. */
export async function settle(
  { fingerprint, first, companions, before }: SessionDenials,
  session: Reading<ExecSession>,
  { rules: anywhere, owner }: { readonly rules: Rules; readonly owner: string },
  ports: SettlePorts,
): Promise<Completed> {
  const rules = await accountRules(anywhere, first.denial.account, ports);
  const now = ports.clock();
  const finding = await findingOf(first.denial, session, { fingerprint, before, rules, now }, ports);
  const decided = decide(first.denial, finding, rules, now);
  const facts = caseFactsOf(first.denial, { fingerprint, finding, before, decision: decided, rules });
  const sightings = sightingsOf([first, ...companions], ports.digest, now, finding?.session?.sessionId ?? null);
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
      language: rules.settings.language,
      event: first.event,
      settings: { ...rules.settings, people: permittedPeople(rules) },
    },
    ports,
  );
  if (finding?.session != null && losesTranscript(first.denial, finding.session, finding.target)) {
    // Before the case is saved: after it, a retry would only be counted. The first note of a session stands.
    const { sessionId } = finding.session;
    const { companion } = first.denial;
    const call = companion === undefined ? {} : { companion };
    await ports.denied.noteDeniedSession({ sessionId, fingerprint, eventId: first.eventId, ...call });
  }
  const saved = await saveOutcome(before, { fingerprint, facts, sightings, decision, outcome, rules }, ports);
  return { kind: 'completed', decision, outcome, finding, found: saved };
}

interface Judged {
  readonly fingerprint: string;
  readonly before: Case | null;
  readonly rules: Rules;
  readonly now: Date;
}

/** The execution role is never repaired, so that its denials are decided without a read. */
async function findingOf(
  denial: Denial,
  session: Reading<ExecSession>,
  { fingerprint, before, rules, now }: Judged,
  ports: SettlePorts,
): Promise<Finding | null> {
  if (signalOf(denial) === 'awslogs-driver') {
    return null;
  }
  const declaredTargets = rules.settings.fireLens.targets;
  const withGroupTags = rules.settings.ownerTag !== null;
  const observation = await observe(denial, session, ports, { now, withGroupTags, declaredTargets });
  return correlate(denial, fingerprint, observation, before, declaredTargets);
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
  const asked = askedOf(before);
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
    if (outcome.kind === 'proposed' && askedOf(base) !== asked) {
      throw new RetryLater('people were asked, or answered, while this was decided');
    }
  }
  throw new RetryLater('other invocations kept changing the case');
}

/** What people were last asked, and how far that has come: an answer may be carried out by now. */
function askedOf(found: Case | null): string {
  return `${found?.proposal?.proposalId} ${found?.proposal?.state} ${found?.state}`;
}

interface DecidedDenial {
  readonly fingerprint: string;
  readonly finding: Finding | null;
  readonly before: Case | null;
  readonly decision: Decision;
  readonly rules: Rules;
}

/** What a decided denial's case is made of besides its sightings. */
export function caseFactsOf(
  denial: Denial,
  { fingerprint, finding, before, decision, rules }: DecidedDenial,
): CaseFacts {
  const { cluster = null, role = null } = finding?.observation ?? {};
  return {
    ...factsOf(fingerprint, denial, finding),
    chatChannel: channelOfCase(rules, { account: denial.account ?? '', cluster, role }, before),
    sessionDependent: finding !== null && dependsOnSession(decision, finding, rules),
  };
}

function factsOf(
  fingerprint: string,
  denial: Denial,
  finding: Finding | null,
): Omit<CaseFacts, 'sessionDependent' | 'chatChannel'> {
  const role = finding?.observation.role;
  const cluster = finding?.observation.cluster;
  const signal = caseSignalOf(denial, finding);
  return {
    fingerprint,
    account: denial.account ?? '',
    region: denial.region ?? '',
    roleArn: role?.kind === 'read' ? role.value.roleArn : (claimedRoleArn(denial) ?? denial.principalArn ?? ''),
    roleId: denial.roleId ?? '',
    logGroupName: placeOf(finding)?.logGroupName ?? denial.logGroupName,
    clusterArn: cluster?.kind === 'read' ? cluster.value.clusterArn : null,
    ...(signal === null ? {} : { signal }),
    decidedFor: subjectOf(denial),
  };
}

/**
 * A companion's call names no group: the case is about its session's place, so that the next transcript there can prove it repaired.
 * null where none is known, or the call went elsewhere: a forged one is answered by no transcript.
 */
function placeOf(finding: Finding | null): LogTarget | null {
  const { signal, target = null } = finding ?? {};
  return finding !== null && signal === 'exec-companion' && target?.kind === 'target' && !isOfAnotherTarget(finding)
    ? target
    : null;
}

function caseSignalOf(denial: Denial, finding: Finding | null): CaseSignal | null {
  switch (signalOf(denial)) {
    case 'router': {
      const router = finding?.router ?? null;
      const createsGroup = router?.kind === 'router-target' && router.createsGroup;
      return { kind: 'router', routerName: router?.routerName ?? null, createsGroup };
    }
    case 'awslogs-driver':
      return { kind: 'awslogs-driver' };
    case 'exec-companion':
      return denial.companion === undefined ? null : companionSignalOf(denial.companion, placeOf(finding));
    default:
      return null;
  }
}

/** The bucket stands in for the group where there is none. */
function companionSignalOf(companion: CompanionCall, place: LogTarget | null): CaseSignal {
  const bucketName = place?.logGroupName === null ? place.bucket?.name : undefined;
  return { kind: 'exec-companion', companion, ...(bucketName === undefined ? {} : { bucketName }) };
}
