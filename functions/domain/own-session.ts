import { parseArn } from './arn.ts';
import type { SessionVerdict } from './ledger.ts';
import { type Person, personOf } from './person.ts';

type OpenedBy = Pick<SessionVerdict, 'personArn' | 'sourceIdentity'>;

/**
 * Why this caller may not accept the gap of this session, as a sentence; null where nothing speaks against it (threats T16, T20).
 * Whoever cannot be told apart from the person who opened the session counts as that person:
 *
 * - the same ARN, the same IAM user, the same user of IAM Identity Center under whatever permission set, root for root;
 * - the same role, because the name of a role session is chosen by whoever opens it and proves nothing;
 * - the same name anywhere: of a user, of a role session under another role, or as the source identity of the session's own role
 *   session, which outlives role chaining. A different person of the same name is refused too;
 * - where the person is unknown, everybody but a user whom AWS itself names (IAM or IAM Identity Center): that user may be the
 *   very person, but then answers by name for the gap. Nobody at all would leave such a gap open for ever.
 *
 * What it cannot see: a person who also holds another role and picks another session name. Who may call the acceptor decides that.
 */
export function ownSessionObjection(callerArn: string, opened: OpenedBy): string | null {
  const { personArn } = opened;
  if (personArn === callerArn) return 'You opened this session; somebody else must accept its gap.';
  const caller = personOf(callerArn);
  const opener = personOf(personArn);
  const shared = sharedName(caller, callerArn, opener, opened);
  if (shared !== null) return `The session was opened under your name, ${shared}; somebody else must accept its gap.`;
  if (isSameRole(caller, callerArn, opener, personArn)) {
    return `The session was opened with your role, ${caller.roleName}, whose session names prove nothing; use another principal.`;
  }
  if (opener.kind === 'root' && caller.kind === 'root' && accountOf(callerArn) === accountOf(personArn)) {
    return 'The session was opened by root of this account; somebody else must accept its gap.';
  }
  if (opener.kind === 'unknown' && caller.kind !== 'sso-user' && caller.kind !== 'iam-user') {
    return 'Nobody knows who opened this session; a user of IAM or IAM Identity Center must accept its gap, not a role or root.';
  }
  return null;
}

/** IAM and Identity Center compare names without regard to case. */
const folded = (name: string) => name.toLowerCase();

function sharedName(caller: Person, callerArn: string, opener: Person, opened: OpenedBy): string | null {
  const known = new Set([...namesOf(opener, opened.personArn), opened.sourceIdentity].flatMap(foldedOrNone));
  return namesOf(caller, callerArn).find((name) => known.has(folded(name))) ?? null;
}

const foldedOrNone = (name: string | null) => (name === null || name === '' ? [] : [folded(name)]);

/** A person's names that could stand for them elsewhere; root has none. */
function namesOf({ kind, name, sessionName }: Person, arn: string | null): readonly string[] {
  switch (kind) {
    case 'iam-user':
    case 'sso-user':
      return [name];
    case 'role-session':
      return sessionName === null ? [] : [sessionName];
    case 'root':
      return [];
    case 'unknown':
      // `federated-user/alice` and its like end in a name.
      return arn === null ? [] : [arn.split(/[:/]/).at(-1) ?? ''].filter((last) => last !== '');
  }
}

function isSameRole(caller: Person, callerArn: string, opener: Person, personArn: string | null): boolean {
  return (
    caller.kind === 'role-session' &&
    opener.kind === 'role-session' &&
    folded(caller.roleName ?? '') === folded(opener.roleName ?? '') &&
    accountOf(callerArn) === accountOf(personArn)
  );
}

function accountOf(arn: string | null): string | null {
  return arn === null ? null : (parseArn(arn)?.account ?? null);
}
