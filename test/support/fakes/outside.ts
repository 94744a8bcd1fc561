import type {
  ChatMessage,
  DelayQueue,
  Delivery,
  Messenger,
  TicketDraft,
  TicketSystem,
} from '../../../functions/ports.ts';

/** Open tickets by fingerprint, as a ticket system with deduplication keeps them. */
export class FakeTickets implements TicketSystem {
  readonly open = new Map<string, TicketDraft>();
  opened = 0;
  refreshed = 0;

  async openTicket(draft: TicketDraft) {
    const ticketId = `oi-${draft.fingerprint.slice(0, 8)}`;
    const opened = !this.open.has(ticketId);
    this.opened += opened ? 1 : 0;
    this.open.set(ticketId, draft);
    return { ticketId, opened };
  }

  async refreshTicket(ticketId: string, draft: TicketDraft) {
    if (!this.open.has(ticketId)) {
      return 'gone' as const;
    }
    this.refreshed += 1;
    this.open.set(ticketId, draft);
    return 'refreshed' as const;
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
