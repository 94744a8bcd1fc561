import { isTaskId, parseClusterArn, parseExecTarget, parseTaskArn, taskIdOf } from '../../functions/domain/task.ts';

const id = '3b3b695a6d104ef5ae31fdb596f27429';
const uuid = '3b3b695a-6d10-4ef5-ae31-fdb596f27429';
const arn = 'arn:aws:ecs:ap-southeast-1:012345678901:task';

describe('given what may be a task', () => {
  it.each([
    ['32 hex digits', id, true],
    ['a UUID', uuid, true],
    ['31 hex digits', id.slice(1), false],
    ['a UUID without its first dash', uuid.replace('-', ''), false],
    ['a letter beyond f', id.replace('3', 'g'), false],
    ['an instance id', 'i-0123456789abcdef0', false],
  ])('tells whether %s is a task id', (_, text, expected) => {
    expect(isTaskId(text)).toBe(expected);
  });

  it('reads an ARN with and without the cluster', () => {
    const parts = { partition: 'aws', region: 'ap-southeast-1', account: '012345678901' };
    expect(parseTaskArn(`${arn}/my_cluster-1/${id}`)).toEqual({ ...parts, clusterName: 'my_cluster-1', taskId: id });
    expect(parseTaskArn(`${arn}/${uuid}`)).toEqual({ ...parts, clusterName: null, taskId: uuid });
  });

  it.each([
    ['a name too many', `${arn}/a/b/${id}`],
    ['an empty cluster', `${arn}//${id}`],
    ['no task id', `${arn}/cluster/web`],
    ['a service', `arn:aws:ecs:ap-southeast-1:012345678901:service/cluster/${id}`],
    ['another service of AWS', `arn:aws:batch:ap-southeast-1:012345678901:task/cluster/${id}`],
  ])('refuses an ARN with %s', (_, text) => {
    expect(parseTaskArn(text)).toBeNull();
  });

  it('finds the id in an id or an ARN', () => {
    expect([taskIdOf(id), taskIdOf(`${arn}/c/${id}`), taskIdOf('web')]).toEqual([id, id, null]);
  });
});

describe("given a session's target", () => {
  it.each([
    ['a simple cluster', `ecs:demo_${id}_${id}-2471140294`, 'demo', id, `${id}-2471140294`],
    ['underscores in the cluster', `ecs:a_b-c_d_${uuid}_0f`, 'a_b-c_d', uuid, '0f'],
    ["a cluster named like a task's id", `ecs:${id}_${id}_${id}`, id, id, id],
  ])('reads %s from the right', (_, text, clusterName, taskId, runtimeId) => {
    expect(parseExecTarget(text)).toEqual({ clusterName, taskId, runtimeId });
  });

  it.each([
    ['no cluster', `ecs:${id}_0f`],
    ['an empty cluster', `ecs:_${id}_0f`],
    ['no task', 'ecs:demo_web_0f'],
    ['no runtime id', `ecs:demo_${id}_`],
    ['an instance', 'i-0123456789abcdef0'],
  ])('refuses %s', (_, text) => {
    expect(parseExecTarget(text)).toBeNull();
  });
});

describe('given the ARN of a cluster', () => {
  it('reads its name, and refuses that of a task', () => {
    const parts = { partition: 'aws-cn', region: 'cn-north-1', account: '012345678901' };
    expect(parseClusterArn('arn:aws-cn:ecs:cn-north-1:012345678901:cluster/demo')).toEqual({
      ...parts,
      clusterName: 'demo',
    });
    expect(parseClusterArn(`${arn}/demo/${id}`)).toBeNull();
  });
});
