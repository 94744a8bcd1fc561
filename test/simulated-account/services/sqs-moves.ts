import type {
  ListMessageMoveTasksRequest,
  ListMessageMoveTasksResult,
  StartMessageMoveTaskRequest,
  StartMessageMoveTaskResult,
} from '@aws-sdk/client-sqs';
import { ListMessageMoveTasks$, StartMessageMoveTask$ } from '@aws-sdk/client-sqs';
import type { AccountRuntime } from '../account-runtime.ts';
import type { Queue } from '../queues.ts';
import { operation, ServiceError } from '../service.ts';

const nameOf = (arn = '') => arn.slice(arn.lastIndexOf(':') + 1);

function deadLetterQueue(runtime: AccountRuntime, arn: string | undefined): Queue {
  const queue = runtime.queues.get(nameOf(arn));
  if (queue === undefined) throw new ServiceError('ResourceNotFoundException', 'The specified queue does not exist.');
  return queue;
}

/** Starting asks for what the move then does: take messages from the one queue and send them to the others. */
export const startMove = operation<StartMessageMoveTaskRequest, StartMessageMoveTaskResult>(StartMessageMoveTask$, {
  demands: ({ SourceArn }, { runtime }) => {
    const resource = runtime.arn('sqs', nameOf(SourceArn));
    const sources = runtime.queues.get(nameOf(SourceArn))?.sources() ?? [];
    return [
      { resource },
      { action: 'sqs:ReceiveMessage', resource },
      { action: 'sqs:DeleteMessage', resource },
      { action: 'sqs:GetQueueAttributes', resource },
      ...sources.map(({ arn }) => ({ action: 'sqs:SendMessage', resource: arn })),
    ];
  },
  run: ({ SourceArn, DestinationArn }, { runtime }) => {
    const queue = deadLetterQueue(runtime, SourceArn);
    const [source, ...others] = queue.sources();
    if (source === undefined) {
      throw new ServiceError('InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.');
    }
    if (queue.moves[0]?.status === 'RUNNING') {
      throw new ServiceError('UnsupportedOperation', 'There is already a task running.');
    }
    if (DestinationArn !== undefined || others.length > 0) {
      throw new ServiceError('UnsupportedOperation', 'The simulation moves messages back to a single source only.');
    }
    return { TaskHandle: queue.moveTo(source).id };
  },
});

export const listMoves = operation<ListMessageMoveTasksRequest, ListMessageMoveTasksResult>(ListMessageMoveTasks$, {
  demands: ({ SourceArn }, { runtime }) => [{ resource: runtime.arn('sqs', nameOf(SourceArn)) }],
  run: ({ SourceArn, MaxResults = 1 }, { runtime }) => {
    const queue = deadLetterQueue(runtime, SourceArn);
    return {
      Results: queue.moves.slice(0, MaxResults).map(({ id, startedAt, status, moved, toMove, failureReason }) => ({
        ...(status === 'RUNNING' && { TaskHandle: id }),
        Status: status,
        SourceArn: queue.arn,
        ApproximateNumberOfMessagesMoved: moved,
        ApproximateNumberOfMessagesToMove: toMove,
        StartedTimestamp: startedAt,
        ...(failureReason !== undefined && { FailureReason: failureReason }),
      })),
    };
  },
});
