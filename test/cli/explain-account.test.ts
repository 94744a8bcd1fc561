import { sha256 } from '../../functions/adapters/digest.ts';
import { fingerprintOf } from '../../functions/domain/fingerprint.ts';
import { parseDenial } from '../../functions/domain/parse-denial.ts';
import { aDenialRecord } from '../support/records.ts';
import { ACCOUNT, GROUP, nginxAccount, REGION, ROLE, ROLE_ARN, ROLE_ID } from './nginx-account.ts';
import { aFile, at, linesOf, runCli } from './run-cli.ts';

const record = aDenialRecord();

const explainedIn = async (account: unknown, input: unknown = record, ...options: readonly string[]) => {
  const argv = [
    'explain',
    aFile(input),
    '--account',
    aFile(account, 'account.json'),
    '--mode',
    'attach',
    '--json',
    ...options,
  ];
  const { code, stdout, stderr } = await runCli(argv);
  return { code, stderr, lines: linesOf(stdout) };
};

/** The disposition with the codes of its reasons. */
const decidedAs = (line: unknown) => {
  const reasons = at(line, 'decision', 'reasons');
  return [
    at(line, 'decision', 'disposition'),
    ...(Array.isArray(reasons) ? reasons : []).map((reason) => at(reason, 'code')),
  ];
};

