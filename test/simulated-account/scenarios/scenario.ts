import type { SignalRuleName } from '../../../functions/domain/rules.ts';
import type { Mode } from '../../../functions/domain/settings.ts';
import type { ExecRequest } from '../agent/exec-session.ts';
import type { RouterOutput } from '../agent/log-router.ts';

/** What every published set-up has. */
interface Published {
  /** The account file, as it is. */
  readonly file: unknown;
  /** What the deployment is told beside its mode. */
  readonly settings: (mode: Mode) => Readonly<Record<string, unknown>>;
}

/** A shell is opened, and its transcript is lost. */
export interface ExecScenario extends Published {
  readonly kind: 'exec';
  /** The shells whose transcripts are lost, one after the other; the first one's task is the scenario's. */
  readonly sessions: readonly [ClientSession, ...ClientSession[]];
  /** The shell that shows the repair. */
  readonly next: ClientSession;
  /** The stack that owns the role: its own deployment brings the ticket's code. */
  readonly stackName: string | null;
  /** Whether it is told, before anybody opens a shell, what looks right to `ecs-exec-checker` and what a preflight finds. */
  readonly toldPreflight: boolean;
}

/** Who opens which shell, with what. */
export interface ClientSession extends ExecRequest {
  readonly container: string;
  /** The program that opens it. */
  readonly client?: 'AWS CLI' | 'ecspresso' | 'ecsk' | 'Copilot';
}

/** An application's logs are lost by its log router. */
export interface RouterScenario extends Published {
  readonly kind: 'router';
  readonly signals: readonly SignalRuleName[];
  readonly router: PublishedRouter;
}

/** The router and the output that is baked into its image, where no AWS API shows it. */
export interface PublishedRouter extends Omit<RouterOutput, 'flushes'> {
  readonly routerName: string;
  /** The container whose logs it takes. */
  readonly container: string;
}

export type Scenario = ExecScenario | RouterScenario;
