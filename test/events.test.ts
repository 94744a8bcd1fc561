import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../functions/cli/program.ts';
import { matchesPattern } from '../functions/domain/event-pattern.ts';
import {
  DENIAL_RULE_PATTERN,
  SESSION_RULE_PATTERN,
  SIGNAL_RULES,
  STACK_DELETION_RULE_PATTERN,
  START_SESSION_RULE_PATTERN,
} from '../functions/domain/rules.ts';
import { declaredTarget } from './simulated-account/scenarios/firelens.ts';
import { eventAccounts as accounts } from './support/event-accounts.ts';

const EVENTS = join(__dirname, '..', 'events');

const read = (file: string) => JSON.parse(readFileSync(join(EVENTS, file), 'utf8'));

const rules = {
  denials: DENIAL_RULE_PATTERN,
  sessions: SESSION_RULE_PATTERN,
  'sessions outside ECS Exec': START_SESSION_RULE_PATTERN,
  'stack deletions': STACK_DELETION_RULE_PATTERN,
  'session-key': SIGNAL_RULES['session-key'].pattern,
  'bucket-objects': SIGNAL_RULES['bucket-objects'].pattern,
  firelens: SIGNAL_RULES.firelens.pattern,
  'awslogs-driver': SIGNAL_RULES['awslogs-driver'].pattern,
};

/** The settings that the events are judged by: whatever every guardrail allows is attached, also for keys, buckets and routers. */
const settings = {
  defaultMode: 'attach',
  buckets: { allow: ['ecs-exec-*'] },
  keys: { allow: ['*'] },
  fireLens: { mode: 'attach', targets: [declaredTarget] },
};

interface Row {
  readonly account: keyof typeof accounts;
  /** Which of the rules delivers it. */
  readonly rule: keyof typeof rules | null;
  readonly disposition: string;
  /** The first reasons, in order. */
  readonly reasons: readonly string[];
}

/** Which account it is looked into, which rule delivers it, and how it ends for which reasons. */
function end(account: Row['account'], rule: Row['rule'], disposition: string, ...reasons: readonly string[]): Row {
  return { account, rule, disposition, reasons };
}

