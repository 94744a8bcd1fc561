import { aDenialRecord } from '../support/records.ts';
import { asAws } from './live-account.ts';
import { nginxAccount } from './nginx-account.ts';
import { aFile, at, linesOf, runCli } from './run-cli.ts';

const NOW = ['--now', '2023-02-11T06:36:04Z'];
const live = (file: string, ...options: readonly string[]) =>
  runCli(['explain', file, '--live', '--json', '--mode', 'attach', ...options]);

describe('given a real account', () => {
  it('decides by what it reads there, and only reads', async () => {
    await asAws(async (account) => {
      const records = [aDenialRecord(), aDenialRecord({ eventId: 'second' })];
      const { code, stdout, stderr } = await live(aFile(records), ...NOW);
      const dispositions = linesOf(stdout).map((line) => at(line, 'decision', 'disposition'));
      expect({ code, stderr, dispositions }).toEqual({
        code: 0,
        stderr: '',
        dispositions: ['attach-policy', 'attach-policy'],
      });
      const operations = account.calls.map(({ operation }) => operation);
      expect(operations.filter((name) => !/^(Get|Describe|List|Lookup|Simulate)/.test(name))).toEqual([]);
      // The second denial asks nothing that the first has asked.
      expect(
        operations.filter((name) => ['GetRole', 'LookupEvents', 'DescribeClusters'].includes(name)).sort(),
      ).toEqual(['DescribeClusters', 'GetRole', 'LookupEvents']);
    });
  });

  it('takes the wall clock for now', async () => {
    await asAws(async () => {
      const { stdout } = await live(aFile(aDenialRecord()));
      const reasons = at(linesOf(stdout)[0], 'decision', 'reasons');
      const codes = (Array.isArray(reasons) ? reasons : []).map((reason) => at(reason, 'code'));
      expect(codes).toEqual(expect.arrayContaining(['real-session', 'fresh']));
    });
  });

  it("reads nothing for another account's denial, and says so once", async () => {
    await asAws(async (account) => {
      const foreign = aDenialRecord({ account: '222222222222' });
      const { code, stdout, stderr } = await live(aFile([foreign, foreign]), ...NOW);
      expect([code, ...linesOf(stdout).map((line) => at(line, 'finding'))]).toEqual([0, null, null]);
      expect(stderr.match(/a denial is of account 222222222222, the credentials are of 111111111111/g)).toHaveLength(1);
      expect(account.calls.map(({ operation }) => operation)).toEqual(['GetCallerIdentity']);
    });
  });

  it('ends with 3 and a hint where AWS does not know the credentials', async () => {
    const use = async () => {
      const { code, stdout, stderr } = await live(aFile(aDenialRecord()));
      expect([code, stdout, stderr.split('\n').length, /check AWS_PROFILE/.test(stderr)]).toEqual([3, '', 2, true]);
    };
    await asAws(use, nginxAccount(), 'AKIAUNKNOWN');
  });

  it('asks nobody about a denial that is not an exec session', async () => {
    await asAws(async (account) => {
      const { code } = await live(aFile(aDenialRecord({ logStreamName: 'nginx/nginx/x' })));
      expect([code, account.calls]).toEqual([0, []]);
    });
  });
});
