import type { Disposition, PolicyDocument, Reason } from '../../../functions/domain/decision.ts';
import type { SessionCause, SessionState } from '../../../functions/domain/ledger.ts';
import type { Mode } from '../../../functions/domain/settings.ts';
import type { JsonObject } from '../account-state.ts';
import type { AgentCall } from '../agent/agent-calls.ts';

/** One step of a play, as `--json` prints it; the last one is always the result. */
export type PlayStep =
  | {
      readonly step: 'deployment';
      readonly scenario: string;
      readonly mode: Mode;
      readonly account: string;
      readonly region: string;
      readonly resources: number;
      /** Whether the template gives any function a write to IAM. */
      readonly iamWrite: boolean;
    }
  | ({ readonly step: 'session' } & PlayedSession)
  | {
      readonly step: 'loss';
      readonly logGroupName: string | null;
      readonly because: string;
      readonly calls: readonly AgentCall[];
    }
  | {
      readonly step: 'event';
      readonly rules: readonly string[];
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
  | ({
      readonly step: 'next-session';
      readonly transcript: 'recorded' | 'lost';
      readonly text: string | null;
    } & PlayedSession)
  | {
      readonly step: 'ledger-session';
      /** What is the matter with it, for a person. */
      readonly because: string;
      readonly transcript: 'recorded' | 'lost' | 'refused';
      readonly calls: readonly AgentCall[];
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
  | { readonly step: 'ledger-result'; readonly states: Readonly<Record<string, SessionState>> };

/** A session as the ledger shows it. */
export interface AuditedSession {
  readonly sessionId: string;
  readonly person: string;
  readonly state: SessionState;
  readonly causes: readonly SessionCause[];
}

export interface PlayedSession {
  readonly sessionId: string;
  readonly person: string;
  readonly cluster: string;
  readonly task: string;
  readonly container: string;
  readonly logGroupName: string | null;
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
