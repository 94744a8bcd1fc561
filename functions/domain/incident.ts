import { canonicalJson, type Digest } from './canonical.ts';
import type { Case } from './case.ts';
import type { Reason } from './decision.ts';
import { isUnrecorded, type LedgerLine, type LoggingChange, type SessionCause, type SessionVerdict } from './ledger.ts';

/** The reason codes of incidents: a case with one of them first is an incident's, and no later transcript settles it. */
export const INCIDENT_CODES = [
  'unrecorded-missing',
  'unrecorded-refused',
  'unrecorded-off',
  'unrecorded-outside-exec',
  'half-delivered',
  'logging-changed',
] as const;

export type IncidentCode = (typeof INCIDENT_CODES)[number];

/** Something about a session that people should know of: it left no transcript, or only half of one, or its cluster's logging was changed. */
export interface Incident {
  /** One case for each cluster, state and first cause, for each role that delivers by halves, or for each change of logging. */
  readonly fingerprint: string;
  readonly reason: Reason & { readonly code: IncidentCode };
  readonly severity: 'high' | 'medium';
  /** The likeliest first; empty for a change of logging. */
  readonly causes: readonly SessionCause[];
}

type UnrecordedState = 'missing' | 'refused' | 'off' | 'outside-exec';

const WHAT_HAPPENED: Readonly<Record<UnrecordedState, string>> = {
  missing: 'the session ended, and no transcript of it arrived',
  refused: 'the agent refused to deliver the transcript of the session',
  off: 'the cluster records no sessions, and the settings do not list it as meant so',
  'outside-exec': 'the shell was opened past ECS Exec, which records nothing',
};

/**
 * What a settled session gives cause for: nothing, one incident or two. A denied session has the case of its denial, as has a
 * refused one whose denial is known, and an open one is none yet.
 */
export function incidentsOf(line: LedgerLine, verdict: SessionVerdict, digest: Digest): readonly Incident[] {
  if (verdict.settledAt === null || verdict.state === 'open') {
    return [];
  }
  const { state, causes, loggingChange } = verdict;
  const unrecorded =
    isUnrecorded(verdict) && isOfItsOwn(state) && !hasCase(verdict)
      ? [
          {
            fingerprint: fingerprint(line, [state, causes[0]?.code ?? null], digest),
            reason: { code: `unrecorded-${state}`, detail: causes[0]?.detail ?? WHAT_HAPPENED[state] } as const,
            // Who opens a shell past ECS Exec chose a way that records nothing.
            severity: state === 'outside-exec' ? ('high' as const) : ('medium' as const),
            causes,
          },
        ]
      : [];
  const changed =
    loggingChange === null
      ? []
      : [
          {
            fingerprint: fingerprint(line, ['logging-changed', nameOf(loggingChange)], digest),
            reason: { code: 'logging-changed', detail: sentenceOf(loggingChange) } as const,
            severity: 'high' as const,
            causes: [],
          },
        ];
  return [...unrecorded, ...halves(line, verdict, digest), ...changed];
}

/** The case of a denial tells more than an incident could, and closes once a transcript arrives. */
function hasCase({ proof }: Pick<SessionVerdict, 'proof'>): boolean {
  return proof.fingerprint !== null;
}

/** Whether one of two places lacks the transcript, and no denial tells why: whoever looks there finds nothing. */
export function isHalfDelivered({ state, causes, proof }: Pick<SessionVerdict, 'state' | 'causes' | 'proof'>): boolean {
  return (
    state === 'recorded' &&
    HALF_CAUSES.includes(causes[0]?.code ?? '') &&
    // The other place could not be looked at: it may well hold the transcript.
    !causes.some(({ code }) => code === 'target-unreadable') &&
    !hasCase({ proof })
  );
}

const HALF_CAUSES: readonly string[] = ['only-bucket', 'only-log-group'];

function halves(line: LedgerLine, verdict: SessionVerdict, digest: Digest): readonly Incident[] {
  const { causes } = verdict;
  const role = line.taskRoleArn ?? verdict.taskRoleArn;
  return isHalfDelivered(verdict)
    ? [
        {
          fingerprint: fingerprint(line, ['half-delivered', role, causes[0]?.code ?? null], digest),
          reason: { code: 'half-delivered', detail: causes[0]?.detail ?? whatHappened('half-delivered') },
          severity: 'medium',
          causes,
        },
      ]
    : [];
}

/** Whether a case is an incident's. Its gap stays until a person accepts it: a repair or a later transcript closes nothing. */
export function isIncident({ reasons }: Pick<Case, 'reasons'>): boolean {
  const codes: readonly string[] = INCIDENT_CODES;
  return codes.includes(reasons[0]?.code ?? '');
}

/** What happened to the session, in a sentence without its end. */
export function whatHappened(code: IncidentCode): string {
  switch (code) {
    case 'unrecorded-missing':
      return WHAT_HAPPENED.missing;
    case 'unrecorded-refused':
      return WHAT_HAPPENED.refused;
    case 'unrecorded-off':
      return WHAT_HAPPENED.off;
    case 'unrecorded-outside-exec':
      return WHAT_HAPPENED['outside-exec'];
    case 'half-delivered':
      return 'the transcript of the session arrived in one of its two places only';
    case 'logging-changed':
      return 'the exec logging of the cluster was changed within a day before the session';
  }
}

function isOfItsOwn(state: SessionVerdict['state']): state is UnrecordedState {
  return Object.hasOwn(WHAT_HAPPENED, state);
}

/** CloudTrail gives every record an id; a change without one is named by its time and author. */
function nameOf({ eventId, changedAt, changedBy }: LoggingChange): unknown {
  return eventId ?? [changedAt, changedBy];
}

function sentenceOf({ changedAt, changedBy, logging }: LoggingChange): string {
  const what = logging === null ? 'was changed' : `was set to ${logging}`;
  return `the exec logging of the cluster ${what} at ${changedAt} by ${changedBy ?? 'somebody unknown'}`;
}

function fingerprint({ session }: LedgerLine, parts: readonly unknown[], digest: Digest): string {
  const { account, region, clusterArn } = session;
  return digest(canonicalJson(['incident', account, region, clusterArn, ...parts])).slice(0, 32);
}
