import { checkSubject } from '../../../functions/domain/preflight/check-subject.ts';
import { CLUSTER_ARN, ROLE_ARN, unreadable } from '../../support/builders.ts';
import { aPreflightDefinition, aSubject } from '../../support/preflight.ts';

describe('the preflight of one container', () => {
  it('is green where the shell opens and its transcript arrives at every place', () => {
    const { checks, ...result } = checkSubject(aSubject());
    expect(result).toEqual({
      clusterArn: CLUSTER_ARN,
      serviceName: 'nginx-sample-service',
      taskDefinitionArn: aPreflightDefinition().taskDefinitionArn,
      containerName: 'nginx',
      tasks: 1,
      roleArn: ROLE_ARN,
      status: 'green',
    });
    expect(checks.map(({ code, status }) => `${status} ${code}`)).toEqual([
      'green exec-enabled',
      'green exec-agent-running',
      'green platform-supports-exec',
      'green container-fit',
      'green role-found',
      'green trust-fits',
      'green endpoints-present',
      'green target-derived',
      'green log-group-found',
      'green log-group-encrypted',
      'green bucket-found',
      'green calls-allowed',
      'green key-usable',
      'green key-usable',
      'green trail-logs-writes',
    ]);
  });

  it('gives the worst status of its checks and lists them worst first, then in the order of the session', () => {
    const subject = aSubject({
      service: { serviceName: 'api', enableExecuteCommand: false },
      logGroup: { kind: 'absent' },
    });
    const { status, checks } = checkSubject({ ...subject, trails: unreadable });
    expect(status).toBe('red');
    expect(checks.slice(0, 4).map(({ code }) => code)).toEqual([
      'log-group-missing',
      'service-exec-disabled',
      'trail-unknown',
      'exec-enabled',
    ]);
  });

  it('says for each finding what to do, and for what holds nothing', () => {
    const [first, ...others] = checkSubject(aSubject({ logGroup: { kind: 'absent' } })).checks;
    expect(first).toEqual({
      code: 'log-group-missing',
      status: 'red',
      detail:
        "The log group does not exist in the task's Region, and the agent never creates it. The group is /ecs/nginx-sample/nginx.",
      whatToDo: "create the log group in the task's Region",
    });
    expect(others.every(({ status, whatToDo }) => status === 'green' && whatToDo === '')).toBe(true);
  });
});
