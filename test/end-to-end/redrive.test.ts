import { runCli } from '../cli/run-cli.ts';
import { nothing, Play, repaired } from './whole-end.ts';

const MINUTE = 60_000;
const before = { ...process.env };

/** The standard credential chain finds the play's account in place of AWS. */
function asOperator({ system: { account } }: Play): void {
  const credentials = account.credentialsFor('operator');
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: account.url,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_REGION: account.state.region,
  });
}

describe('given a denial that failed eight times while IAM was broken', () => {
  let play: Play;
  beforeEach(async () => {
    play = await Play.start();
    play.system.account.faults.add({ service: 'iam', operation: 'GetRole', kind: '500' });
    await play.session();
    await play.system.deployment.runFor(30 * MINUTE);
    play.system.account.faults.clear();
    asOperator(play);
  });
  afterEach(async () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
    await play.close();
  });

  it('is shown by a dry run, and is repaired after a redrive', async () => {
    const shown = await runCli(['redrive', '--dry-run']);
    expect([shown.code, await play.end()]).toEqual([1, { ...nothing, deadLetters: 1 }]);
    expect(shown.stdout).toContain('by role nginx-sample-task-nginx-role');

    const { code, stdout } = await runCli(['redrive']);
    expect([code, stdout.includes('1 moved to exec-log-denials')]).toEqual([0, true]);
    await play.system.deployment.runFor(4 * MINUTE);
    expect(await play.end()).toEqual(repaired());
  });
});
