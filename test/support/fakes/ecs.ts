import type {
  ObservedCluster,
  ObservedTask,
  ObservedTaskDefinition,
  Reading,
} from '../../../functions/domain/observation.ts';
import type { EcsReader } from '../../../functions/ports.ts';
import { aCluster, aTask, aTaskDefinition, read } from '../builders.ts';

type Answer<T> = Reading<T> | Error;

/** What ECS answers to each question; an error is thrown, as a port does. */
export interface EcsAnswers {
  readonly task: Answer<ObservedTask>;
  readonly cluster: Answer<ObservedCluster>;
  readonly taskDefinition: Answer<ObservedTaskDefinition>;
}

export interface FakeEcs extends EcsReader {
  /** The questions, in their order. */
  readonly questions: string[];
}

/** ECS of the published set-up, or with these answers. */
export function fakeEcs(answers: Partial<EcsAnswers> = {}): FakeEcs {
  const { task, cluster, taskDefinition } = {
    task: read(aTask()),
    cluster: read(aCluster()),
    taskDefinition: read(aTaskDefinition()),
    ...answers,
  };
  const questions: string[] = [];
  const given = async <T>(question: string, answer: Answer<T>): Promise<Reading<T>> => {
    questions.push(question);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return {
    questions,
    findTask: ({ clusterArn, taskId }) => given(`task ${taskId} in ${clusterArn}`, task),
    findCluster: (clusterArn) => given(`cluster ${clusterArn}`, cluster),
    findTaskDefinition: (taskDefinitionArn) => given(`task definition ${taskDefinitionArn}`, taskDefinition),
  };
}
