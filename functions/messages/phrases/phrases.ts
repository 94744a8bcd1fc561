import type { CompanionCall } from '../../domain/denial.ts';
import type { IncidentCode } from '../../domain/incident.ts';
import type { CauseCode } from '../cause-codes.ts';

/** What the messages about a case say of its signal; the names in them are not escaped. */
export interface SignalTexts {
  /** What is lost, as a headline begins with it. */
  readonly lost: string;
  /** What becomes of what: `<logs> of <role> are <fate>`. */
  readonly logs: string;
  readonly fate: 'lost' | 'refused';
  /** What the role may do once it is repaired: `<role> may <may> again`. */
  readonly may: string;
  /** The call that was denied; null where the log group says it. */
  readonly denied: string | null;
  /** What follows from it, in whole sentences. */
  readonly consequence: string;
  /** How somebody sees that a change helped, as the end of a sentence. */
  readonly check: string;
  /** What the case counts besides denials. */
  readonly isOfSessions: boolean;
}

/** The texts of every signal; a companion's add to those of the delivery. */
export interface SignalPhrases {
  readonly delivery: SignalTexts;
  readonly companions: Readonly<Record<CompanionCall, Omit<SignalTexts, 'check' | 'isOfSessions'>>>;
  readonly router: SignalTexts;
  readonly driver: SignalTexts;
}

/** Why logs were lost, in one sentence, and who can change it. */
export interface CausePhrase {
  readonly what: string;
  readonly owner: string;
}

/** A place in code spans. */
interface Place {
  readonly role: string;
  readonly account: string;
  readonly region: string;
}

/** What the ticket of a denial says around its names, which come escaped. */
export interface TicketPhrases {
  readonly title: (roleName: string, denied: { readonly call: string } | { readonly group: string }) => string;
  /** Where no log group is known. */
  readonly unknownTarget: string;
  readonly summary: (told: Place & Told) => string;
  readonly deniedCall: (call: string) => string;
  readonly deniedDelivery: (group: string) => string;
  readonly deniedRouter: (routerName: string | null, group: string) => string;
  readonly deniedDriver: (group: string) => string;
  readonly cause: string;
  readonly owner: (owner: string) => string;
  readonly check: string;
  readonly checkAndUndo: string;
  readonly askIamAnd: (check: string) => string;
  readonly afterChange: (check: string) => string;
  readonly undo: string;
  readonly guardrails: string;
  readonly notEvaluable: string;
  /** In place of what a guardrail that failed would say: nobody knows whether it does. */
  readonly notKnown: (because: string) => string;
}

interface Told {
  readonly isExecutionRole: boolean;
  readonly cluster: string | null;
  readonly denied: string;
  readonly denials: number;
  readonly first: string;
  readonly last: string;
  readonly consequence: string;
}

/** Sessions in a list: of a denial, and of an incident. */
export interface SessionPhrases {
  readonly heading: string;
  readonly unrecorded: string;
  readonly person: string;
  readonly opened: (session: OpenedSession) => string;
  readonly more: (count: number) => string;
  readonly noneKnown: string;
  readonly othersInLedger: string;
  readonly othersInReport: string;
}

/** In code spans, but for the times. `end` and `source` are null where they are not known. */
interface OpenedSession {
  readonly sessionId: string;
  /** With the ARN, where that says more. */
  readonly person: string;
  readonly source: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly container: string;
  readonly task: string;
}

/** What AWS said, and its simulator. */
export interface EvidencePhrases {
  readonly heading: string;
  readonly names: Readonly<Record<EvidenceName, string>>;
  readonly notNamed: string;
  readonly simulation: (action: string, now: string, withPolicy: string | null) => string;
  readonly unreadable: (because: string) => string;
  readonly verdicts: Readonly<Record<Verdict, string>>;
}

type EvidenceName =
  | 'sentence'
  | 'action'
  | 'resource'
  | 'policyType'
  | 'kind'
  | 'policy'
  | 'principal'
  | 'event'
  | 'time';

/** What the simulator says of a call. */
export type Verdict = 'allowed' | 'organization' | 'boundary' | 'explicit' | 'denied';

