import type { Logger } from '@aws-lambda-powertools/logger';
import type { Journal, JournalFields } from '../ports.ts';
import { createLogger, type LogLevel } from './logger.ts';
import { createMetrics, type MetricCounter } from './metrics.ts';

/** What a handler and its flow log and count with: one injected object, a recording fake in tests. */
export type Telemetry = Journal;

/** Telemetry of one function, built once per cold start. */
export function createTelemetry(serviceName: string, level: LogLevel): Telemetry {
  return telemetryWith(createLogger(serviceName, level), createMetrics(serviceName), {});
}

/** Keys are carried by value and not appended to the logger, because the records of a batch run side by side. */
function telemetryWith(logger: Logger, metrics: MetricCounter, keys: JournalFields): Telemetry {
  const line = (code: string, fields: JournalFields) => ({ ...keys, ...fields, code });
  return {
    info: (code, fields = {}) => logger.info(code, line(code, fields)),
    warn: (code, fields = {}) => logger.warn(code, line(code, fields)),
    error: (code, fields = {}) => logger.error(code, line(code, fields)),
    count: (metric, value = 1, dimensions = {}) => metrics.count(metric, value, dimensions),
    withKeys: (more) => telemetryWith(logger, metrics, { ...keys, ...more }),
  };
}
