import { createPreflightPorts } from '../../../functions/cli/preflight-ports.ts';
import type { PreflightCheck } from '../../../functions/domain/preflight/check.ts';
import { checkSubject } from '../../../functions/domain/preflight/check-subject.ts';
import type { PreflightCheckCode } from '../../../functions/domain/preflight/codes.ts';
import { preflightSubjects } from '../../../functions/flow/preflight.ts';
import { readFleet } from '../../../functions/flow/preflight-fleet.ts';
import type { ExecLog } from '../deployment/exec-log.ts';
import type { ExecScenario } from '../scenarios/scenario.ts';
import type { PlayStep, PreflightFinding } from './steps.ts';

/** The codes about what `ecs-exec-checker` looks at too: the shell, and nothing of its transcript. */
const CHECKER_CODES: ReadonlySet<string> = new Set<PreflightCheckCode>([
  'exec-enabled',
  'exec-agent-running',
  'platform-supports-exec',
  'container-fit',
  'role-found',
  'key-usable',
]);
/** The shell's own calls; those of its transcript are the agent's later ones. */
const SHELL_CALL = /ssmmessages:|kms:Decrypt/;

/** What is known before anybody opens a shell: what the checker would find in order, and what the preflight finds all the same. */
export async function* toldPreflight(
  system: ExecLog,
  { toldPreflight, sessions: [{ cluster }] }: ExecScenario,
): AsyncGenerator<PlayStep> {
  if (!toldPreflight) return;
  const checks = await checksIn(system, cluster);
  const findings = checks.flatMap(({ status, code, detail }): readonly PreflightFinding[] =>
    status === 'green' ? [] : [{ status, code, detail }],
  );
  const inOrder = checks.filter(({ code, status }) => status === 'green' && CHECKER_CODES.has(code));
  const calls = findings.some(({ code, detail }) => code.startsWith('call') && SHELL_CALL.test(detail))
    ? []
    : ['The role may make the calls that open the shell: ssmmessages, and kms:Decrypt with the session key.'];
  yield { step: 'preflight', greenChecks: [...inOrder.map(({ detail }) => detail), ...calls], findings };
}

/** What `exec-log preflight --cluster --all` finds in the running account. */
async function checksIn({ account }: ExecLog, cluster: string): Promise<readonly PreflightCheck[]> {
  const { region } = account.state;
  const connection = { region, endpoint: account.url, credentials: account.credentialsFor('operator', 'preflight') };
  const ports = createPreflightPorts(
    connection,
    { account: account.state.account },
    { clock: () => account.clock.now(), sleep: async () => {}, onThrottled: () => {} },
  );
  const fleet = await readFleet({ cluster, serviceName: null, taskId: null }, ports, () => {});
  if (fleet.kind !== 'read') return [];
  const checks: PreflightCheck[] = [];
  for await (const subject of preflightSubjects(fleet.value, ports)) {
    checks.push(...checkSubject(subject).checks);
  }
  return checks;
}
