import type {
  ChatMessage,
  DelayQueue,
  Delivery,
  Messenger,
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
