import { createTelemetry } from '../../functions/telemetry/telemetry.ts';

/** Powertools writes to a console of its own over stdout and stderr; this collects the lines as JSON. */
function linesOf(work: () => void): Record<string, unknown>[] {
  const written: string[] = [];
  const keep = (text: string | Uint8Array) => {
    written.push(String(text));
    return true;
  };
  const spies = [process.stdout, process.stderr].map((stream) => jest.spyOn(stream, 'write').mockImplementation(keep));
  try {
    work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return written.map((line) => JSON.parse(line));
}

describe('given the telemetry of a function', () => {
  it('writes the code, the keys and the fields on the line', () => {
    const lines = linesOf(() => {
      const telemetry = createTelemetry('recorder', 'INFO');
      telemetry.withKeys({ eventId: 'e1' }).info('EXECLOG_STARTED', { records: 2 });
    });
    expect(lines).toEqual([
      expect.objectContaining({
        service: 'recorder',
        level: 'INFO',
        code: 'EXECLOG_STARTED',
        eventId: 'e1',
        records: 2,
      }),
    ]);
  });

  it('does not carry the keys of one record into another', () => {
    const lines = linesOf(() => {
      const telemetry = createTelemetry('recorder', 'INFO');
      telemetry.withKeys({ eventId: 'e1' });
      telemetry.withKeys({ sessionId: 's2' }).warn('EXECLOG_FAILED');
    });
    expect(lines.map((line) => [line['eventId'], line['sessionId']])).toEqual([[undefined, 's2']]);
  });

  it('leaves out what is below the level', () => {
    expect(linesOf(() => createTelemetry('recorder', 'ERROR').warn('EXECLOG_FAILED'))).toEqual([]);
  });

  it('counts into the metric as a whole and into the one of the dimensions', () => {
    const [line] = linesOf(() => createTelemetry('recorder', 'INFO').count('RefusedEvents', 2, { code: 'not-json' }));
    expect(line).toEqual({
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: 'ExecLog',
            Dimensions: [[], ['code']],
            Metrics: [{ Name: 'RefusedEvents', Unit: 'Count' }],
          },
        ],
      },
      code: 'not-json',
      RefusedEvents: 2,
    });
  });

  it('counts one without dimensions', () => {
    const [line] = linesOf(() => createTelemetry('recorder', 'INFO').count('Denials'));
    expect(line).toEqual({
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [{ Namespace: 'ExecLog', Dimensions: [[]], Metrics: [{ Name: 'Denials', Unit: 'Count' }] }],
      },
      Denials: 1,
    });
  });

  it.each([
    ['SecondsToRepair', 'Seconds'],
    ['CoveragePercent', 'Percent'],
    ['RemediationsAttached', 'Count'],
  ])('gives what it measures its unit: %s in %s', (metric, unit) => {
    const [line] = linesOf(() => createTelemetry('auditor', 'INFO').count(metric, 12.5));
    expect(line).toMatchObject({
      _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: metric, Unit: unit }] }] },
      [metric]: 12.5,
    });
  });
});
