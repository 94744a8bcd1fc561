import { preflightJson } from '../../functions/messages/preflight-json.ts';
import { aResult } from '../support/preflight.ts';

describe('the preflight as JSON', () => {
  it('is one object a container with its keys in a fixed order, the worst first', () => {
    const lines = preflightJson([aResult(['exec-enabled']), aResult(['logging-off', 'exec-enabled'])]).split('\n');
    expect(lines).toEqual([
      '{"status":"red","clusterArn":"arn:aws:ecs:ap-northeast-1:111111111111:cluster/nginx-sample-cluster",' +
        '"serviceName":"api","taskDefinitionArn":"arn:aws:ecs:ap-northeast-1:111111111111:task-definition/nginx-sample:7",' +
        '"containerName":"nginx","tasks":2,"roleArn":"arn:aws:iam::111111111111:role/nginx-sample-task-nginx-role","checks":[' +
        `{"code":"logging-off","status":"red","detail":"The cluster's exec logging is NONE: sessions leave no transcript.",` +
        `"whatToDo":"set the cluster's exec logging to OVERRIDE or DEFAULT"},` +
        '{"code":"exec-enabled","status":"green","detail":"The running tasks were started with exec enabled.","whatToDo":""}]}',
      expect.stringMatching(/^\{"status":"green",/),
      '',
    ]);
  });

  it('is empty where nothing was checked', () => {
    expect(preflightJson([])).toBe('');
  });

  it('is ASCII, whatever a name holds', () => {
    const serviceName = 'caf\u00e9\u202e\n\u{1f600}';
    const text = preflightJson([aResult(['logging-off'], { serviceName })]);
    expect(text).toMatch(/^[ -~]+\n$/);
    expect(JSON.parse(text)).toEqual(expect.objectContaining({ serviceName }));
  });
});
