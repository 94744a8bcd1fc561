import type { LedgerTarget, SessionCause } from './ledger.ts';
import { causeOf, type SessionCauseCode } from './session-causes.ts';
import type { PlaceFinding } from './transcript-evidence.ts';

/** What is known of a session that ended, waited and left nothing. */
export interface Missing {
  readonly target: LedgerTarget;
  readonly stream: PlaceFinding;
  readonly object: PlaceFinding;
  readonly isGroupAbsent: boolean;
  /** ECS does not show the task any more. */
  readonly isTaskGone: boolean;
  /** CloudTrail's history of the task was read in full. */
  readonly isHistoryWhole: boolean;
  /** It holds a denied CreateLogStream that does not show its stream. */
  readonly isDenialUnreadable: boolean;
  /** Systems Manager told when the session ended. */
  readonly isEndKnown: boolean;
}

/** Why a transcript may be missing: what the evidence shows first, then what leaves no trace, the likeliest first. */
export function missingCauses(missing: Missing): readonly SessionCause[] {
  const age = missing.isEndKnown ? [] : [causeOf('lifetime-unknown')];
  if (missing.target.kind === 'none') return [causeOf(missing.target.because), ...age];
  return [...shownCauses(missing), ...blindCauses(missing), ...tracelessCauses(missing), ...age];
}

function shownCauses({ target, stream, object, isGroupAbsent, isDenialUnreadable }: Missing): readonly SessionCause[] {
  const isEarlier = stream.kind === 'earlier' || object.kind === 'earlier';
  return causesOf([
    [stream.kind === 'empty', 'put-events-denied'],
    [isEarlier, 'transcript-before-session'],
    [isGroupAbsent && target.kind === 'target' && target.logGroupName !== null, 'log-group-missing'],
    [isDenialUnreadable, 'denial-unreadable'],
  ]);
}

function blindCauses({ target, stream, object, isHistoryWhole }: Missing): readonly SessionCause[] {
  const unread = [stream, object].flatMap((place) => (place.kind === 'unreadable' ? [place.because] : []));
  return [
    ...(target.kind === 'unresolved' ? [causeOf('target-unresolved', `It says: ${target.because}.`)] : []),
    ...(unread.length > 0 ? [causeOf('target-unreadable', `It says: ${unread.join('; ')}.`)] : []),
    ...causesOf([[!isHistoryWhole, 'history-unreadable']]),
  ];
}

/** No record tells of these. A denied s3:PutObject is a data event, which the history never shows. */
function tracelessCauses({ target, isTaskGone }: Missing): readonly SessionCause[] {
  const toBucket = target.kind === 'target' && target.bucket !== null;
  const local: readonly SessionCauseCode[] = isTaskGone
    ? ['container-stopped', 'script-missing']
    : ['script-missing', 'container-stopped'];
  const codes: readonly SessionCauseCode[] = toBucket
    ? ['delivery-not-allowed', ...local]
    : [...local, 'delivery-not-allowed'];
  return codes.map((code) => causeOf(code));
}

function causesOf(rows: readonly (readonly [boolean, SessionCauseCode])[]): readonly SessionCause[] {
  return rows.flatMap(([holds, code]) => (holds ? [causeOf(code)] : []));
}
