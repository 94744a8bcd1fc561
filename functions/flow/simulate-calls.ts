import type { ObservedRole, Reading, SimulatedCall } from '../domain/observation.ts';
import type { RequiredCall } from '../domain/remediation-policy.ts';
import type { IamReader, SimulationQuery } from '../ports.ts';

/** What IAM knows of a call of the agent's or the router's with this role in this Region. */
export function contextOfCalls(
  { roleArn, tags }: Pick<ObservedRole, 'roleArn' | 'tags'>,
  region: string,
): Readonly<Record<string, string>> {
  const account = roleArn.split(':')[4] ?? '';
  return {
    'aws:RequestedRegion': region,
    'aws:PrincipalArn': roleArn,
    'aws:PrincipalAccount': account,
    // Every call of the agent goes to a resource of the account, or is not to be allowed.
    'aws:ResourceAccount': account,
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
  };
}

/** One question for the agent's own calls, and one for those that each service makes for the role; answers in the calls' order. */
export async function simulateCalls(
  calls: readonly RequiredCall[],
  query: Omit<SimulationQuery, 'pairs'>,
  { simulate: ask }: Pick<IamReader, 'simulate'>,
): Promise<Reading<readonly SimulatedCall[]>> {
  const services = [...new Set(calls.map(({ viaService }) => viaService))];
  const answers = await Promise.all(
    services.map(async (viaService) => {
      const pairs = calls.filter((call) => call.viaService === viaService);
      const context = viaService === undefined ? query.context : { ...query.context, 'kms:ViaService': viaService };
      const asked = pairs.map(({ action, resource }) => ({ action, resource }));
      return { viaService, answer: await ask({ ...query, pairs: asked, context }) };
    }),
  );
  const left = new Map<string | undefined, SimulatedCall[]>();
  for (const { viaService, answer } of answers) {
    if (answer.kind !== 'read') return answer;
    left.set(viaService, viaService === undefined ? answer.value.map(ownCall) : [...answer.value]);
  }
  return { kind: 'read', value: calls.flatMap(({ viaService }) => left.get(viaService)?.shift() ?? []) };
}

/** A call that the role makes itself has no `kms:ViaService`: that it is absent is the truth, and nothing to be missed. */
function ownCall(call: SimulatedCall): SimulatedCall {
  return { ...call, missingContextValues: call.missingContextValues.filter((key) => key !== 'kms:ViaService') };
}
