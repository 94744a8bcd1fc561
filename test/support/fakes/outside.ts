import type { ChatPlace } from '../../../functions/domain/case.ts';
import type {
  ChatChannel,
  ChatMessage,
  DelayQueue,
  Delivery,
  Messenger,
  Shown,
  TicketDraft,
  TicketSystem,
} from '../../../functions/ports.ts';

/** Open tickets by id; resolving one is deleting it here. */
export class FakeTickets implements TicketSystem {
  readonly open = new Map<string, TicketDraft>();
  /** What tickets were closed with, by id. */
  readonly closed = new Map<string, string>();
  opened = 0;
  refreshed = 0;

  async fileTicket(draft: TicketDraft) {
    const known = [...this.open].find(([, { fingerprint }]) => fingerprint === draft.fingerprint);
    if (known === undefined) {
      this.opened += 1;
    } else {
      this.refreshed += 1;
    }
    const ticketId = known?.[0] ?? `oi-${this.opened}`;
    this.open.set(ticketId, draft);
    return { ticketId, opened: known === undefined };
  }

  async closeTicket(ticketId: string, evidence: string) {
    if (this.open.delete(ticketId)) {
      this.closed.set(ticketId, evidence);
    }
  }
}

/** Messages that were sent to ourselves and wait. */
export class FakeQueue implements DelayQueue {
  readonly sent: { body: string; delaySeconds: number }[] = [];

  async sendLater(body: string, delaySeconds: number) {
    this.sent.push({ body, delaySeconds });
  }

  /** Takes out what was sent so far. */
  drain(): string[] {
    return this.sent.splice(0).map((message) => message.body);
  }
}

/** A channel that answers what it is told to, then delivers. */
export class FakeMessenger implements Messenger {
  readonly posted: ChatMessage[] = [];
  readonly answers: Delivery[] = [];

  async post(message: ChatMessage): Promise<Delivery> {
    const answer = this.answers.shift() ?? { kind: 'delivered' };
    if (answer.kind === 'delivered') {
      this.posted.push(message);
    }
    return answer;
  }
}

/** A chat that answers what it is told to, then shows. */
export class FakeChat implements ChatChannel {
  /** In the order of posting, replies too. */
  readonly messages: (ChatMessage & ChatPlace & { readonly thread: string | null; readonly edits: number })[] = [];
  readonly answers: Exclude<Shown, { kind: 'shown' }>[] = [];
  /** What single persons were told. */
  readonly whispers: (ChatMessage & { readonly place: ChatPlace; readonly slackUserId: string })[] = [];
  /** Whether Slack takes whispers. */
  whispering = true;
  /** The time stamp of a post: a name that is short to read; a click needs one as Slack gives it. */
  tsOf: (post: number) => string = (post) => `${post}.0`;
  private posts = 0;

  async show(message: ChatMessage & { readonly channel: string }, previous: ChatPlace | null): Promise<Shown> {
    const answer = this.answers.shift();
    if (answer !== undefined) return answer;
    const at = this.messages.findIndex(({ channel, ts }) => channel === previous?.channel && ts === previous.ts);
    const standing = this.messages[at];
    if (standing === undefined) return this.posted(message, message.channel, null);
    const { text, blocks } = message;
    this.messages[at] = { ...standing, text, blocks, edits: standing.edits + 1 };
    return { kind: 'shown', at: { channel: standing.channel, ts: standing.ts } };
  }

  async reply({ channel, ts }: ChatPlace, message: ChatMessage): Promise<Shown> {
    return this.answers.shift() ?? this.posted(message, channel, ts);
  }

  async whisper(place: ChatPlace, slackUserId: string, { text, blocks }: ChatMessage) {
    if (!this.whispering) return 'not-shown' as const;
    this.whispers.push({ place, slackUserId, text, blocks });
    return 'shown' as const;
  }

  /** As a person deletes it. */
  delete(ts: string): void {
    this.messages.splice(
      this.messages.findIndex((message) => message.ts === ts),
      1,
    );
  }

  private posted({ text, blocks }: ChatMessage, channel: string, thread: string | null): Shown {
    this.posts += 1;
    const ts = this.tsOf(this.posts);
    this.messages.push({ text, blocks, channel, ts, thread, edits: 0 });
    return { kind: 'shown', at: { channel, ts } };
  }
}
