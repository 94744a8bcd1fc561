import type { Disposition, PolicyDocument, Reason } from '../../../functions/domain/decision.ts';
import type { SessionCause, SessionState } from '../../../functions/domain/ledger.ts';
import type { Mode } from '../../../functions/domain/settings.ts';
import type { JsonObject } from '../account-state.ts';
import type { SentCall } from '../agent/sent-calls.ts';

/** One step of a play, as `--json` prints it; the last one is always the result. */
export type PlayStep =
  | {
      readonly step: 'deployment';
      readonly scenario: string;
      readonly mode: Mode;
      /** The opt-in rules. */
      readonly signals: readonly string[];
      readonly account: string;
      readonly region: string;
      readonly resources: number;
      /** Whether the template gives any function a write to IAM. */
      readonly iamWrite: boolean;
    }
  | {
      readonly step: 'preflight';
      /** What is in order of what `ecs-exec-checker` looks at. */
      readonly greenChecks: readonly string[];
      /** The findings of `exec-log preflight` that are not green. */
      readonly findings: readonly PreflightFinding[];
    }
  | ({
      readonly step: 'session';
      /** `refused`: the shell never opened. */
      readonly transcript: 'lost' | 'refused';
    } & PlayedSession)
  | {
      readonly step: 'loss';
      readonly transcript: 'lost' | 'refused';
      readonly logGroupName: string | null;
      /** Where the object would lie: `s3://bucket/prefix/`; null without a bucket. */
      readonly objectPrefix: string | null;
      readonly because: string;
      readonly calls: readonly SentCall[];
    }
  | ({
      readonly step: 'flushes';
      /** How many flushes, and how many denied calls they made. */
      readonly flushes: number;
      readonly denials: number;
      readonly calls: readonly SentCall[];
    } & PlayedRouter)
  | {
      readonly step: 'event';
      readonly rules: readonly string[];
      /** The opt-in rules that would deliver it; none of them is deployed where `rules` is empty. */
      readonly optIn: readonly string[];
      /** Null for a call that succeeded. */
      readonly errorCode: string | null;
      readonly errorMessage: string | null;
      readonly event: JsonObject;
    }
  | {
      readonly step: 'decision';
      readonly disposition: Disposition;
      readonly mode: Mode;
      readonly reasons: readonly Reason[];
      /** Denials counted into the case. */
      readonly count: number;
    }
  | { readonly step: 'refusal'; readonly code: string; readonly detail: string }
  | {
      readonly step: 'policy';
      readonly roleName: string;
      readonly policyName: string;
      readonly document: PolicyDocument;
      /** Line by line: `+ ` added, `- ` removed. */
      readonly diff: readonly string[];
    }
  | { readonly step: 'ticket'; readonly id: string; readonly title: string; readonly body: string }
  | { readonly step: 'message'; readonly text: string; readonly blocks: unknown }
  | {
      readonly step: 'click';
      /** Who clicks, as Slack names them, and the principal that the settings map them to. */
      readonly person: string;
      readonly slackUserId: string;
      readonly principal: string;
      readonly button: 'Approve';
      /** What the approver answered Slack. */
      readonly status: number;
      /** Whether the same person had clicked before. */
      readonly again: boolean;
      /** How many policies were written because of it. */
      readonly policyWrites: number;
      /** What this person alone is told. */
      readonly whispers: readonly string[];
    }
  | {
      readonly step: 'stack-deployment';
      readonly stackName: string;
      readonly roleName: string;
      readonly policyName: string;
      /** The ticket's CloudFormation code. */
      readonly code: string;
    }
  | ({
      readonly step: 'next-session';
      readonly transcript: 'recorded' | 'lost' | 'refused';
      readonly text: string | null;
      /** Where the transcript lies in the bucket; null where it does not. */
      readonly object: string | null;
    } & PlayedSession)
  | ({
      readonly step: 'next-flush';
      readonly logs: 'delivered' | 'lost';
      readonly calls: readonly SentCall[];
    } & PlayedRouter)
  | {
      readonly step: 'ledger-session';
      /** What is the matter with it, for a person. */
      readonly because: string;
      readonly transcript: 'recorded' | 'lost' | 'refused';
      readonly calls: readonly SentCall[];
      readonly sessionId: string;
      readonly person: string;
      readonly cluster: string;
      readonly container: string;
    }
  | {
      readonly step: 'audit';
      /** How long after the last session, on the account's clock. */
      readonly minutesLater: number;
      readonly sessions: readonly AuditedSession[];
    }
  | {
      readonly step: 'report';
      readonly percent: number | null;
      /** What `exec-log report` prints. */
      readonly text: string;
    }
  | { readonly step: 'promise'; readonly mode: Mode; readonly kept: boolean; readonly detail: string }
  | { readonly step: 'result'; readonly transcript: 'recorded' | 'lost'; readonly disposition: Disposition }
  | { readonly step: 'router-result'; readonly logs: 'delivered' | 'lost'; readonly disposition: Disposition }
  | { readonly step: 'ledger-result'; readonly states: Readonly<Record<string, SessionState>> };

/** A session as the ledger shows it. */
export interface AuditedSession {
  readonly sessionId: string;
  readonly person: string;
  readonly state: SessionState;
  readonly causes: readonly SessionCause[];
}

/** A finding of a preflight, as it prints it. */
export interface PreflightFinding {
  readonly status: 'red' | 'yellow';
  readonly code: string;
  readonly detail: string;
}

export interface PlayedRouter {
  readonly routerName: string;
  readonly container: string;
  readonly task: string;
  readonly logGroupName: string;
}

export interface PlayedSession {
  readonly sessionId: string;
  readonly person: string;
  readonly cluster: string;
  readonly task: string;
  readonly container: string;
  readonly logGroupName: string | null;
  /** The program that opened it; null where it is of no matter. */
  readonly client: string | null;
}

/** What a play needs; everything else is the scenario's. */
export interface PlayRequest {
  readonly mode: Mode;
  /** A delivered event to play instead of the first session. */
  readonly event: JsonObject | null;
  /** An account file instead of the scenario's. */
  readonly account: unknown;
  readonly scenario: string;
}
