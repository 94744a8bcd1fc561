import type { Disposition, PolicyDocument, Reason } from '../../../functions/domain/decision.ts';
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
  | { readonly step: 'promise'; readonly mode: Mode; readonly kept: boolean; readonly detail: string }
  | { readonly step: 'result'; readonly transcript: 'recorded' | 'lost'; readonly disposition: Disposition };

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
