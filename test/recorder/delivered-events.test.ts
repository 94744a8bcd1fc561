import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryLedger } from '../../functions/cli/memory-ledger.ts';
import { matchesPattern } from '../../functions/domain/event-pattern.ts';
import { loggingChangeOf } from '../../functions/domain/logging-change.ts';
import { SESSION_RULE_PATTERN, START_SESSION_RULE_PATTERN } from '../../functions/domain/rules.ts';
import { recordSession } from '../../functions/flow/record-session.ts';

const EVENTS = join(__dirname, '..', '..', 'events');

const read = (file: string) => JSON.parse(readFileSync(join(EVENTS, file), 'utf8'));

/** Where the recorder brings what its rules deliver: the kind of the ledger's line, or why there is none. */
const ends: Readonly<Record<string, string>> = {
  '02-execute-command-opens-a-session.json': 'exec',
  '03-execute-command-dry-run.json': 'dry-run',
  '25-start-session-past-ecs-exec.json': 'outside-exec',
  '26-start-session-by-ecs-itself.json': 'by-ecs',
  '32-exec-clients-opened-by-aws-cli.json': 'exec',
  '33-exec-clients-opened-by-ecspresso.json': 'exec',
  '34-exec-clients-opened-by-ecsk.json': 'exec',
  '35-exec-clients-opened-by-copilot.json': 'exec',
};

describe('given the events of events/ that open sessions', () => {
  it('knows where each of them ends', () => {
    const rules = [SESSION_RULE_PATTERN, START_SESSION_RULE_PATTERN];
    const delivered = readdirSync(EVENTS).filter((file) => rules.some((rule) => matchesPattern(rule, read(file))));
    expect(delivered.sort()).toEqual(Object.keys(ends));
  });

  it.each(Object.entries(ends))('brings %s to the recorder as %s', async (file, expected) => {
    const absent = async () => ({ kind: 'absent' }) as const;
    const ecs = { findTask: absent, findCluster: absent, findTaskDefinition: absent };
    const clock = () => new Date('2023-02-11T07:15:00Z');
    const ended = await recordSession(JSON.stringify(read(file)), {
      recorder: new MemoryLedger(),
      ecsOf: () => ecs,
      clock,
      jurisdiction: null,
    });
    expect(ended.kind === 'recorded' ? ended.line.kind : ended.kind).toBe(expected);
  });

  it.each([
    [
      'without its request, which was too large: the caller chooses how large',
      { omitted: true, originalSize: 1 },
      true,
    ],
    ['on an instance', { target: 'i-0123456789abcdef0' }, false],
  ])('delivers a StartSession %s: %j is %s', (_, requestParameters, matches) => {
    const event = read('25-start-session-past-ecs-exec.json');
    const other = { ...event, detail: { ...event.detail, requestParameters } };
    expect(matchesPattern(START_SESSION_RULE_PATTERN, other)).toBe(matches);
  });

  it('finds who switched logging off before the session of 02', () => {
    const { detail } = read('02-execute-command-opens-a-session.json');
    const session = { clusterArn: detail.responseElements.clusterArn, startedAt: detail.eventTime };
    const records = [read('27-update-cluster-switches-logging-off.json').detail];
    expect(loggingChangeOf(records, session, null)).toEqual({
      changedAt: '2023-02-11T06:25:00Z',
      changedBy: 'arn:aws:iam::111111111111:user/mallory',
      eventId: 'c6b8e140-2f9d-4c6d-80cb-519cb0d2d703',
      logging: 'NONE',
    });
  });
});
