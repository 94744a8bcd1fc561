import type { Reason } from './decision.ts';
import { matchesGlob } from './glob.ts';
import type { SessionVerdict } from './ledger.ts';
import type { Rules } from './mode.ts';
import { ownSessionObjection } from './own-session.ts';
import { personOf } from './person.ts';
import type { Settings } from './settings.ts';

/**
 * The people of the settings whom the deployment lets answer: whoever may write a parameter must not thereby approve their own
 * repairs (threat T19).
 */
export function permittedPeople({ settings, ceiling }: Pick<Rules, 'settings' | 'ceiling'>): Settings['people'] {
  const { approvers } = ceiling;
  return approvers === null ? settings.people : settings.people.filter(({ slack }) => approvers.includes(slack));
}

/** Who opened a session. */
export type Opener = Pick<SessionVerdict, 'personArn' | 'sourceIdentity'>;

/** What an answer to a proposal is judged by, besides the settings. */
export interface Approver {
  /** As Slack signed it. */
  readonly slackUserId: string;
  /** Who opened the session of the denial; null for a log router's, which is of no session. */
  readonly opener: Opener | null;
  /** Who opened the case's other sessions, as far as the ledger knows. */
  readonly otherOpeners: readonly Opener[];
}

/**
 * Why this person may not answer a proposal (threat T11); null where nothing speaks against it. Nobody approves a repair of their
 * own session: the people of the settings say under which principals they work, and whoever cannot be told apart from the person
 * who opened a session of the case counts as that person. A pattern stands for everybody whom it matches, and for every session of
 * a role of which it matches any, but where Identity Center vouches for the names.
 */
export function approverObjection(
  { slackUserId, opener, otherOpeners }: Approver,
  people: Settings['people'],
): Reason | null {
  const principals = people.filter(({ slack }) => slack === slackUserId).flatMap((person) => person.principals);
  if (principals.length === 0) {
    return { code: 'approver-unmapped', detail: 'the settings map this Slack user to no principal of AWS' };
  }
  if (opener !== null && personOf(opener.personArn).kind === 'unknown') {
    return { code: 'person-unknown', detail: 'nobody knows who opened the session, so that nobody can be ruled out' };
  }
  const openers = opener === null ? otherOpeners : [opener, ...otherOpeners];
  return principals.some((principal) => openers.some((other) => mayBe(principal, other)))
    ? {
        code: 'own-session',
        detail:
          'this person opened a session of this cause, or cannot be told apart from who did; somebody else has to answer',
      }
    : null;
}

/** IAM and Identity Center compare names without regard to case. */
const folded = (text: string) => text.toLowerCase();

function mayBe(principal: string, opener: Opener): boolean {
  const callers = callersOf(principal);
  if (!callers.includes('*')) return ownSessionObjection(callers, opener) !== null;
  const { personArn, sourceIdentity } = opener;
  if (personArn !== null && matchesCaller(folded(callers), personArn)) return true;
  // The role may be a pattern, and the name after it still is a name: the same one under another role or as a user is that person.
  const name = lastSegment(callers);
  return !name.includes('*') && [lastSegment(personArn ?? ''), sourceIdentity ?? ''].map(folded).includes(folded(name));
}

/** A role in place of a caller, with or without its path, is every session of it: records never name a role by itself. */
function callersOf(principal: string): string {
  return principal
    .replace(/:iam(:[^/]*:)role\/(?:.*\/)?([^/]+)$/i, ':sts$1assumed-role/$2/*')
    .replace(/:assumed-role\/[^/*]+$/i, '$&/*');
}

function matchesCaller(pattern: string, personArn: string): boolean {
  if (matchesGlob(pattern, folded(personArn))) return true;
  if (personOf(personArn).kind !== 'role-session') return false;
  // The name of a role session proves nothing: whoever may be any session of the role may be this one. Some beginning of the
  // pattern is the role, and what is left of it could be a name.
  const role = folded(personArn.slice(0, personArn.lastIndexOf('/') + 1));
  return [...pattern.matchAll(/[/*](?=[^/:]*$)/g)].some(({ index }) => matchesGlob(pattern.slice(0, index + 1), role));
}

const lastSegment = (arn: string) => arn.split('/').at(-1) ?? '';
