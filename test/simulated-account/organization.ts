import { AccountRuntime } from './account-runtime.ts';
import type { AccountState } from './account-state.ts';
import { Faults } from './faults.ts';
import type { Membership } from './membership.ts';
import { accountBehind, type LoggedCall, type SimulatedAccount, serve } from './server.ts';
import { SimulatedClock } from './simulated-clock.ts';

export interface SimulatedOrganizationOptions {
  readonly organizationId: string;
  /** One file for each account and Region; the first one of an account holds its IAM. */
  readonly accounts: readonly AccountState[];
  readonly clock?: SimulatedClock;
}

/** A running simulated organisation. */
export interface SimulatedOrganization {
  readonly url: string;
  readonly clock: SimulatedClock;
  readonly faults: Faults;
  /** Of all accounts. */
  readonly calls: readonly LoggedCall[];
  /** An account, in its first Region unless another one is named. Closing it closes the organisation. */
  account(account: string, region?: string): SimulatedAccount;
  close(): Promise<void>;
}

/** Serves several accounts and Regions behind one endpoint: who calls is known by the access key, where by the signature. */
export async function startSimulatedOrganization({
  organizationId,
  accounts,
  clock = new SimulatedClock(),
}: SimulatedOrganizationOptions): Promise<SimulatedOrganization> {
  const homes = new Map<string, AccountRuntime>();
  const membership: Membership = {
    organizationId,
    keys: { issued: 0 },
    buses: new Map(),
    accountOf: (account) => homes.get(account),
  };
  const isFirst = (file: AccountState) => accounts.find(({ account }) => account === file.account) === file;
  for (const file of accounts.filter(isFirst)) {
    homes.set(file.account, new AccountRuntime(file, clock, undefined, membership));
  }
  const endpoint = await serve([...homes.values()], new Faults(clock));
  for (const file of accounts.filter((candidate) => !isFirst(candidate))) homes.get(file.account)?.addRegion(file);
  const { url, faults, calls, close } = endpoint;
  return {
    url,
    clock,
    faults,
    calls,
    account: (account, region) => {
      const home = homes.get(account);
      if (home === undefined) throw new Error(`the organisation has no account ${account}`);
      return accountBehind(endpoint, home.inRegion(region ?? home.state.region));
    },
    close,
  };
}
