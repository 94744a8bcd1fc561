import { createChannelPace } from '../../functions/adapters/slack/channel-pace.ts';
import type { ChatPlace } from '../../functions/domain/case.ts';
import type { ChatMessage, Shown } from '../../functions/ports.ts';
import { FakeChat } from './fakes/outside.ts';
import type { RemediatorWorld } from './remediator.ts';

const BATCH = 10;

/** A remediator whose own queue keeps its delays, as SQS does; failed records come again after a minute. */
export class RemediatorTime {
  private readonly waiting: { readonly body: string; readonly dueAt: number }[] = [];
  /** Records that were given back. */
  failed = 0;

  constructor(readonly world: RemediatorWorld) {}

  /** Lets so many seconds go by, one after the other. */
  async run(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      this.receive();
      const now = this.world.now.getTime();
      const due = this.waiting.filter(({ dueAt }) => dueAt <= now);
      for (const message of due) this.waiting.splice(this.waiting.indexOf(message), 1);
      for (let first = 0; first < due.length; first += BATCH) {
        await this.deliver(due.slice(first, first + BATCH).map(({ body }) => body));
      }
      this.receive();
      this.world.now = new Date(now + 1000);
    }
  }

  /** Until nothing waits; throws where something waits for ever. */
  async runOut(maxSeconds: number): Promise<void> {
    for (let second = 0; second < maxSeconds; second += 60) {
      this.receive();
      if (this.waiting.length === 0) return;
      await this.run(60);
    }
    throw new Error(`${this.waiting.length} messages still wait`);
  }

  /** The messages that wait, taken out where they get lost. */
  get waitingCount(): number {
    this.receive();
    return this.waiting.length;
  }

  lose(): void {
    this.receive();
    this.waiting.length = 0;
  }

  async deliver(bodies: readonly string[]): Promise<void> {
    const failures = await this.world.deliver(...bodies);
    this.failed += failures.length;
    for (const failure of failures) {
      const body = bodies[Number(failure.slice(1))] ?? '';
      this.waiting.push({ body, dueAt: this.world.now.getTime() + 60_000 });
    }
  }

  private receive(): void {
    const now = this.world.now.getTime();
    for (const { body, delaySeconds } of this.world.queue.sent.splice(0)) {
      this.waiting.push({ body, dueAt: now + delaySeconds * 1000 });
    }
  }
}

/** A chat that takes one message a second and channel, as Slack does, and nothing while it is away. */
export class PacedChat extends FakeChat {
  isAway = false;
  private readonly pace;

  constructor(private readonly world: RemediatorWorld) {
    super();
    this.pace = createChannelPace(() => this.world.now);
  }

  override async show(message: ChatMessage & { readonly channel: string }, previous: ChatPlace | null): Promise<Shown> {
    return this.wait(message.channel) ?? super.show(message, previous);
  }

  override async reply(thread: ChatPlace, message: ChatMessage): Promise<Shown> {
    return this.wait(thread.channel) ?? super.reply(thread, message);
  }

  private wait(channel: string): Shown | null {
    if (this.isAway) return { kind: 'later', afterSeconds: 60 };
    const afterSeconds = this.pace.takeTurn(channel);
    return afterSeconds > 0 ? { kind: 'later', afterSeconds } : null;
  }
}
