import type { Journal, JournalFields } from '../../functions/ports.ts';

interface RecordedLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly code: string;
  readonly fields: JournalFields;
}

interface RecordedCount {
  readonly metric: string;
  readonly value: number;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Telemetry that keeps everything; journals made by `withKeys` write into the same lists. */
export interface RecordingTelemetry extends Journal {
  readonly lines: RecordedLine[];
  readonly counts: RecordedCount[];
  /** The codes of all lines, in order. */
  codes(): string[];
}

export function recordingTelemetry(): RecordingTelemetry {
  const lines: RecordedLine[] = [];
  const counts: RecordedCount[] = [];
  const journal = (keys: JournalFields): RecordingTelemetry => {
    const keep =
      (level: RecordedLine['level']) =>
      (code: string, fields: JournalFields = {}) => {
        // The line's own code stands there: a field of that name would be lost in the log.
        if ('code' in fields) throw new Error(`${code} carries a field named code`);
        lines.push({ level, code, fields: { ...keys, ...fields } });
      };
    return {
      lines,
      counts,
      codes: () => lines.map((line) => line.code),
      info: keep('info'),
      warn: keep('warn'),
      error: keep('error'),
      count: (metric, value = 1, dimensions = {}) => {
        counts.push({ metric, value, dimensions });
      },
      withKeys: (more) => journal({ ...keys, ...more }),
    };
  };
  return journal({});
}