/** Of a log router: its container, where it delivers, and what it needs there. */
export interface RouterPhrases {
  readonly heading: string;
  readonly none: string;
  readonly container: (name: string, type: string) => string;
  readonly task: (task: string) => string;
  readonly bakedIn: string;
  readonly output: (group: string, isDeclared: boolean) => string;
  readonly needed: (actions: string) => string;
  readonly ownLog: (group: string) => string;
}

/** The permission as code, and what becomes of ours beside it. */
export interface PatchPhrases {
  readonly heading: string;
  readonly ofRole: (role: string) => string;
  readonly ofStack: (role: string, stack: string) => string;
  readonly tooLong: (names: string) => string;
  /** What may take our policy off the role, or trip over it. */
  readonly exclusive: string;
  readonly terraform: string;
  /** The same of a prepared policy. */
  readonly terraformAttached: string;
  readonly cloudFormation: (stack: string | null) => string;
  /** Why our policy is gone, most likely. */
  readonly likelyCause: string;
  readonly likelyTerraform: string;
  readonly likelyTerraformAttached: string;
  /** `resource` is Terraform's that would have removed it. */
  readonly likelyOfStack: (stack: string, resource: string) => string;
  readonly whoRemoved: (event: string) => string;
}

/** The ticket of a policy that we attached. */
export interface PolicyPhrases {
  readonly title: (roleName: string, what: string) => string;
  /** `what` is a sentence without its end. */
  readonly about: (place: Place, policy: string, what: string) => string;
  readonly whatToDo: string;
  readonly gone: string;
  readonly stands: string;
}

/** The ticket of an incident. */
export interface IncidentPhrases {
  readonly titles: Readonly<Record<IncidentCode, string>>;
  /** A sentence without its end. */
  readonly happened: (code: IncidentCode) => string;
  readonly summary: (
    place: Omit<Place, 'role'> & { readonly cluster: string },
    happened: string,
    meaning: string,
  ) => string;
  readonly changed: (what: string) => string;
  readonly halfDelivered: string;
  readonly unreadable: string;
  readonly causes: string;
  readonly calls: string;
  readonly notSimulated: (because: string) => string;
  readonly allAllowed: string;
  readonly denied: string;
  readonly deniedCall: (action: string, resource: string, through: string | null) => string;
  readonly accept: string;
  readonly howToAccept: string;
  readonly report: string;
}

/** The ticket of a case whose suppression has ended. */
export interface UnmutedPhrases {
  readonly title: (what: string) => string;
  readonly summary: (place: Place, cluster: string | null, first: string, last: string) => string;
  readonly known: string;
  readonly howToAccept: string;
  readonly undo: string;
}

/** Why a ticket is closed. */
export interface ClosingPhrases {
  readonly verified: string;
  readonly arrived: (sessionId: string, startedAt: string, container: string) => string;
  readonly transcript: (place: string) => string;
  readonly found: (at: string) => string;
  readonly gapsStay: string;
  readonly closed: string;
  readonly because: (what: string, policy: string, at: string) => string;
}

/** Everything that a ticket says in one language. Whoever adds a phrase adds it to each language, or nothing compiles. */
export interface Phrases {
  readonly signals: SignalPhrases;
  readonly causes: Readonly<Record<CauseCode, CausePhrase>>;
  /** What reads otherwise where a log router was denied: there is no session. */
  readonly routerCauses: Readonly<Record<'target-unexpected' | 'log-group-missing', CausePhrase>>;
  readonly ticket: TicketPhrases;
  readonly sessions: SessionPhrases;
  readonly evidence: EvidencePhrases;
  readonly router: RouterPhrases;
  readonly patches: PatchPhrases;
  readonly policy: PolicyPhrases;
  readonly incident: IncidentPhrases;
  readonly unmuted: UnmutedPhrases;
  readonly closing: ClosingPhrases;
  /** What a reason says: its detail, where that is in the language; else a sentence by its code, and the detail as evidence. */
  readonly reason: (code: string, detail: string) => string;
}
