import { readAccountFile, type SimulatedAccount, startSimulatedAccount } from '../simulated-account/index.ts';
import { nginxAccount } from './nginx-account.ts';

const VARIABLES = [
  'AWS_ENDPOINT_URL',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_REGION',
  'AWS_PROFILE',
];

/** Serves an account where the standard credential chain finds it: what `--live`, `revert` and `doctor` take for AWS. */
export async function asAws(
  use: (account: SimulatedAccount) => Promise<void>,
  file: unknown = nginxAccount(),
  accessKeyId?: string,
): Promise<void> {
  const before = new Map(VARIABLES.map((name) => [name, process.env[name]]));
  const account = await startSimulatedAccount({ account: readAccountFile(file) });
  const credentials = account.credentialsFor('operator');
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: account.url,
    AWS_ACCESS_KEY_ID: accessKeyId ?? credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_REGION: account.state.region,
  });
  delete process.env['AWS_PROFILE'];
  try {
    await use(account);
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await account.close();
  }
}
