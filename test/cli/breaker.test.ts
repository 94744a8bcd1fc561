import { createWriteBudget } from '../../functions/adapters/aws/write-budget.ts';
import { deployedStack, deployTable } from './deployed-account.ts';
import { asAws } from './live-account.ts';
import { nginxAccount } from './nginx-account.ts';
import { linesOf, runCli } from './run-cli.ts';

const DEPLOYED = nginxAccount(deployedStack);
const CEILING = { CEILING: '{"mode":"attach","accounts":["*"],"writesPerHour":5}' };
const LIMITS = { writesPerHour: 5, casesPerHour: 20 };
const CLOSE = ['breaker', '--close', '--reason', 'one broken boundary'];

/** A deployment with so many new causes counted a moment ago. */
async function aDeployment(cases: number) {
  const row = createWriteBudget(await deployTable(), 'exec-log');
  for (let index = 0; index < cases; index += 1) {
    await row.countCase({ fingerprint: `cause-${index}`, at: new Date(), limits: LIMITS });
  }
  return row;
}

const ran = (argv: readonly string[]) => runCli(argv, { environment: CEILING });

describe('given a breaker that is closed', () => {
  it('says so, with counts and limits', async () => {
    await asAws(async () => {
      await aDeployment(19);
      const { code, stdout, stderr } = await ran(['breaker', '--json']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(linesOf(stdout)).toMatchObject([
        { state: 'closed', writes: 0, cases: 19, limits: LIMITS, reclosed: null, closedNow: false },
      ]);
    }, DEPLOYED);
  });

  it('changes nothing to close it', async () => {
    await asAws(async () => {
      const row = await aDeployment(19);
      const { code, stdout } = await ran(CLOSE);
      expect([code, stdout.includes('nothing was changed')]).toEqual([0, true]);
      expect(await row.readBreaker()).toMatchObject({ reclosed: null });
    }, DEPLOYED);
  });
});

describe('given a breaker that is open', () => {
  it('ends with findings, and says why and until when', async () => {
    await asAws(async () => {
      const row = await aDeployment(20);
      const { opened } = await row.readBreaker();
      const { code, stdout } = await ran(['breaker']);
      expect(code).toBe(1);
      expect(stdout).toContain('the breaker is open: nothing is written, and new causes go into one digest');
      expect(stdout).toContain('new causes in the last hour: 20 of 20');
      expect(stdout).toContain(`opened by cases at ${opened?.at}`);
    }, DEPLOYED);
  });

  it('is closed in the name that AWS gives, with the reason, once', async () => {
    await asAws(async () => {
      const row = await aDeployment(20);
      const { code, stdout } = await ran(CLOSE);
      expect(code).toBe(0);
      expect(stdout).toContain('the breaker is closed now');
      expect(stdout).toContain('0 writes and 20 new causes before count no more');
      const { reclosed } = await row.readBreaker();
      expect(reclosed).toEqual({
        at: expect.any(String),
        by: expect.stringMatching(/^arn:aws:/),
        reason: 'one broken boundary',
      });
      expect(linesOf((await ran(['breaker', '--json'])).stdout)).toMatchObject([
        { state: 'closed', cases: 0, reclosed, closedNow: false },
      ]);
    }, DEPLOYED);
  });
});

describe('given the breakers of a hub', () => {
  it('says how that of one member stands, and of its own account where none is named', async () => {
    await asAws(async () => {
      const table = await deployTable();
      const scope = { account: '222222222222', place: null };
      const member = createWriteBudget(table, 'exec-log', scope);
      await member.countCase({ fingerprint: 'cause-1', at: new Date(), limits: LIMITS });
      const casesOf = async (...argv: string[]) => linesOf((await ran(['breaker', '--json', ...argv])).stdout);
      expect(await casesOf('--account', '222222222222')).toMatchObject([{ cases: 1 }]);
      expect(await casesOf()).toMatchObject([{ cases: 0 }]);
    }, DEPLOYED);
  });

  it('finds that of its own account also where that is named', async () => {
    await asAws(async (account) => {
      await aDeployment(3);
      const { stdout } = await ran(['breaker', '--json', '--account', account.state.account]);
      expect(linesOf(stdout)).toMatchObject([{ cases: 3 }]);
    }, DEPLOYED);
  });
});

describe('given a command line that is none', () => {
  it.each([
    ['a close without a reason', ['breaker', '--close']],
    ['a reason of nine characters', ['breaker', '--close', '--reason', 'a'.repeat(9)]],
    ['a reason that nobody reads', ['breaker', '--close', '--reason', 'a'.repeat(501)]],
    ['an account that is none', ['breaker', '--account', '22222222222']],
    ['a reason without a close', ['breaker', '--reason', 'one broken boundary']],
  ])('refuses %s before it reads anything', async (_, argv) => {
    // With a Region and credentials, so that nothing else can be the reason.
    await asAws(async (account) => {
      const { code } = await runCli(argv);
      expect([code, account.calls.length]).toEqual([2, 0]);
    });
  });

  it('says how to name a deployment that is not there', async () => {
    await asAws(async () => {
      const { code, stderr } = await ran(['breaker', '--deployment-id', 'nobody']);
      expect([code, stderr.includes('--deployment-id')]).toEqual([3, true]);
    });
  });
});
