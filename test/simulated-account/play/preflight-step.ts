import { createPreflightPorts } from '../../../functions/cli/preflight-ports.ts';
import { checkSubject } from '../../../functions/domain/preflight/check-subject.ts';
import { preflightSubjects } from '../../../functions/flow/preflight.ts';
import { readFleet } from '../../../functions/flow/preflight-fleet.ts';
import type { ExecLog } from '../deployment/exec-log.ts';
import type { ExecScenario } from '../scenarios/scenario.ts';
import type { PlayStep, PreflightFinding } from './steps.ts';

/** What is known before anybody opens a shell: what the checker finds in order, and what the preflight finds all the same. */
export async function* toldPreflight(
  system: ExecLog,
  { greenChecks, sessions: [{ cluster }] }: ExecScenario,
): AsyncGenerator<PlayStep> {
  if (greenChecks.length > 0) yield { step: 'preflight', greenChecks, findings: await findingsIn(system, cluster) };
}

/** What `exec-log preflight --cluster` finds in the running account. */
async function findingsIn({ account }: ExecLog, cluster: string): Promise<readonly PreflightFinding[]> {
  const { region } = account.state;
  const connection = { region, endpoint: account.url, credentials: account.credentialsFor('operator', 'preflight') };
  const ports = createPreflightPorts(
    connection,
    { account: account.state.account },
    { clock: () => account.clock.now(), sleep: async () => {}, onThrottled: () => {} },
  );
  const fleet = await readFleet({ cluster, serviceName: null, taskId: null }, ports, () => {});
  if (fleet.kind !== 'read') return [];
  const findings: PreflightFinding[] = [];
  for await (const subject of preflightSubjects(fleet.value, ports)) {
    for (const { code, status, detail } of checkSubject(subject).checks) {
      if (status !== 'green') findings.push({ status, code, detail });
    }
  }
  return findings;
}
