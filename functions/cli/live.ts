/** The real account, read-only by construction: nothing here is able to write to AWS but the table's reader's own class. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { STSClient } from '@aws-sdk/client-sts';
import { readCallerAccount } from '../adapters/aws/caller-identity.ts';
import { createCaseStore } from '../adapters/aws/case-store.ts';
import { clientSettings } from '../adapters/aws/client-settings.ts';
import { createSessionLedger } from '../adapters/aws/session-ledger.ts';
import { createTable } from '../adapters/aws/table.ts';
import { NOTHING_COUNTED } from '../domain/breaker.ts';
import { ENVIRONMENT } from '../domain/settings.ts';
import type { CaseStore, ObservationPorts, SessionLedger } from '../ports.ts';
import { createAwsReaders } from './aws-readers.ts';
import { memoisedPorts } from './memoised-ports.ts';
import type { Terminal } from './terminal.ts';
import { foreignAccounts, lazily, type World } from './world.ts';

/** AWS's limit for LookupEvents in an account and Region. */
const LOOKUPS_PER_SECOND = 2;

/** What is known of earlier denials; without the deployment's table, nothing. */
interface Memory {
  readonly ledger: SessionLedger;
  readonly cases: Pick<CaseStore, 'findAttachedPolicy' | 'readBreaker' | 'findCase'>;
}

const NO_MEMORY: Memory = {
  ledger: { findSession: async () => ({ kind: 'absent' }) },
  cases: {
    findAttachedPolicy: async () => undefined,
    readBreaker: async () => NOTHING_COUNTED,
    findCase: async () => undefined,
  },
};

/** The account of the standard credential chain, in whatever Regions the denials are of. */
export function openLiveWorld(terminal: Terminal): World {
  const { environment } = terminal;
  const tableName = environment[ENVIRONMENT.tableName] || undefined;
  const deploymentId = environment[ENVIRONMENT.deploymentId] || 'exec-log';
  const accountOf = lazily((region) => readCallerAccount(new STSClient({ region, ...clientSettings() })));
  const memoryOf = lazily((region) =>
    tableName === undefined ? NO_MEMORY : memoryIn(region, tableName, deploymentId),
  );
  const portsOf = lazily(async (region): Promise<ObservationPorts> => {
    const of = { account: await accountOf(region), endpointUrl: environment['AWS_ENDPOINT_URL'] };
    return memoisedPorts({ ...createAwsReaders({ region }, LOOKUPS_PER_SECOND, of), ...memoryOf(region) });
  });
  const warnOf = foreignAccounts(terminal);
  return {
    async portsFor({ region, account }) {
      if (region === null || account === null) return null;
      const callerAccount = await accountOf(region);
      if (callerAccount === account) return portsOf(region);
      warnOf(account, `the credentials are of ${callerAccount ?? 'no known account'}`);
      return null;
    },
    async caseOf(fingerprint, { region }) {
      return region === null ? null : ((await memoryOf(region).cases.findCase(fingerprint)) ?? null);
    },
    close: async () => undefined,
  };
}

function memoryIn(region: string, tableName: string, deploymentId: string): Memory {
  const table = createTable(new DynamoDBClient({ region, ...clientSettings() }), tableName);
  const { findAttachedPolicy, readBreaker, findCase } = createCaseStore(table, deploymentId, () => new Date());
  return { ledger: createSessionLedger(table), cases: { findAttachedPolicy, readBreaker, findCase } };
}
