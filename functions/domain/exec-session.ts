/** One ECS Exec session, as the answer of `ExecuteCommand` names it. The command itself is never kept: it may hold secrets. */
export interface ExecSession {
  /** `ecs-execute-command-...`; also the log stream's name. */
  readonly sessionId: string;
  readonly account: string;
  readonly partition: string;
  readonly region: string;
  readonly clusterArn: string;
  readonly taskArn: string;
  readonly taskId: string;
  readonly containerName: string;
  /** Who opened it: the ARN of the caller of `ExecuteCommand`. */
  readonly personArn: string | null;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** The CloudTrail event id of the `ExecuteCommand` record. */
  readonly eventId: string;
}
