import { describeFailure, FailureError } from '../../functions/cli/failures.ts';
import { VERSION } from '../../functions/cli/version.ts';
import { runCli } from './run-cli.ts';

describe('given a command line', () => {
  it.each([
    { name: 'no command', argv: [], says: 'Usage: exec-log' },
    { name: 'an unknown command', argv: ['exlain'], says: '(Did you mean explain?)' },
    { name: 'an unknown option', argv: ['explain', 'x', '--acount', 'y'], says: '(Did you mean --account?)' },
    { name: 'no input', argv: ['explain'], says: "missing required argument 'file'" },
    { name: 'two accounts', argv: ['explain', 'x', '--live', '--account', 'y'], says: 'cannot be used with' },
    {
      name: 'a role that is none',
      argv: ['revert', 'a role', '--region', 'eu-central-1'],
      says: "expected a role's name or ARN",
    },
    { name: 'a Region that is none', argv: ['revert', 'web', '--region', 'Frankfurt'], says: 'expected a Region' },
  ])('ends with 2 and a hint on $name', async ({ argv, says }) => {
    const { code, stdout, stderr } = await runCli(argv);
    expect([code, stdout, stderr.includes(says) ? says : stderr]).toEqual([2, '', says]);
  });

  it('prints the version of the package', async () => {
    expect(await runCli(['--version'])).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
  });

  it('prints help for the program and for a command', async () => {
    const [program, command] = [await runCli(['--help']), await runCli(['explain', '--help'])];
    expect([program.code, command.code]).toEqual([0, 0]);
    expect(program.stdout).toContain('Exit codes: 0 done, 1 findings');
    expect(command.stdout).toContain('--account <file>');
  });
});

describe('given a failure', () => {
  const named = (name: string, message: string) => Object.assign(new Error(message), { name });

  it.each([
    {
      name: 'missing credentials',
      error: named('CredentialsProviderError', 'Could not load credentials from any providers'),
      says: 'No AWS credentials',
    },
    {
      name: 'expired credentials',
      error: named('ExpiredTokenException', 'The security token included in the request is expired'),
      says: 'log in again',
    },
    {
      name: 'unknown credentials',
      error: named('InvalidClientTokenId', 'The security token included in the request is invalid'),
      says: 'does not know these credentials',
    },
    { name: 'a missing permission', error: named('AccessDeniedException', 'no'), says: 'may not do that' },
    { name: 'throttling', error: named('ThrottlingException', 'Rate exceeded'), says: 'wait a minute' },
    {
      name: 'a refused connection',
      error: new AggregateError(
        [Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' })],
        '',
      ),
      says: 'cannot be reached',
    },
    { name: 'one of our own', error: new FailureError('run from a clone'), says: 'run from a clone' },
    {
      name: 'one that nobody knows',
      error: new TypeError('x is not a function'),
      says: 'TypeError: x is not a function',
    },
  ])('says in one line what to do about $name', ({ error, says }) => {
    const line = describeFailure(error);
    expect([line.includes(says) ? says : line, line.includes('\n')]).toEqual([says, false]);
  });
});
