import { at, linesOf, runCli } from '../cli/run-cli.ts';
import { readAccountFile } from '../simulated-account/account-file.ts';
import { startHub } from '../simulated-account/deployment/hub.ts';
import { nginxDefaultFile, nginxDefaultSession } from '../simulated-account/scenarios/nginx-default.ts';

const HUB = '999999999999';
const HEARD_OF = '111111111111';
const SILENT = '222222222222';
const unit = 'ou-ab12-sandbox1';

describe('given a hub in an organisation in which one account has a member stack', () => {
  it('finds its rules on its bus, hears of the member, and asks for the stacks of the others', async () => {
    const organizations = {
      units: [{ id: unit, name: 'Sandbox', parent: 'r-ab12' }],
      accounts: [HUB, HEARD_OF, SILENT].map((id) => ({ id, name: id, parent: unit })),
    };
    const deployed = await startHub({
      organizationId: 'o-exampleorg1',
      hub: readAccountFile({ account: HUB, partition: 'aws', region: 'eu-central-1', organizations }),
      members: [{ files: [readAccountFile(nginxDefaultFile)], mode: 'ticket' }],
      settings: { defaultMode: 'ticket' },
    });
    const { AWS_PROFILE, ...before } = process.env;
    try {
      await deployed.exec(HEARD_OF, nginxDefaultSession);
      await deployed.settle();
      await deployed.hub.runFor(61 * 60_000);
      await deployed.hub.runSchedule();
      const { accessKeyId, secretAccessKey, sessionToken } = deployed.hub.account.credentialsFor('operator');
      process.env = {
        ...before,
        AWS_ENDPOINT_URL: deployed.organization.url,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
        AWS_REGION: 'eu-central-1',
      };
      const { stdout } = await runCli(['doctor', '--json']);
      const found = linesOf(stdout).map((line) => `${at(line, 'code')} ${at(line, 'status')}`);
      expect(found.filter((line) => /^(rule|bus|member|audit)/.test(line))).toEqual([
        'rule:exec-log-denials ok',
        'rule:exec-log-stack-deletions ok',
        'rule:exec-log-sessions ok',
        'rule:exec-log-starts ok',
        'audit ok',
        'bus:exec-log-hub ok',
        `member:${SILENT} warn`,
        // The hub's own account has no member stack here, so that nobody may read it either.
        `audit:${HUB}:eu-central-1 fail`,
      ]);
    } finally {
      process.env = { ...before, ...(AWS_PROFILE === undefined ? {} : { AWS_PROFILE }) };
      await deployed.close();
    }
  }, 120_000);
});
