import type { Template } from '../../infra/synthesise.ts';
import { aCeiling, statement, statementsOf, templateOf } from './deployed.ts';

let template: Template;

beforeAll(async () => {
  template = await templateOf(aCeiling('attach'));
});

describe('given the trails', () => {
  const READS = ['cloudtrail:DescribeTrails', 'cloudtrail:GetEventSelectors', 'cloudtrail:GetTrailStatus'];

  it('are read by the auditor, wherever the trail that covers the Region is at home', () => {
    expect(statement(template, 'AuditorRole', 'ListTrails')).toMatchObject({
      Action: ['cloudtrail:DescribeTrails'],
      Resource: ['*'],
    });
    expect(statement(template, 'AuditorRole', 'ReadTrails')).toMatchObject({
      Action: ['cloudtrail:GetEventSelectors', 'cloudtrail:GetTrailStatus'],
      Resource: ['arn:<AWS::Partition>:cloudtrail:*:*:trail/*'],
    });
  });

  it.each(['RemediatorRole', 'RecorderRole', 'AcceptorRole', 'ApproverRole'])('are not read by the %s', (role) => {
    const actions = statementsOf(template, role).flatMap(({ Action }) => Action);
    expect(actions.filter((action) => READS.includes(action))).toEqual([]);
  });

  it('are not read by a hub as itself: it asks as a member, of each', async () => {
    const hub = await templateOf(aCeiling('attach'), { hub: 'o-exampleorg1', deploymentId: 'box' });
    const actions = statementsOf(hub, 'AuditorRole').flatMap(({ Action }) => Action);
    expect(actions.filter((action) => READS.includes(action))).toEqual([]);
  });
});
