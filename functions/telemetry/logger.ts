import { Logger } from '@aws-lambda-powertools/logger';
import type { FunctionEnvironment } from '../domain/environment.ts';

export type LogLevel = FunctionEnvironment['logLevel'];

/** Structured lines on stdout. Neither events nor the environment are ever logged; the lines are what the code hands in. */
export function createLogger(serviceName: string, level: LogLevel): Logger {
  return new Logger({ serviceName, logLevel: level });
}
