/** One of the queues in which a deployment keeps what went wrong, by the end of its name behind the deployment's id. */
export interface FailureQueue {
  readonly suffix: string;
  /** What its messages are about, as `--queue` may say it: all of its queues. */
  readonly way: string;
  readonly remedy: Remedy;
}

/** What brings the messages back. */
type Remedy =
  /** They were in a queue of ours, to which SQS moves them back. */
  | { readonly kind: 'move'; readonly to: string }
  /** EventBridge never put them into the queue; SQS moves only what was in one, so that each is sent and then deleted. */
  | { readonly kind: 'resend'; readonly to: string }
  /** Nobody may, or need, bring them back. */
  | { readonly kind: 'none'; readonly instead: string };

/** The queues that rules fill; routers only where their signal is deployed. */
const FILLED_BY_RULES = ['denials', 'sessions', 'routers'];

/** All that a deployment can have, in the order in which they are shown. */
export const FAILURE_QUEUES: readonly FailureQueue[] = [
  ...FILLED_BY_RULES.flatMap((way): FailureQueue[] => [
    { suffix: `${way}-dead-letters`, way, remedy: { kind: 'move', to: way } },
    { suffix: `${way}-undelivered`, way, remedy: { kind: 'resend', to: way } },
  ]),
  {
    suffix: 'approvals-dead-letters',
    way: 'approvals',
    remedy: {
      kind: 'none',
      instead: 'an answer cannot be put back: remove the cause, ask who answered to click again, then purge the queue',
    },
  },
  {
    suffix: 'auditor-failures',
    way: 'auditor',
    remedy: { kind: 'none', instead: 'the next audit does the work: remove the cause, then purge the queue' },
  },
];

/** The queues of these names, each the end of a queue's name or its way; all without a name, null where a name is none. */
export function failureQueuesNamed(names: readonly string[]): readonly FailureQueue[] | null {
  if (names.length === 0) return FAILURE_QUEUES;
  const isNamed = ({ suffix, way }: FailureQueue, name: string) => name === suffix || name === way;
  if (names.some((name) => !FAILURE_QUEUES.some((queue) => isNamed(queue, name)))) return null;
  return FAILURE_QUEUES.filter((queue) => names.some((name) => isNamed(queue, name)));
}
