import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SignalRuleName } from '../../functions/domain/rules.ts';
import { LOG_CODES } from '../../functions/telemetry/log-codes.ts';
import { type ExecLog, startExecLog } from '../simulated-account/deployment/exec-log.ts';
import { readAccountFile } from '../simulated-account/index.ts';
import { firelens } from '../simulated-account/scenarios/firelens.ts';

const EVENT = join(__dirname, '../../events/37-firelens-log-stream-denied-to-cloudwatch-logs.json');

/** As many as Lambda hands over at once: 6 MB. */
const COUNT = 2000;

let system: ExecLog;
afterEach(() => system.close());

/** So many denials of one router, delivered at once; answers the codes of our log. */
async function storm(signals: readonly SignalRuleName[]): Promise<readonly unknown[]> {
  const account = readAccountFile(firelens.file);
  const settings = firelens.settings('ticket');
  system = await startExecLog({ account, mode: 'ticket', settings, signals, withoutSlack: true });
  const { bus } = system.deployment;
  const delivered = JSON.parse(readFileSync(EVENT, 'utf8'));
  const eventTime = system.account.clock.now().toISOString();
  for (let denial = 0; denial < COUNT; denial += 1) {
    bus.put({ ...delivered, detail: { ...delivered.detail, eventID: randomUUID(), eventTime } });
  }
  // As long as the batch gathers.
  await system.deployment.runFor(5 * 60_000);
  return system.deployment.fn('remediator').logs.map(({ json }) => json?.['code']);
}

describe('given two thousand denials of a log router', () => {
  it('opens one ticket that counts them, in two lines of the log', async () => {
    const codes = await storm(['firelens']);

    expect(await system.ledger.cases()).toMatchObject([{ disposition: 'open-ticket', count: COUNT }]);
    expect(system.account.stores.opsItems.size).toBe(1);
    expect(codes.filter((code) => code === LOG_CODES.completed || code === LOG_CODES.folded)).toEqual([
      LOG_CODES.folded,
      LOG_CODES.completed,
    ]);
    expect(system.account.queues.get('exec-log-routers')?.nextVisibleAt()).toBeNull();
  });

  it('is not even delivered without the signal', async () => {
    await storm([]);

    expect(await system.ledger.cases()).toEqual([]);
    expect(system.deployment.fn('remediator').invocations).toEqual([]);
  });
});
