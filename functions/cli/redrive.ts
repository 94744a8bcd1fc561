import { setTimeout as sleep } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings } from '../adapters/aws/client-settings.ts';
import {
  findQueueUrl,
  type KeptMessages,
  readKeptMessages,
  readMove,
  resendAll,
  startMove,
} from '../adapters/aws/failure-queue.ts';
import { FAILURE_QUEUES, type FailureQueue, failureQueuesNamed } from '../domain/failure-queues.ts';
import type { Reading } from '../domain/observation.ts';
import { readDeadLetter } from '../flow/read-dead-letter.ts';
import { asciiJson } from '../messages/escape.ts';
import { progressWithEstimate } from './backfill-progress.ts';
import { configuredRegion } from './configured-region.ts';
import { describeFailure, FailureError, UsageError } from './failures.ts';
import { type RedrivenQueue, redrivenText } from './redrive-text.ts';
import { EXIT, paintFor, type Terminal } from './terminal.ts';

export interface RedriveOptions {
  readonly queue?: readonly string[];
  readonly dryRun?: boolean;
  readonly region?: string;
  readonly deploymentId: string;
  readonly json?: boolean;
}

/** SQS goes on by itself, for up to 36 hours. */
const WATCHED_MILLISECONDS = 10 * 60_000;
const POLL_MILLISECONDS = 1000;

type Progress = ReturnType<typeof progressWithEstimate>;

/**
 * Shows what lies in the queues of failures, and puts back what may be put back. Findings where anything stays behind: in a dry run,
 * where nobody may put it back, where SQS is still at it, or where somebody holds messages, which may come back: a redrive that broke
 * off does for a minute. A queue that fails stops no other.
 */
export async function redrive(options: RedriveOptions, terminal: Terminal): Promise<number> {
  const queues = failureQueuesNamed(options.queue ?? []);
  if (queues === null) {
    const known = [...new Set(FAILURE_QUEUES.flatMap(({ way, suffix }) => [way, suffix]))].join(', ');
    throw new UsageError(`--queue: expected some of ${known}, found "${options.queue?.join(' ')}"`);
  }
  const region = await configuredRegion(options.region);
  const client = new SQSClient({ region, ...clientSettings() });
  const nameOf = (suffix: string) => `${options.deploymentId}-${suffix}`;
  const readings = await Promise.all(
    queues.map(async (queue) => ({ queue, kept: await readKeptMessages(client, nameOf(queue.suffix)) })),
  );
  const found = readings.filter(({ kept }) => kept.kind !== 'absent');
  if (found.length === 0) {
    throw new FailureError(
      `no such queue of a deployment "${options.deploymentId}" in ${region}: name it with --deployment-id and --region`,
    );
  }
  const show = options.json === true ? jsonLine : redrivenText(paintFor(terminal), new Date());
  const progress = progressWithEstimate(terminal);
  const reports: RedrivenQueue[] = [];
  for (const { queue, kept } of found) {
    const to = 'to' in queue.remedy ? nameOf(queue.remedy.to) : null;
    const before = reportOf(nameOf(queue.suffix), to, queue, kept);
    const waits = before.state === 'waits' && kept.kind === 'read' && to !== null;
    const after =
      waits && options.dryRun !== true ? await putBack(before, queue, kept.value, { client, to, progress }) : before;
    progress.end();
    reports.push(after);
    terminal.stdout.write(show(after));
  }
  if (reports.some(({ state }) => state === 'failed')) return EXIT.failure;
  const isDone = reports.every(({ state, inFlight }) => (state === 'empty' || state === 'put-back') && inFlight === 0);
  return isDone ? EXIT.done : EXIT.findings;
}

/** How a queue stands before anything is done about it. */
function reportOf(
  name: string,
  to: string | null,
  { remedy }: FailureQueue,
  kept: Reading<KeptMessages>,
): RedrivenQueue {
  const base = { queue: name, messages: 0, inFlight: 0, oldestShownAt: null, shown: [], putBack: 0 };
  if (kept.kind !== 'read') {
    return { ...base, state: 'unreadable', detail: kept.kind === 'unreadable' ? kept.because : 'it is not there' };
  }
  const { visible, inFlight, shown } = kept.value;
  // SQS's numbers lag by a minute: what was seen is there.
  const messages = Math.max(visible, shown.length);
  const read = shown.map(({ messageId, body, sentAt, undeliveredBecause }) => ({
    messageId,
    sentAt,
    undeliveredBecause,
    ...readDeadLetter(body),
  }));
  const [oldest = null] = shown.flatMap(({ sentAt }) => sentAt ?? []).sort();
  const report = { ...base, messages, inFlight, oldestShownAt: oldest, shown: read };
  if (messages === 0) return { ...report, state: 'empty', detail: '' };
  if (remedy.kind === 'none') return { ...report, state: 'stays', detail: remedy.instead };
  return { ...report, state: 'waits', detail: `redrive puts them back into ${to}` };
}

interface PuttingBack {
  readonly client: SQSClient;
  /** The queue's name. */
  readonly to: string;
  readonly progress: Progress;
}

async function putBack(
  report: RedrivenQueue,
  { remedy }: FailureQueue,
  { url, arn }: KeptMessages,
  { client, to, progress }: PuttingBack,
): Promise<RedrivenQueue> {
  let done = 0;
  try {
    if (remedy.kind === 'resend') {
      const onSent = () => progress.step(report.queue, ++done, Math.max(report.messages, done));
      await resendAll(client, { from: url, to: await findQueueUrl(client, to), onSent });
      return { ...report, state: 'put-back', putBack: done, detail: `sent to ${to}` };
    }
    await startMove(client, arn);
    return await watchMove(report, arn, to, { client, progress });
  } catch (error) {
    return { ...report, state: 'failed', putBack: done, detail: describeFailure(error) };
  }
}

async function watchMove(
  report: RedrivenQueue,
  arn: string,
  to: string,
  { client, progress }: Pick<PuttingBack, 'client' | 'progress'>,
): Promise<RedrivenQueue> {
  const until = Date.now() + WATCHED_MILLISECONDS;
  for (;;) {
    const move = await readMove(client, arn);
    const moved = move?.moved ?? 0;
    if (move?.state === 'completed') return { ...report, state: 'put-back', putBack: moved, detail: `moved to ${to}` };
    if (move?.state === 'failed') return { ...report, state: 'failed', putBack: moved, detail: move.because };
    if (Date.now() >= until) {
      return { ...report, state: 'moving', putBack: moved, detail: `SQS goes on moving to ${to} by itself` };
    }
    progress.step(report.queue, moved, move?.toMove ?? 0);
    await sleep(POLL_MILLISECONDS);
  }
}

function jsonLine(report: RedrivenQueue): string {
  return `${asciiJson(report)}\n`;
}
