import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRIC_NAMESPACE, METRIC_UNITS } from './metric-names.ts';

type MetricDimensions = Readonly<Record<string, string>>;

export interface MetricCounter {
  count(metric: string, value: number, dimensions: MetricDimensions): void;
}

/**
 * Counts in CloudWatch's embedded format, one line a count, so that a killed Lambda has lost none. Each count goes to the metric
 * without dimensions, on which alarms stand, and to the one with these dimensions.
 */
export function createMetrics(serviceName: string): MetricCounter {
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName });
  return {
    count(metric, value, dimensions) {
      const single = metrics.singleMetric();
      // Powertools adds `service` to everything; an alarm over several functions would then need one metric for each.
      single.clearDefaultDimensions();
      single.addDimensions({});
      if (Object.keys(dimensions).length > 0) {
        single.addDimensions({ ...dimensions });
      }
      single.addMetric(metric, METRIC_UNITS[metric] ?? MetricUnit.Count, value);
    },
  };
}
