import type { Terminal } from './terminal.ts';
import type { World } from './world.ts';

/** The account that is looked into, and where in it a task is looked for that is not named by ARN. */
export interface FixCodeWorld {
  readonly world: World;
  readonly place: () => Promise<{ readonly account: string | null; readonly region: string }>;
}

/** Opens the account of the file, else the real one; `region` is that of a cluster's ARN. */
export async function openFixCodeWorld(
  options: { readonly account?: string },
  region: string | undefined,
  terminal: Terminal,
): Promise<FixCodeWorld> {
  return options.account === undefined
    ? liveWorld(region, terminal)
    : simulatedWorld(options.account, region, terminal);
}

async function liveWorld(given: string | undefined, terminal: Terminal): Promise<FixCodeWorld> {
  const { openLiveWorld } = await import('./live.ts');
  return {
    world: openLiveWorld(terminal),
    place: async () => {
      const [{ configuredRegion }, { STSClient }, { readCallerAccount }, { clientSettings }] = await Promise.all([
        import('./configured-region.ts'),
        import('@aws-sdk/client-sts'),
        import('../adapters/aws/caller-identity.ts'),
        import('../adapters/aws/client-settings.ts'),
      ]);
      const region = await configuredRegion(given);
      return { region, account: await readCallerAccount(new STSClient({ region, ...clientSettings() })) };
    },
  };
}

async function simulatedWorld(file: string, given: string | undefined, terminal: Terminal): Promise<FixCodeWorld> {
  const { startAccountOf, worldOf } = await import('./simulated.ts');
  const started = await startAccountOf(file, terminal);
  const { account, region } = started.account;
  return { world: worldOf(started, terminal), place: async () => ({ account, region: given ?? region }) };
}
