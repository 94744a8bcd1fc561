import { readAccountFile } from '../account-file.ts';
import type { AccountState } from '../account-state.ts';
import file from './nginx-default.account.json';
import type { ExecScenario } from './scenario.ts';

/** The account of the published scenario: cluster logging DEFAULT beside a group that DEFAULT ignores. A new one at each call. */
export function nginxDefaultAccount(): AccountState {
  return readAccountFile(structuredClone(nginxDefaultFile));
}

/** The account file as it is. */
export const nginxDefaultFile: unknown = file;

/** Who opens which shell in the scenario. */
export const nginxDefaultSession = {
  cluster: 'nginx-sample-cluster',
  task: 'a9112a0a96ed445cbc93a90807e34e37',
  container: 'nginx',
  person: 'alice',
} as const;

export const nginxDefault: ExecScenario = {
  kind: 'exec',
  file,
  settings: () => ({}),
  sessions: [nginxDefaultSession],
  next: nginxDefaultSession,
  stackName: null,
  toldPreflight: false,
};
