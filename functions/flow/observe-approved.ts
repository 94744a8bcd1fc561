import type { Denial } from '../domain/denial.ts';
import type { Observation } from '../domain/observation.ts';
import type { ProposalEvidence } from '../domain/proposal.ts';
import type { ObservationPorts } from '../ports.ts';
import { type ObserveOptions, observeAround } from './observe.ts';

/**
 * What an approved repair is judged by: everything read anew but session, task and task definition, which are as they were when the
 * repair was proposed, because ECS forgets a task within the hour.
 */
export async function observeApproved(
  denial: Denial,
  { session, task, taskDefinition }: Pick<ProposalEvidence, 'session' | 'task' | 'taskDefinition'>,
  ports: ObservationPorts,
  options: ObserveOptions,
): Promise<Observation> {
  const findPlace = async () => ({
    task: { kind: 'read', value: task } as const,
    cluster: await ports.ecs.findCluster(session?.clusterArn ?? task.clusterArn),
    taskDefinition: { kind: 'read', value: taskDefinition } as const,
  });
  const known = session === null ? ({ kind: 'absent' } as const) : ({ kind: 'read', value: session } as const);
  return observeAround(denial, known, findPlace, ports, options);
}