describe('given the account of the published denial', () => {
  it('finds the session, the target and the policy that repairs it', async () => {
    const { code, stderr, lines } = await explainedIn(nginxAccount());
    const [line] = lines;
    expect({ code, stderr, decided: decidedAs(line) }).toEqual({
      code: 0,
      stderr: '',
      decided: ['attach-policy', 'all-guardrails-hold'],
    });
    expect(at(line, 'finding', 'session', 'personArn')).toBe(`arn:aws:iam::${ACCOUNT}:user/alice`);
    const group = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:`;
    expect(at(line, 'decision', 'policy')).toEqual({
      roleName: ROLE,
      policyName: `ExecLogDelivery-${REGION}`,
      document: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'ExecLogDeliveryStreams',
            Effect: 'Allow',
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            Resource: [`${group}${GROUP}:log-stream:ecs-execute-command-*`],
          },
          {
            Sid: 'ExecLogDeliveryDescribeStreams',
            Effect: 'Allow',
            Action: ['logs:DescribeLogStreams'],
            Resource: [`${group}${GROUP}:*`],
          },
          {
            Sid: 'ExecLogDeliveryDescribeGroups',
            Effect: 'Allow',
            Action: ['logs:DescribeLogGroups'],
            Resource: [`${group}*`],
          },
        ],
      },
    });
  });

  it('proposes the same policy in mode propose', async () => {
    const [attached, proposed] = await Promise.all([
      explainedIn(nginxAccount()),
      explainedIn(nginxAccount(), record, '--mode', 'propose'),
    ]);
    expect(decidedAs(proposed.lines[0])).toEqual(['propose-policy', 'all-guardrails-hold']);
    expect(at(proposed.lines[0], 'decision', 'policy')).toEqual(at(attached.lines[0], 'decision', 'policy'));
  });

  it('decides a thousand denials of one role', async () => {
    const records = Array.from({ length: 1000 }, (_, index) => aDenialRecord({ eventId: `event-${index}` }));
    const { code, lines } = await explainedIn(nginxAccount(), { Records: records });
    expect([code, new Set(lines.map((line) => at(line, 'decision', 'disposition')))]).toEqual([
      0,
      new Set(['attach-policy']),
    ]);
    expect(lines).toHaveLength(1000);
  });

  it.each([
    { name: 'another Region', parts: { region: 'eu-central-1' } },
    { name: 'a session that nobody opened', parts: { logStreamName: 'ecs-execute-command-00000000000000000' } },
  ])('opens a ticket for a denial of $name', async ({ parts }) => {
    const { code, lines } = await explainedIn(nginxAccount(), aDenialRecord(parts));
    const [disposition, ...reasons] = decidedAs(lines[0]);
    expect([code, disposition, reasons.includes('real-session')]).toEqual([0, 'open-ticket', true]);
  });

  it("reads nothing for another account's denial, and says so once", async () => {
    const foreign = aDenialRecord({ account: '333333333333' });
    const { code, stderr, lines } = await explainedIn(nginxAccount(), [foreign, foreign]);
    expect({ code, stderr, findings: lines.map((line) => at(line, 'finding')) }).toEqual({
      code: 0,
      stderr: `exec-log: a denial is of account 333333333333, the account file is of ${ACCOUNT}: decided without reading\n`,
      findings: [null, null],
    });
    expect(lines.map((line) => decidedAs(line)[0])).toEqual(['open-ticket', 'open-ticket']);
  });

  it('reads nothing for a denial that is not an exec session', async () => {
    const { lines } = await explainedIn(nginxAccount(), aDenialRecord({ logStreamName: 'nginx/nginx/x' }));
    expect([at(lines[0], 'finding'), ...decidedAs(lines[0])]).toEqual([null, 'not-applicable', 'not-an-exec-stream']);
  });
});

describe('given an account file that remembers', () => {
  const parsed = parseDenial(record);
  const fingerprint = parsed.kind === 'denial' ? fingerprintOf(parsed.denial, sha256) : '';
  const repaired = { state: 'repaired', repairedAt: '2023-02-11T05:00:00Z' };

  it.each([
    { name: 'by its fingerprint', found: { fingerprint, ...repaired } },
    { name: 'by role and group', found: { roleArn: ROLE_ARN, logGroupName: GROUP, region: REGION, ...repaired } },
  ])('knows the case $name, and opens a ticket for a recurrence', async ({ found }) => {
    const { lines } = await explainedIn(nginxAccount({ cases: [found] }));
    expect(decidedAs(lines[0])).toEqual(['open-ticket', 'first-time', 'recurrence']);
  });

  it('knows that a person rejected the repair, in mode propose and in mode attach', async () => {
    const account = nginxAccount({ cases: [{ fingerprint, state: 'ticketed', proposal: { state: 'rejected' } }] });
    const explained = await Promise.all([explainedIn(account), explainedIn(account, record, '--mode', 'propose')]);
    const rejected = ['open-ticket', 'first-time', 'proposal-rejected'];
    expect(explained.map(({ lines }) => decidedAs(lines[0]))).toEqual([rejected, rejected]);
  });

  it('does not take the case of another group for it', async () => {
    const found = { roleArn: ROLE_ARN, logGroupName: '/ecs/other', ...repaired };
    const { lines } = await explainedIn(nginxAccount({ cases: [found] }));
    expect(decidedAs(lines[0])).toEqual(['attach-policy', 'all-guardrails-hold']);
  });

  it('knows a policy that somebody removed, and the writes of the last hour', async () => {
    const policy = {
      roleId: ROLE_ID,
      policyName: `ExecLogDelivery-${REGION}`,
      documentHash: 'x',
      attachedAt: '2023-02-11T06:00:00Z',
      confirmedAt: '2023-02-11T06:00:01Z',
    };
    const settings = aFile({ limits: { writesPerHour: 1 } });
    const { lines } = await explainedIn(nginxAccount({ attachedPolicies: [policy] }), record, '--settings', settings);
    expect(decidedAs(lines[0])).toEqual(['open-ticket', 'first-time', 'policy-removed', 'breaker-closed']);
  });
});

describe('given an account file with keys that are not known', () => {
  it('decides without them, and names each with what is known at its place', async () => {
    const { ecs, ...rest } = nginxAccount();
    const account = { ...rest, ecs: { ...Object(ecs), 'clustres\nx': [] }, lgos: {} };
    const { code, stderr, lines } = await explainedIn(account);
    expect([code, decidedAs(lines[0])[0]]).toEqual([0, 'attach-policy']);
    expect(stderr.split('\n').map((line) => line.replace(/^exec-log: \S+: /, ''))).toEqual([
      'ecs.clustres x is not known and not read; known are clusters, tasks, taskDefinitions, services, containerInstances',
      expect.stringMatching(/^lgos is not known and not read; known are account, partition, region, iam, ecs, logs, /),
      '',
    ]);
  });
});

describe('given an account file that cannot be read', () => {
  it.each([
    {
      name: 'a list that is one page of several',
      account: nginxAccount({ logs: { logGroups: [], nextToken: 'more' } }),
      says: 'logs.nextToken: expected the last page (capture all pages), found "more"',
    },
    { name: 'no JSON', account: '{', says: 'expected JSON' },
    { name: 'an account id that is none', account: nginxAccount({ account: 111111111111 }), says: 'account: expected' },
    { name: 'a case that is none', account: nginxAccount({ cases: [{ state: 'lost' }] }), says: 'cases.0.state' },
    { name: 'a list where an object stands', account: nginxAccount({ ecs: [] }), says: 'ecs' },
  ])('ends with 2 and names the place of $name', async ({ account, says }) => {
    const { code, lines, stderr } = await explainedIn(account);
    expect([code, lines, stderr.includes(says) ? says : stderr]).toEqual([2, [], says]);
  });
});
