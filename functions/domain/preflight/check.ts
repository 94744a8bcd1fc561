/** How a check ended: `green` holds, `yellow` may lose logs or could not be looked at, `red` loses them or refuses the shell. */
export type PreflightStatus = 'green' | 'yellow' | 'red';

/** One check of one subject. `code` has a row in README "Preflight codes". */
export interface PreflightCheck {
  readonly code: string;
  readonly status: PreflightStatus;
  /** What was found, in a sentence. */
  readonly detail: string;
  /** Empty for green. */
  readonly whatToDo: string;
}

/** The result for one container: the worst status of its checks. */
export interface PreflightResult {
  readonly clusterArn: string;
  readonly serviceName: string | null;
  /** Empty where the whole cluster is meant. */
  readonly taskDefinitionArn: string;
  readonly containerName: string;
  /** How many running tasks it stands for. */
  readonly tasks: number;
  readonly roleArn: string | null;
  readonly status: PreflightStatus;
  /** Red first, then yellow; green ones last. */
  readonly checks: readonly PreflightCheck[];
}
