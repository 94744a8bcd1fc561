import { LedgerPlay, runAs } from './ledger-world.ts';
import { POLICY } from './whole-end.ts';

describe('given a deployment that repaired a role, and is to be removed', () => {
  let play: LedgerPlay;
  let before: readonly string[];

  beforeEach(async () => {
    play = await LedgerPlay.start();
    await play.audit();
    before = play.policies();
    await play.session('denied');
    await play.audited();
  });
  afterEach(() => play.close());

  /** CloudFormation forgets the stack; its table is retained. */
  const removeStack = () => play.system.account.stores.stackOutputs.delete('exec-log');
  const revertAll = async (...argv: readonly string[]) => {
    const { code, stdout } = await runAs('sato', play, ['revert', '--all', ...argv, '--json']);
    const { removed, stand } = code === 0 ? JSON.parse(stdout) : {};
    return { code, removed, stand };
  };

  it('lists what is attached, takes it off, and leaves the cases in the table', async () => {
    expect(play.policies()).toEqual([...before, POLICY]);
    expect(await revertAll('--dry-run')).toEqual({ code: 0, removed: 0, stand: 1 });
    expect(play.policies()).toEqual([...before, POLICY]);
    expect(await revertAll()).toEqual({ code: 0, removed: 1, stand: 0 });
    removeStack();
    expect([play.policies(), (await play.end()).cases]).toEqual([before, ['repaired all-guardrails-hold 1']]);
  });

  it('can be undone after the stack is gone, by the name of the table that it left', async () => {
    removeStack();
    const { tableName } = play.system.deployment;
    expect([await revertAll('--table', tableName), play.policies()]).toEqual([
      { code: 0, removed: 1, stand: 0 },
      before,
    ]);
  });
});