/** Where each event ends. */
const ends: Readonly<Record<string, Row>> = {
  '01-published-nginx-default.json': end('nginx-default', 'denials', 'attach-policy', 'all-guardrails-hold'),
  '02-execute-command-opens-a-session.json': end('none', 'sessions', 'not-applicable', 'not-a-denial'),
  '03-execute-command-dry-run.json': end('none', 'sessions', 'not-applicable', 'not-a-denial'),
  '04-session-id-of-26-characters.json': end(
    'with the session of 02',
    'denials',
    'attach-policy',
    'all-guardrails-hold',
  ),
  '05-role-with-a-path.json': end('role with a path', 'denials', 'attach-policy', 'all-guardrails-hold'),
  '06-partition-aws-cn.json': end('in aws-cn', 'denials', 'attach-policy', 'all-guardrails-hold'),
  '07-partition-aws-us-gov.json': end('in aws-us-gov', 'denials', 'attach-policy', 'all-guardrails-hold'),
  '08-error-code-access-denied-exception.json': end('nginx-default', 'denials', 'attach-policy', 'all-guardrails-hold'),
  '09-explicit-deny-of-the-role.json': end(
    'nginx-default',
    'denials',
    'open-ticket',
    'identity-policy-missing',
    'denied-explicitly',
  ),
  '10-permissions-boundary.json': end(
    'nginx-default',
    'denials',
    'open-ticket',
    'identity-policy-missing',
    'denied-by-boundary',
  ),
  '11-service-control-policy.json': end(
    'nginx-default',
    'denials',
    'open-ticket',
    'identity-policy-missing',
    'denied-by-scp',
  ),
  '12-vpc-endpoint-policy.json': end(
    'nginx-default',
    'denials',
    'open-ticket',
    'identity-policy-missing',
    'denied-by-vpc-endpoint',
  ),
  '13-no-reason-as-in-2018.json': end(
    'nginx-default',
    'denials',
    'open-ticket',
    'identity-policy-missing',
    'cause-unknown',
  ),
  '14-firelens-look-alike.json': end('nginx-default', 'firelens', 'open-ticket', 'real-router'),
  '15-awslogs-driver-under-the-execution-role.json': end(
    'nginx-default',
    'awslogs-driver',
    'not-applicable',
    'awslogs-driver',
  ),
  '16-iam-user-of-the-container-environment.json': end(
    'nginx-default',
    'denials',
    'open-ticket',
    'mode-allows-attach',
    'real-session',
    'session-of-another-task',
    'target-confirmed',
    'task-not-found',
    'role-confirmed',
  ),
  '17-instance-role-fallback.json': end(
    'nginx-default',
    'denials',
    'open-ticket',
    'mode-allows-attach',
    'real-session',
    'session-of-another-task',
    'target-confirmed',
    'task-not-found',
    'role-confirmed',
  ),
  '18-forged-source.json': end('nginx-default', null, 'not-applicable', 'foreign-event'),
  '19-truncated-message.json': end(
    'nginx-default',
    'denials',
    'open-ticket',
    'identity-policy-missing',
    'denied-explicitly',
    'target-confirmed',
    'target-unexpected',
  ),
  '20-unexpected-target.json': end('nginx-default', 'denials', 'open-ticket', 'target-confirmed', 'target-unexpected'),
  '21-group-of-another-container.json': end(
    'with a sidecar',
    'denials',
    'open-ticket',
    'target-confirmed',
    'target-other-container',
  ),
  '22-session-that-nobody-opened.json': end(
    'nginx-default',
    'denials',
    'open-ticket',
    'real-session',
    'session-not-found',
  ),
  '23-role-made-again-under-its-name.json': end(
    'nginx-default',
    'denials',
    'open-ticket',
    'role-confirmed',
    'role-recreated',
  ),
  '24-unrelated-action.json': end('none', null, 'not-applicable', 'other-action'),
  '25-start-session-past-ecs-exec.json': end('none', 'sessions outside ECS Exec', 'not-applicable', 'not-a-denial'),
  '26-start-session-by-ecs-itself.json': end('none', 'sessions outside ECS Exec', 'not-applicable', 'not-a-denial'),
  '27-update-cluster-switches-logging-off.json': end('none', null, 'not-applicable', 'not-a-denial'),
  '28-demo-override-session-key-denied.json': end(
    'demo-override',
    'session-key',
    'attach-policy',
    'all-guardrails-hold',
  ),
  '29-demo-override-transcript-denied-in-the-bucket.json': end(
    'demo-override',
    'bucket-objects',
    'attach-policy',
    'all-guardrails-hold',
  ),
  '30-demo-override-log-stream-denied.json': end('demo-override', 'denials', 'attach-policy', 'all-guardrails-hold'),
  '31-cfn-override-log-stream-denied.json': end(
    'cfn-override',
    'denials',
    'open-ticket',
    'role-unmanaged',
    'stack-owned',
  ),
  '32-exec-clients-opened-by-aws-cli.json': end('none', 'sessions', 'not-applicable', 'not-a-denial'),
  '33-exec-clients-opened-by-ecspresso.json': end('none', 'sessions', 'not-applicable', 'not-a-denial'),
  '34-exec-clients-opened-by-ecsk.json': end('none', 'sessions', 'not-applicable', 'not-a-denial'),
  '35-exec-clients-opened-by-copilot.json': end('none', 'sessions', 'not-applicable', 'not-a-denial'),
  '36-exec-clients-log-stream-denied.json': end('exec-clients', 'denials', 'attach-policy', 'all-guardrails-hold'),
  '37-firelens-log-stream-denied-to-cloudwatch-logs.json': end(
    'firelens',
    'firelens',
    'attach-policy',
    'all-guardrails-hold',
  ),
  '38-firelens-log-group-denied-to-cloudwatch-logs.json': end(
    'firelens',
    'firelens',
    'attach-policy',
    'all-guardrails-hold',
  ),
  '39-firelens-log-stream-denied-to-cloudwatch.json': end(
    'firelens',
    'firelens',
    'attach-policy',
    'all-guardrails-hold',
  ),
  '40-firelens-log-group-denied-to-cloudwatch.json': end(
    'firelens',
    'firelens',
    'attach-policy',
    'all-guardrails-hold',
  ),
  '41-cfn-override-role-deletion-failed.json': end('none', 'stack deletions', 'not-applicable', 'foreign-event'),
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'exec-log-events-'));
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
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
