import { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';

/** Over how long alarms sum up. */
export const PERIOD = Duration.minutes(5);

export const OLDEST_MESSAGE_SECONDS = 15 * 60;

/** What went wrong for whom, and what to do first: the description that a person reads at night. */
export interface Sentence {
  readonly impact: string;
  readonly first: string;
  /** The section of README "Runbooks" in which it goes on. */
  readonly runbook: string;
}

/** A metric with the alarm on it. */
export interface Watched {
  readonly id: string;
  readonly metric: IMetric;
  /** The alarm goes off above it. */
  readonly threshold: number;
  readonly sentence: Sentence;
  /** The alarm goes off where the metric is not above the threshold, or is not there at all. */
  readonly whereMissing?: true;
}
