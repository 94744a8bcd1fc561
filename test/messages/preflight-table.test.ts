import { checkSubject } from '../../functions/domain/preflight/check-subject.ts';
import { preflightTable } from '../../functions/messages/preflight-table.ts';
import { absent } from '../support/builders.ts';
import { aResult, aSubject } from '../support/preflight.ts';

const asIs = (text: string) => text;
const marked = (mark: string) => (text: string) => `<${mark}>${text}</${mark}>`;
const PLAIN = { bold: asIs, dim: asIs, red: asIs, green: asIs, yellow: asIs, cyan: asIs };
const clusterArn = (name: string) => `arn:aws:ecs:eu-central-1:111111111111:cluster/${name}`;
const roleArn = (name: string) => `arn:aws:iam::111111111111:role/${name}`;
const problems = { all: false };

describe('the preflight at a terminal', () => {
  it('counts first, then shows each cluster, the worst first, with what it means and what to do', () => {
    const results = [
      checkSubject(aSubject()),
      aResult(['init-process-off'], { clusterArn: clusterArn('staging'), serviceName: null }),
      checkSubject(aSubject({ logGroup: absent })),
    ];
    expect(preflightTable(results, PLAIN, problems).split('\n')).toEqual([
      '3 containers in 2 clusters: 1 red, 1 yellow, 1 green',
      '',
      'cluster nginx-sample-cluster: 1 red, 0 yellow, 1 green arn:aws:ecs:ap-northeast-1:111111111111:cluster/nginx-sample-cluster',
      '  red     log-group-missing',
      "          The log group does not exist in the task's Region, and the agent never creates it.",
      '          in  nginx-sample-service/nginx, role nginx-sample-task-nginx-role: The group is /ecs/nginx-sample/nginx.',
      "          do  create the log group in the task's Region",
      '',
      'cluster staging: 0 red, 1 yellow, 0 green arn:aws:ecs:eu-central-1:111111111111:cluster/staging',
      '  yellow  init-process-off',
      "          Nothing reaps the agent's child processes, which pile up with every session.",
      '          in  nginx-sample:7/nginx, role nginx-sample-task-nginx-role',
      '          do  set linuxParameters.initProcessEnabled on the container',
      '',
    ]);
  });

  it('says a finding once for all containers that share it, and how many they are', () => {
    const results = [1, 2, 3, 4, 5].map((number) =>
      aResult(['call-not-granted'], { serviceName: `api-${number}`, roleArn: roleArn(`role-${number % 4}`) }),
    );
    expect(preflightTable(results, PLAIN, problems).split('\n').slice(3, 7)).toEqual([
      '  red     call-not-granted (5 containers)',
      '          No policy of the role allows a call that the session needs.',
      '          in  api-1/nginx, api-2/nginx, api-3/nginx and 2 more, roles role-1, role-2, role-3 and 1 more',
      '          do  attach the whole policy of README "The policy" and the four ssmmessages actions to the role, never in steps',
    ]);
  });

  it('lists at most three details of a finding', () => {
    const results = ['a', 'b', 'c', 'd', 'e'].map((name) => {
      const { checks, ...result } = aResult(['log-group-missing'], { serviceName: name });
      return {
        ...result,
        checks: checks.map((check) => ({ ...check, detail: `${check.detail} It is /ecs/${name}.` })),
      };
    });
    const lines = preflightTable(results, PLAIN, problems).split('\n');
    expect(lines.slice(5, 9)).toEqual([
      '          in  a/nginx, role nginx-sample-task-nginx-role: It is /ecs/a.',
      '          in  b/nginx, role nginx-sample-task-nginx-role: It is /ecs/b.',
      '          in  c/nginx, role nginx-sample-task-nginx-role: It is /ecs/c.',
      '          and 2 more containers',
    ]);
  });

  it('stays readable for a thousand containers in fifty clusters', () => {
    const codes = ['call-not-granted', 'init-process-off', 'trail-missing', 'log-group-missing'] as const;
    const results = Array.from({ length: 1000 }, (_, index) =>
      aResult(codes.slice(0, index % 5), {
        clusterArn: clusterArn(`c-${index % 50}`),
        serviceName: `service-${index}`,
        roleArn: roleArn(`role-${index}`),
      }),
    );
    const lines = preflightTable(results, PLAIN, problems).split('\n');
    expect(lines[0]).toBe('1,000 containers in 50 clusters: 800 red, 0 yellow, 200 green');
    expect(lines.length).toBeLessThan(50 * 18);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(200);
  });

  it('shows the green ones only on demand, and a container with two keys once', () => {
    const results = [checkSubject(aSubject())];
    expect(preflightTable(results, PLAIN, problems).trim().split('\n')).toHaveLength(3);
    const green = preflightTable(results, PLAIN, { all: true }).trim().split('\n').slice(3);
    expect(green).toHaveLength(14);
    expect(green).toContain('  green   key-usable');
  });

  it('says the status in words, whether or not there are colours', () => {
    const paint = {
      ...PLAIN,
      red: marked('red'),
      yellow: marked('yellow'),
      green: marked('green'),
      dim: marked('dim'),
    };
    const [headline, , , finding] = preflightTable([aResult(['logging-off'])], paint, problems).split('\n');
    expect(headline).toBe('1 container in 1 cluster: <red>1 red</red>, <dim>0 yellow</dim>, <dim>0 green</dim>');
    expect(finding).toBe('  <red>red   </red>  logging-off');
  });

  it('says so where nothing was checked', () => {
    expect(preflightTable([], PLAIN, problems)).toBe('No container was found: nothing was checked.\n');
  });

  it('names the whole cluster where its containers are not known', () => {
    const gap = aResult(['cluster-unreadable'], {
      serviceName: null,
      taskDefinitionArn: '',
      containerName: '*',
      roleArn: null,
    });
    expect(preflightTable([gap], PLAIN, problems)).toContain('\n          in  the whole cluster\n');
  });

  it('lets no name repaint the terminal', () => {
    const hostile = 'a\u001b[2J\u202e\nb';
    const { checks, ...result } = aResult(['logging-off'], {
      clusterArn: hostile,
      serviceName: hostile,
      containerName: hostile,
      roleArn: hostile,
    });
    const detailed = { ...result, checks: checks.map((check) => ({ ...check, detail: hostile, whatToDo: hostile })) };
    const lines = preflightTable([detailed], PLAIN, problems).split('\n');
    expect(lines).toHaveLength(8);
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});
