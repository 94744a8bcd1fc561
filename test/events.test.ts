import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../functions/cli/program.ts';
import { matchesPattern } from '../functions/domain/event-pattern.ts';
import { DENIAL_RULE_PATTERN, SESSION_RULE_PATTERN, START_SESSION_RULE_PATTERN } from '../functions/domain/rules.ts';
import nginxDefault from './simulated-account/scenarios/nginx-default.account.json';

const EVENTS = join(__dirname, '..', 'events');

const read = (file: string) => JSON.parse(readFileSync(join(EVENTS, file), 'utf8'));

/** The scenario in another partition. */
const moved = (partition: string, region: string, account: string) =>
  JSON.parse(
    JSON.stringify({ ...nginxDefault, partition })
      .replaceAll('arn:aws:', `arn:${partition}:`)
      .replaceAll('ap-northeast-1', region)
      .replaceAll('111111111111', account),
  );

/** The accounts that the events are looked into with, by name: the scenario, and what differs from it. */
const accounts = {
  none: null,
  'nginx-default': nginxDefault,
  'with the session of 02': {
    ...nginxDefault,
    cloudtrail: { records: [read('02-execute-command-opens-a-session.json').detail] },
  },
  'role with a path': {
    ...nginxDefault,
    ...JSON.parse(
      JSON.stringify({ iam: nginxDefault.iam, ecs: nginxDefault.ecs }).replaceAll(
        'role/nginx-sample-task-nginx-role',
        'role/service/web/nginx-sample-task-nginx-role',
      ),
    ),
  },
  'in aws-cn': moved('aws-cn', 'cn-north-1', '222222222222'),
  'in aws-us-gov': moved('aws-us-gov', 'us-gov-west-1', '333333333333'),
  'with a sidecar': {
    ...nginxDefault,
    ecs: {
      ...nginxDefault.ecs,
      taskDefinitions: nginxDefault.ecs.taskDefinitions.map(({ taskDefinition }) => ({
        ...taskDefinition,
        containerDefinitions: [
          ...taskDefinition.containerDefinitions,
          {
            name: 'sidecar',
            logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/nginx-sample/sidecar' } },
          },
        ],
      })),
    },
  },
} as const;

const rules = {
  denials: DENIAL_RULE_PATTERN,
  sessions: SESSION_RULE_PATTERN,
  'sessions outside ECS Exec': START_SESSION_RULE_PATTERN,
};

interface Row {
  readonly account: keyof typeof accounts;
  /** Which of the rules delivers it. */
  readonly rule: keyof typeof rules | null;
  readonly disposition: string;
  /** The first reasons, in order. */
  readonly reasons: readonly string[];
}

