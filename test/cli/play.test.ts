import { join } from 'node:path';
import { run } from '../../functions/cli/program.ts';
import { allowing } from '../simulated-account/sample-account.ts';
import { nginxAccount } from './nginx-account.ts';
import { aFile } from './run-cli.ts';

const EVENTS = join(__dirname, '..', '..', 'events');

async function ran(...argv: readonly string[]) {
  const out: string[] = [];
  const errors: string[] = [];
  const terminal = {
    stdout: { write: (text: string) => out.push(text) },
    stderr: { write: (text: string) => errors.push(text) },
    stdin: (async function* () {})(),
    environment: {},
  };
  const exitCode = await run(['play', ...argv], terminal);
  return { exitCode, out: out.join(''), errors: errors.join('') };
}

describe('given the command play', () => {
  it('prints one JSON object a step, the last one the result, and is done if the promise was kept', async () => {
    const { exitCode, out, errors } = await ran('--json');
    const steps = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

    expect([exitCode, errors]).toEqual([0, '']);
    expect(steps.at(-1)).toEqual({
      step: 'result',
      transcript: 'recorded',
      disposition: 'attach-policy',
    });
  });

  it('tells a story otherwise, and exits with 1 if the promise was not kept', async () => {
    const { exitCode, out } = await ran(join(EVENTS, '09-explicit-deny-of-the-role.json'));

    expect(exitCode).toBe(1);
    expect(out).toContain('Decision: open-ticket');
    expect(out).toContain('✗ Not repaired: this denial is a ticket (');
    expect(out).toContain('so the next transcript is lost too. Mode attach promises a recorded one (exit 1).');
  });

  it.each([
    {
      name: 'an unknown mode',
      argv: ['--mode', 'atach'],
      says: /--mode: expected one of observe, ticket, propose, attach/,
    },
    {
      name: 'an event for the ledger',
      argv: ['--scenario', 'ledger', join(EVENTS, '09-explicit-deny-of-the-role.json')],
      says: /neither an event nor --account/,
    },
    {
      name: 'an account for the ledger',
      argv: ['--scenario', 'ledger', '--account', aFile(nginxAccount(), 'account.json')],
      says: /neither an event nor --account/,
    },
    { name: 'an unknown scenario', argv: ['--scenario', 'nobody'], says: /no scenario "nobody"/ },
    { name: 'an event that is not there', argv: ['nowhere.json'], says: /nowhere\.json/ },
    {
      name: 'an account without its IAM section',
      argv: ['--account', aFile(nginxAccount({ iam: null }), 'account.json')],
      says: /lacks the role arn:aws:iam::111111111111:role\/nginx-sample-task-nginx-role .*iam\.RoleDetailList/,
    },
    {
      name: 'an account that would refuse the deployment',
      argv: [
        '--account',
        aFile(
          nginxAccount({
            organizations: {
              serviceControlPolicies: [{ target: 'r-root', policies: [allowing('logs:*')] }],
            },
          }),
          'account.json',
        ),
      ],
      says: /cannot be deployed to the given account: the role of \S+ lacks sqs:ReceiveMessage/,
      builds: true,
    },
    { name: 'a file that is no event', argv: [join(EVENTS, '..', 'LICENSE')], says: /not JSON/ },
    {
      name: 'an event of an account that nothing is known of',
      argv: [join(EVENTS, '06-partition-aws-cn.json')],
      says: /--account FILE/,
    },
    {
      name: 'an account file that is none',
      argv: ['--account', join(EVENTS, '..', 'tsconfig.json')],
      says: /no task|not valid/,
    },
  ])('exits with 2 and says why, before it builds where it can: $name', async ({ argv, says, builds }) => {
    const { exitCode, out, errors } = await ran(...argv);

    expect([exitCode, errors]).toEqual([2, expect.stringMatching(says)]);
    expect(out.includes('building')).toBe(builds === true);
    expect(out).not.toContain('is deployed');
  });

  it('says once why an event cannot be read', async () => {
    const { errors } = await ran('nowhere.json');

    expect(errors.split('ENOENT')).toHaveLength(2);
  });

  it('names the keys of an account file that are not read', async () => {
    const { errors } = await ran('--account', aFile({ ecss: {} }, 'account.json'));

    expect(errors).toContain('ecss is not known and not read; known are account,');
  });
});
