import {
  type Cluster,
  Cluster$,
  type ContainerInstance,
  ContainerInstance$,
  type Service,
  Service$,
  type Tag,
  Tag$,
  type Task,
  Task$,
  type TaskDefinition,
  TaskDefinition$,
} from '@aws-sdk/client-ecs';
import { type Element, elements, section, shaped, text } from './account-file-input.ts';
import type { AccountState, AccountTaskDefinition } from './account-state.ts';
import { isObject } from './schema-check.ts';

/** Reads what describe-clusters, -tasks, -task-definition, -services and -container-instances print. */
export function readEcs(value: unknown): AccountState['ecs'] {
  const ecs = section(value, 'ecs');
  return {
    clusters: named<Cluster, 'clusterArn'>(Cluster$, ecs, 'clusters', 'clusterArn'),
    tasks: named<Task, 'taskArn'>(Task$, ecs, 'tasks', 'taskArn'),
    taskDefinitions: readTaskDefinitions(ecs['taskDefinitions']),
    services: named<Service, 'serviceArn'>(Service$, ecs, 'services', 'serviceArn'),
    containerInstances: named<ContainerInstance, 'containerInstanceArn'>(
      ContainerInstance$,
      ecs,
      'containerInstances',
      'containerInstanceArn',
    ),
  };
}

/** The elements of a list, each of which must have its ARN. */
function named<T, K extends keyof T & string>(
  schema: unknown,
  ecs: Record<string, unknown>,
  list: string,
  arn: K,
): (T & Record<K, string>)[] {
  return elements(ecs[list], list, `ecs.${list}`).map((element) => {
    const one = shaped<T>(schema, element);
    return { ...one, [arn]: text(one[arn], `${element.path}.${arn}`) } as T & Record<K, string>;
  });
}

function readTaskDefinitions(value: unknown): AccountTaskDefinition[] {
  // `describe-task-definition` prints one object, so a single output is as good as a list of them.
  const list = isObject(value) && isObject(value['taskDefinition']) ? [value] : value;
  return elements(list, 'taskDefinitions', 'ecs.taskDefinitions').map((element) => readTaskDefinition(element));
}

function readTaskDefinition({ path, value }: Element): AccountTaskDefinition {
  const wrapped = isObject(value) && isObject(value['taskDefinition']) ? value : undefined;
  const inner = wrapped ? { path: `${path}.taskDefinition`, value: wrapped['taskDefinition'] } : { path, value };
  const taskDefinition = shaped<TaskDefinition>(TaskDefinition$, inner);
  text(taskDefinition.taskDefinitionArn, `${inner.path}.taskDefinitionArn`);
  const tags = elements(wrapped?.['tags'], 'tags', `${path}.tags`).map((tag) => shaped<Tag>(Tag$, tag));
  return { taskDefinition, tags };
}
