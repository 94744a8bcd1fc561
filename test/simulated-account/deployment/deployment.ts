import type { JsonObject } from '../account-state.ts';
import type { Queue } from '../queues.ts';
import type { SimulatedAccount } from '../server.ts';
import type { EventBus } from './event-bus.ts';
import { collectsUntil, drain, type EventSource } from './event-source.ts';
import type { FunctionUrl } from './function-url.ts';
import type { Invocation } from './lambda-worker.ts';
import { runScheduled, type Schedule } from './schedule.ts';
import type { SimulatedFunction } from './simulated-function.ts';

/** The stacks as they run on the simulated account. */
export interface DeploymentParts {
  readonly account: SimulatedAccount;
  readonly bus: EventBus;
  /** By the name of the bundle. */
  readonly functions: ReadonlyMap<string, SimulatedFunction>;
  readonly sources: readonly EventSource[];
  readonly schedules: readonly Schedule[];
  readonly functionUrls: readonly FunctionUrl[];
  readonly tableName: string | null;
  readonly settingsPath: string | null;
}

/** A running deployment: what arrives on the bus goes through rules and queues to the functions whenever it is told to settle. */
export class Deployment {
  readonly account: SimulatedAccount;
  readonly bus: EventBus;

  constructor(private readonly parts: DeploymentParts) {
    this.account = parts.account;
    this.bus = parts.bus;
  }

  get tableName(): string {
    return given(this.parts.tableName, 'no function is told a table');
  }

  get settingsPath(): string {
    return given(this.parts.settingsPath, 'no function is told a settings path');
  }

  /** A deployed function by the folder that it is built from. */
  fn(name: string): SimulatedFunction {
    return given(this.parts.functions.get(name) ?? null, `the template deploys no function ${name}`);
  }

  /** A queue that a function reads: the first, or the one that has this word in its name. */
  queueOf(name: string, word = ''): Queue {
    return this.sourceOf(name, word).queue;
  }

  /** Where a function's queue puts what was received too often. */
  deadLetterQueueOf(name: string, word = ''): Queue {
    const redrive = this.queueOf(name, word).settings.redrive;
    return given(
      this.account.queues.get(redrive?.deadLetterQueue ?? '') ?? null,
      `the queue of ${name} has no dead-letter queue`,
    );
  }

  /**
   * Runs every function that stands on a schedule once, as the schedule would now, and lets all that it caused settle. Answers how
   * each run ended; the clock does not run schedules by itself.
   */
  async runSchedule(): Promise<readonly Invocation[]> {
    await this.settle();
    const ended = await Promise.all(this.parts.schedules.map((schedule) => runScheduled(schedule, this.account)));
    await this.settle();
    return ended;
  }

  /** Where a function with a URL is served. */
  urlOf(name: string): string {
    const fn = this.fn(name);
    return given(this.parts.functionUrls.find(({ target }) => target === fn)?.url ?? null, `${name} has no URL`);
  }

  /** Runs until nothing waits and nothing is visible; what is delayed, collected or in flight waits for the clock. */
  async settle(): Promise<void> {
    for (;;) {
      const delivered = await this.bus.flush();
      this.followClock();
      const drained = await Promise.all(this.parts.sources.map((source) => drain(source, this.account)));
      if (!delivered && !drained.includes(true)) return;
    }
  }

  /** Moves the clock on by so many milliseconds, from one due message to the next, settling at each. */
  async runFor(milliseconds: number): Promise<void> {
    const { clock } = this.account;
    const end = clock.now().getTime() + milliseconds;
    await this.settle();
    for (;;) {
      const next = this.nextDue();
      if (next === null || next > end) break;
      clock.advance(Math.max(0, next - clock.now().getTime()));
      await this.settle();
    }
    clock.advance(Math.max(0, end - clock.now().getTime()));
    await this.settle();
  }

  /** Replaces the settings; functions that are warm see them after their own minute, cold ones at once. */
  putSettings(settings: unknown): void {
    const Name = `${this.settingsPath}/settings`;
    const Version = (this.account.stores.parameters.get(Name)?.Version ?? 0) + 1;
    const Value = typeof settings === 'string' ? settings : JSON.stringify(settings);
    this.account.stores.parameters.set(Name, {
      Name,
      Value,
      Type: 'String',
      Version,
      LastModifiedDate: this.account.clock.now(),
    });
  }

  /** Delivers one batch of events to a function's queue and lets everything settle. */
  async deliver(name: string, events: readonly JsonObject[]): Promise<void> {
    const queue = this.queueOf(name);
    for (const event of events) queue.send(JSON.stringify(event));
    await this.settle();
  }

  /** Ends every environment and stops listening; the account itself goes on. */
  async close(): Promise<void> {
    this.bus.close();
    await Promise.all(this.parts.functionUrls.map((one) => one.close()));
    await Promise.all([...this.parts.functions.values()].map((fn) => fn.kill()));
  }

  private sourceOf(name: string, word: string): EventSource {
    const fn = this.fn(name);
    const named = ({ queue }: EventSource) => queue.name.toLowerCase().includes(word.toLowerCase());
    const source = this.parts.sources.find((one) => one.target === fn && named(one));
    return given(source ?? null, `no queue ${word} feeds ${name}`);
  }

  private nextDue(): number | null {
    const now = this.account.clock.now().getTime();
    const due = this.parts.sources
      .flatMap((source) => [source.queue.nextVisibleAt()?.getTime() ?? null, collectsUntil(source, now)])
      .filter((time) => time !== null);
    return due.length === 0 ? null : Math.min(...due);
  }

  private followClock(): void {
    for (const fn of this.parts.functions.values()) fn.followClock();
  }
}

function given<T>(value: T | null, otherwise: string): T {
  if (value === null) throw new Error(otherwise);
  return value;
}