/** Where each event ends, under settings that attach wherever every guardrail holds. */
const ends: Readonly<Record<string, Row>> = {
  '01-published-nginx-default.json': {
    account: 'nginx-default',
    rule: 'denials',
    disposition: 'attach-policy',
    reasons: ['all-guardrails-hold'],
  },
  '02-execute-command-opens-a-session.json': {
    account: 'none',
    rule: 'sessions',
    disposition: 'not-applicable',
    reasons: ['not-a-denial'],
  },
  '03-execute-command-dry-run.json': {
    account: 'none',
    rule: 'sessions',
    disposition: 'not-applicable',
    reasons: ['not-a-denial'],
  },
  '04-session-id-of-26-characters.json': {
    account: 'with the session of 02',
    rule: 'denials',
    disposition: 'attach-policy',
    reasons: ['all-guardrails-hold'],
  },
  '05-role-with-a-path.json': {
    account: 'role with a path',
    rule: 'denials',
    disposition: 'attach-policy',
    reasons: ['all-guardrails-hold'],
  },
  '06-partition-aws-cn.json': {
    account: 'in aws-cn',
    rule: 'denials',
    disposition: 'attach-policy',
    reasons: ['all-guardrails-hold'],
  },
  '07-partition-aws-us-gov.json': {
    account: 'in aws-us-gov',
    rule: 'denials',
    disposition: 'attach-policy',
    reasons: ['all-guardrails-hold'],
  },
  '08-error-code-access-denied-exception.json': {
    account: 'nginx-default',
    rule: 'denials',
    disposition: 'attach-policy',
    reasons: ['all-guardrails-hold'],
  },
  '09-explicit-deny-of-the-role.json': {
    account: 'nginx-default',
    rule: 'denials',
    disposition: 'open-ticket',
    reasons: ['identity-policy-missing', 'denied-explicitly'],
  },
  '10-permissions-boundary.json': {
    account: 'nginx-default',
    rule: 'denials',
    disposition: 'open-ticket',
    reasons: ['identity-policy-missing', 'denied-by-boundary'],
  },
  '11-service-control-policy.json': {
    account: 'nginx-default',
    rule: 'denials',
    disposition: 'open-ticket',
    reasons: ['identity-policy-missing', 'denied-by-scp'],
  },
  '12-vpc-endpoint-policy.json': {
    account: 'nginx-default',
    rule: 'denials',
    disposition: 'open-ticket',
    reasons: ['identity-policy-missing', 'denied-by-vpc-endpoint'],
  },
  '13-no-reason-as-in-2018.json': {
    account: 'nginx-default',
    rule: 'denials',
    disposition: 'open-ticket',
    reasons: ['identity-policy-missing', 'cause-unknown'],
  },
  '14-firelens-look-alike.json': { account: 'none', rule: null, disposition: 'not-applicable', reasons: ['firelens'] },
  '15-awslogs-driver-under-the-execution-role.json': {
    account: 'nginx-default',
    rule: null,
    disposition: 'not-applicable',
    reasons: ['awslogs-driver'],
  },
  '16-iam-user-of-the-container-environment.json': {
    account: 'nginx-default',
    rule: 'denials',
    disposition: 'open-ticket',
    reasons: [
      'mode-allows-attach',
      'real-session',
      'session-of-another-task',
      'target-confirmed',
      'task-not-found',
      'role-confirmed',
    ],
  },
  '17-instance-role-fallback.json': {
    account: 'nginx-default',
    rule: 'denials',
    disposition: 'open-ticket',
    reasons: [
      'mode-allows-attach',
      'real-session',
      'session-of-another-task',
      'target-confirmed',
      'task-not-found',
      'role-confirmed',
    ],
  },
  '18-forged-source.json': {
    account: 'nginx-default',
    rule: null,
    disposition: 'not-applicable',
    reasons: ['foreign-event'],
  },
  '19-truncated-message.json': {
    account: 'nginx-default',
    rule: 'denials',
    disposition: 'open-ticket',
    reasons: ['identity-policy-missing', 'denied-explicitly', 'target-confirmed', 'target-unexpected'],
  },
  '20-unexpected-target.json': {
    account: 'nginx-default',
    rule: 'denials',
    disposition: 'open-ticket',
    reasons: ['target-confirmed', 'target-unexpected'],
  },
  '21-group-of-another-container.json': {
    account: 'with a sidecar',
    rule: 'denials',
    disposition: 'open-ticket',
    reasons: ['target-confirmed', 'target-other-container'],
  },
  '22-session-that-nobody-opened.json': {
    account: 'nginx-default',
    rule: 'denials',
    disposition: 'open-ticket',
    reasons: ['real-session', 'session-not-found'],
  },
  '23-role-made-again-under-its-name.json': {
    account: 'nginx-default',
    rule: 'denials',
    disposition: 'open-ticket',
    reasons: ['role-confirmed', 'role-recreated'],
  },
  '24-unrelated-action.json': { account: 'none', rule: null, disposition: 'not-applicable', reasons: ['other-action'] },
  '25-start-session-past-ecs-exec.json': {
    account: 'none',
    rule: 'sessions outside ECS Exec',
    disposition: 'not-applicable',
    reasons: ['not-a-denial'],
  },
  '26-start-session-by-ecs-itself.json': {
    account: 'none',
    rule: 'sessions outside ECS Exec',
    disposition: 'not-applicable',
    reasons: ['not-a-denial'],
  },
  '27-update-cluster-switches-logging-off.json': {
    account: 'none',
    rule: null,
    disposition: 'not-applicable',
    reasons: ['not-a-denial'],
  },
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'exec-log-events-'));
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ defaultMode: 'attach' }));
  for (const [name, account] of Object.entries(accounts)) {
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(account));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

async function explained(file: string, account: keyof typeof accounts) {
  const lines: string[] = [];
  const terminal = {
    stdout: { write: (text: string) => lines.push(text) },
    stderr: { write: () => true },
    stdin: (async function* () {})(),
    environment: {},
  };
  const where = account === 'none' ? [] : ['--account', join(folder, `${account}.json`)];
  await run(['explain', join(EVENTS, file), '--json', '--settings', join(folder, 'settings.json'), ...where], terminal);
  return JSON.parse(lines.join(''));
}

describe('given the events of events/', () => {
  const files = readdirSync(EVENTS).sort();

  it('knows where each file ends, and has each file that it knows', () => {
    expect(files).toEqual(Object.keys(ends));
  });

  it('numbers them from 01 without a gap', () => {
    expect(files.map((file) => file.slice(0, 3))).toEqual(
      files.map((_, index) => `${String(index + 1).padStart(2, '0')}-`),
    );
  });

  it.each(Object.entries(ends))('brings %s to its end', async (file, end) => {
    const { matchesRule, decision } = await explained(file, end.account);
    const event = read(file);
    const matching = Object.entries(rules).filter(([, pattern]) => matchesPattern(pattern, event));
    const codes = decision.reasons.map(({ code }: { code: string }) => code);

    expect({
      matchesRule,
      rule: matching[0]?.[0] ?? null,
      disposition: decision.disposition,
      reasons: codes.slice(0, end.reasons.length),
    }).toEqual({
      matchesRule: end.rule === 'denials',
      rule: end.rule,
      disposition: end.disposition,
      reasons: end.reasons,
    });
  });
});
