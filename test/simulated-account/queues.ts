import { createHash, randomUUID } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { AccountState, JsonObject } from './account-state.ts';
import type { SimulatedClock } from './simulated-clock.ts';

export interface QueueSettings {
  readonly visibilityTimeoutSeconds?: number;
  readonly delaySeconds?: number;
  /** After so many receives a message goes to the named queue of this account. */
  readonly redrive?: { readonly deadLetterQueue: string; readonly maxReceiveCount: number };
}

export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly sentAt: number;
  visibleAt: number;
  firstReceivedAt: number | null;
  receives: number;
  receiptHandle: string | null;
}

/** A move of a dead-letter queue's messages. Here it is done when it is asked for; a test may put one there that is not. */
export interface MessageMove {
  readonly id: string;
  readonly startedAt: number;
  readonly status: 'RUNNING' | 'COMPLETED' | 'FAILED';
  readonly moved: number;
  readonly toMove: number;
  readonly failureReason?: string;
}

/** A standard queue on the simulated clock: visibility timeout, receive count, delay and dead-letter queue. */
export class Queue {
  private messages: QueuedMessage[] = [];
  /** Null leaves the decision to the callers' own policies. */
  policy: JsonObject | null = null;
  /** The newest first. */
  readonly moves: MessageMove[] = [];

  constructor(
    readonly name: string,
    readonly arn: string,
    readonly settings: QueueSettings,
    private readonly clock: SimulatedClock,
    private readonly queues: Queues,
  ) {}

  get visibilityTimeoutSeconds(): number {
    return this.settings.visibilityTimeoutSeconds ?? 30;
  }

  send(
    body: string,
    options: { delaySeconds?: number | undefined; attributes?: Record<string, MessageAttributeValue> | undefined } = {},
  ): QueuedMessage {
    const sentAt = this.now();
    const message: QueuedMessage = {
      id: randomUUID(),
      body,
      attributes: options.attributes ?? {},
      sentAt,
      visibleAt: sentAt + (options.delaySeconds ?? this.settings.delaySeconds ?? 0) * 1000,
      firstReceivedAt: null,
      receives: 0,
      receiptHandle: null,
    };
    this.messages.push(message);
    return message;
  }

  /** Receives what is visible, and moves to the dead-letter queue what has been received too often. */
  receive(max = 1, visibilityTimeoutSeconds = this.visibilityTimeoutSeconds): QueuedMessage[] {
    const now = this.now();
    this.redriveExhausted(now);
    const received = this.messages.filter((message) => message.visibleAt <= now).slice(0, max);
    for (const message of received) {
      message.visibleAt = now + visibilityTimeoutSeconds * 1000;
      message.firstReceivedAt ??= now;
      message.receives += 1;
      message.receiptHandle = randomUUID();
    }
    return received;
  }

  /** Deletes by receipt handle; an older handle of a message received again deletes nothing, as with standard queues. */
  delete(receiptHandle: string): void {
    this.messages = this.messages.filter((message) => message.receiptHandle !== receiptHandle);
  }

  /** Answers whether the message was in flight. */
  changeVisibility(receiptHandle: string, seconds: number): boolean {
    const message = this.messages.find((candidate) => candidate.receiptHandle === receiptHandle);
    if (message === undefined || message.visibleAt <= this.now()) return false;
    message.visibleAt = this.now() + seconds * 1000;
    return true;
  }

  /** The queues whose messages come here after too many receives. */
  sources(): readonly Queue[] {
    return this.queues.list().filter(({ settings }) => settings.redrive?.deadLetterQueue === this.name);
  }

  /** Moves what is visible, as SQS does: messages keep their id, and their receives begin anew. */
  moveTo(target: Queue): MessageMove {
    const now = this.now();
    const moving = this.messages.filter((message) => message.visibleAt <= now);
    this.messages = this.messages.filter((message) => !moving.includes(message));
    for (const message of moving)
      target.messages.push({ ...message, visibleAt: now, receives: 0, receiptHandle: null });
    const { length } = moving;
    const move = { id: randomUUID(), startedAt: now, status: 'COMPLETED', moved: length, toMove: length } as const;
    this.moves.unshift(move);
    return move;
  }

  counts(): { readonly visible: number; readonly inFlight: number; readonly delayed: number } {
    const now = this.now();
    const hidden = this.messages.filter((message) => message.visibleAt > now);
    return {
      visible: this.messages.length - hidden.length,
      inFlight: hidden.filter((message) => message.receives > 0).length,
      delayed: hidden.filter((message) => message.receives === 0).length,
    };
  }

  /** Every message in the queue, in flight or not. */
  all(): readonly QueuedMessage[] {
    return this.messages;
  }

  /** When the next hidden message becomes visible, for a harness that advances the clock; null if none waits. */
  nextVisibleAt(): Date | null {
    const waiting = this.messages.map((message) => message.visibleAt).filter((time) => time > this.now());
    return waiting.length === 0 ? null : new Date(Math.min(...waiting));
  }

  private redriveExhausted(now: number): void {
    const { redrive } = this.settings;
    if (redrive === undefined) return;
    const target = this.queues.get(redrive.deadLetterQueue);
    const exhausted = this.messages.filter(
      (message) => message.visibleAt <= now && message.receives >= redrive.maxReceiveCount,
    );
    if (target === undefined || exhausted.length === 0) return;
    this.messages = this.messages.filter((message) => !exhausted.includes(message));
    for (const message of exhausted) target.messages.push({ ...message, visibleAt: now, receiptHandle: null });
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}

/** The account's queues by name. */
export class Queues {
  private readonly queues = new Map<string, Queue>();

  constructor(
    private readonly state: AccountState,
    private readonly clock: SimulatedClock,
    private readonly baseUrl: () => string,
  ) {}

  create(name: string, settings: QueueSettings = {}): Queue {
    const { partition, region, account } = this.state;
    const queue = new Queue(name, `arn:${partition}:sqs:${region}:${account}:${name}`, settings, this.clock, this);
    this.queues.set(name, queue);
    return queue;
  }

  get(name: string): Queue | undefined {
    return this.queues.get(name);
  }

  /** Finds a queue by its URL; only the last step counts, because the host is the simulation's own. */
  byUrl(url: string): Queue | undefined {
    return this.get(url.slice(url.lastIndexOf('/') + 1));
  }

  urlOf(name: string): string {
    return `${this.baseUrl()}/${this.state.account}/${name}`;
  }

  list(): readonly Queue[] {
    return [...this.queues.values()];
  }
}

/** The MD5 that SQS clients check of every body. */
export function bodyDigest(body: string): string {
  return createHash('md5').update(body, 'utf8').digest('hex');
}
