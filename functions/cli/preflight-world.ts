import { STSClient } from '@aws-sdk/client-sts';
import { readCallerAccount } from '../adapters/aws/caller-identity.ts';
import { clientSettings } from '../adapters/aws/client-settings.ts';
import type { PreflightPorts } from '../flow/preflight.ts';
import type { FleetPorts } from '../flow/preflight-fleet.ts';
import { configuredRegion } from './configured-region.ts';
import { createPreflightPorts } from './preflight-ports.ts';
import { connectionTo, startAccountOf } from './simulated.ts';
import type { Terminal } from './terminal.ts';

/** The account that a preflight looks into. Whoever opens it closes it. */
export interface PreflightWorld {
  readonly ports: PreflightPorts & FleetPorts;
  /** How many requests AWS throttled so far; each was sent again. */
  throttled(): number;
  close(): Promise<void>;
}

/** The account of the standard credential chain, in one Region. */
export async function openLiveFleet(region: string | undefined, terminal: Terminal): Promise<PreflightWorld> {
  const connection = { region: await configuredRegion(region) };
  // First, because whatever is wrong with the credentials is no finding about the fleet.
  const account = await readCallerAccount(new STSClient({ ...connection, ...clientSettings() }));
  let throttled = 0;
  const ports = createPreflightPorts(
    connection,
    { account, endpointUrl: terminal.environment['AWS_ENDPOINT_URL'] },
    {
      clock: () => new Date(),
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      onThrottled: () => {
        throttled += 1;
      },
    },
  );
  return { ports, throttled: () => throttled, close: async () => undefined };
}

/** The account of a file, which has no request buckets. */
export async function openFleetOfFile(
  file: string,
  region: string | undefined,
  terminal: Terminal,
): Promise<PreflightWorld> {
  const { running, account } = await startAccountOf(file, terminal);
  const ports = createPreflightPorts(connectionTo(running, region ?? account.region), account, {
    clock: () => new Date(),
    sleep: async () => undefined,
    onThrottled: () => undefined,
  });
  // The file does not hold trails, and the one of the simulated account is nobody's.
  return { ports: { ...ports, trails: null }, throttled: () => 0, close: () => running.close() };
}
