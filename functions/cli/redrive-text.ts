import type { DeadLetter } from '../flow/read-dead-letter.ts';
import { plainText } from '../messages/escape.ts';
import type { Paint } from '../messages/terminal-card.ts';

/** One queue of failures, and what became of its messages. */
export interface RedrivenQueue {
  readonly queue: string;
  readonly state:
    | 'empty'
    /** Nothing was done about them yet. */
    | 'waits'
    /** Nobody may put them back; `detail` says what to do instead. */
    | 'stays'
    | 'put-back'
    /** SQS is still at it. */
    | 'moving'
    | 'failed'
    | 'unreadable';
  readonly detail: string;
  /** SQS's own number, which is approximate. */
  readonly messages: number;
  readonly inFlight: number;
  /** ISO 8601, UTC; of those that are shown, since SQS tells of no others. */
  readonly oldestShownAt: string | null;
  readonly shown: readonly ShownMessage[];
  readonly putBack: number;
}

type ShownMessage = DeadLetter & {
  readonly messageId: string;
  readonly sentAt: string | null;
  readonly undeliveredBecause: string | null;
};

const TEXT_MAX = 300;

/** A queue for a person: how many, how old, what they are, and what was done. */
export function redrivenText(paint: Paint, now: Date): (report: RedrivenQueue) => string {
  const mark = (state: RedrivenQueue['state']) => {
    if (state === 'empty' || state === 'put-back') return paint.green('✓');
    return state === 'waits' || state === 'moving' ? paint.yellow('!') : paint.red('✗');
  };
  return (report) => {
    const { queue, state, detail, shown } = report;
    const headline = `${mark(state)} ${paint.bold(queue)}  ${state === 'unreadable' ? 'cannot be read' : countOf(report, now)}`;
    const lines = shown.map(
      (message) => `    ${paint.dim(timeOf(message))} ${plainText(sentenceOf(message), TEXT_MAX)}`,
    );
    const more = report.messages - shown.length;
    return `${[
      headline,
      ...lines,
      ...(more > 0 && shown.length > 0 ? [`    ${paint.dim(`and about ${more} more`)}`] : []),
      ...(detail === ''
        ? []
        : [`    ${state === 'put-back' ? `${report.putBack} ` : ''}${plainText(detail, TEXT_MAX)}`]),
    ].join('\n')}\n`;
  };
}

function countOf({ messages, inFlight, oldestShownAt, shown }: RedrivenQueue, now: Date): string {
  const others = inFlight > 0 ? `, ${inFlight} in somebody's hands` : '';
  if (messages === 0) return `empty${others}`;
  const age =
    oldestShownAt === null ? '' : `, the oldest of ${shown.length} shown sent ${ageOf(oldestShownAt, now)} ago`;
  return `${messages} message${messages === 1 ? '' : 's'}${age}${others}`;
}

/** `5 min`, `3 h`, `2 d`. */
function ageOf(time: string, now: Date): string {
  const minutes = Math.max(0, Math.round((now.getTime() - Date.parse(time)) / 60_000));
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`;
}

const timeOf = ({ sentAt }: ShownMessage): string => sentAt ?? 'sent at an unknown time';

function sentenceOf(message: ShownMessage): string {
  const because = message.undeliveredBecause === null ? '' : ` (${message.undeliveredBecause})`;
  return `${whatOf(message)}${because}`;
}

function whatOf(letter: DeadLetter): string {
  switch (letter.kind) {
    case 'denial': {
      const { action, logGroupName, roleName, account, region, eventTime } = letter;
      const place = `${account ?? 'an unknown account'}, ${region ?? 'an unknown Region'}`;
      return `denial of ${action} on ${logGroupName ?? 'no log group'} by role ${roleName ?? 'unknown'} (${place}) at ${eventTime ?? 'an unknown time'}`;
    }
    case 'session':
      return `session ${letter.sessionId} in ${letter.clusterArn} by ${letter.personArn ?? 'somebody unknown'} at ${letter.eventTime}`;
    case 'no-session':
      return `a call that opened no session (${letter.because})`;
    case 'order':
      return `order ${letter.what} about ${letter.about}`;
    case 'notice':
      return `notice that is due, about ${letter.about}`;
    case 'click':
      return "a person's answer in Slack";
    case 'failed-run':
      return `a run that failed (${letter.condition}): ${letter.error}`;
    case 'refusal':
      return `not readable: ${letter.refusal.code}, ${letter.refusal.detail}`;
  }
}
