import { HUB_FUNCTIONS, hubBusName, hubRoleArn, memberSessionName } from '../../functions/domain/member-names.ts';
import { SIGNAL_RULE_NAMES } from '../../functions/domain/rules.ts';
import type { Template } from '../../infra/synthesise.ts';
import { aCeiling, propertiesOf, resourcesOf, statement, statementsOf, templateOf } from './deployed.ts';

const ORGANIZATION = 'o-exampleorg1';
const MODES = ['observe', 'ticket', 'propose', 'attach'] as const;
const ROLES = ['RemediatorRole', 'RecorderRole', 'AuditorRole', 'AcceptorRole'] as const;

const hubs = new Map<string, Template>();
let single: Template;

beforeAll(async () => {
  const deployed = { deploymentId: 'box', signals: SIGNAL_RULE_NAMES };
  for (const mode of MODES) {
    hubs.set(mode, await templateOf(aCeiling(mode), { ...deployed, hub: ORGANIZATION }));
  }
  single = await templateOf(aCeiling('attach'), deployed);
});

function hubIn(mode: string): Template {
  const template = hubs.get(mode);
  if (template === undefined) throw new Error(`no hub of ${mode}`);
  return template;
}

describe('given the bus of a hub', () => {
  it('takes what rules forward with the forwarding role, from the organisation and of AWS sources, and denies the rest', () => {
    const put = {
      Principal: { AWS: '*' },
      Action: 'events:PutEvents',
      Resource: 'arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/box-hub',
    };
    expect(propertiesOf(hubIn('attach'), 'AWS::Events::EventBus', 'Hub')).toEqual({
      Name: 'box-hub',
      Description: expect.any(String),
      Policy: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'OnlyForwardedByMembers',
            Effect: 'Allow',
            ...put,
            Condition: {
              StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION },
              ArnLike: { 'aws:PrincipalArn': 'arn:<AWS::Partition>:iam::*:role/exec-log/box-forward' },
              Bool: { 'events:eventBusInvocation': 'true' },
              'ForAllValues:StringLike': { 'events:source': 'aws.*' },
              Null: { 'events:source': 'false' },
            },
          },
          {
            Sid: 'NothingButAwsSources',
            Effect: 'Deny',
            ...put,
            Condition: { 'ForAnyValue:StringNotLike': { 'events:source': 'aws.*' } },
          },
        ],
      },
    });
  });

  it('is named as the members expect it', () => {
    expect(hubBusName('box')).toBe('box-hub');
    expect(hubIn('observe').Outputs['HubBusName']?.Value).toEqual({ Ref: expect.stringMatching(/^HubBus/) });
  });

  it('has every rule of the deployment but the schedule, with the same pattern and target as without a hub', () => {
    const rules = (template: Template) =>
      resourcesOf(template, 'AWS::Events::Rule').map(({ Properties }) => Properties);
    const onTheBus = rules(hubIn('attach')).filter(({ EventBusName }) => EventBusName !== undefined);
    expect(onTheBus.map(({ EventBusName: _bus, ...rule }) => rule)).toEqual(
      rules(single).filter(({ ScheduleExpression }) => ScheduleExpression === undefined),
    );
  });
});

describe.each(MODES)('given a hub under a ceiling of %s', (mode) => {
  it('holds no IAM write, and no IAM read either', () => {
    expect(JSON.stringify(hubIn(mode))).not.toMatch(/"iam:/);
  });

  it('lets the remediator become the read role of members, and the repair role where the ceiling lets it write', () => {
    const roles = mode === 'propose' || mode === 'attach' ? ['read', 'repair'] : ['read'];
    expect(statement(hubIn(mode), 'RemediatorRole', 'ActInMembers')).toEqual({
      Sid: 'ActInMembers',
      Effect: 'Allow',
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
      Resource: roles.map((role) => `arn:<AWS::Partition>:iam::*:role/exec-log/box-${role}`),
      Condition: {
        StringEquals: { 'aws:ResourceOrgID': ORGANIZATION, 'sts:SourceIdentity': 'exec-log-box-remediator' },
      },
    });
  });

  it.each(['Auditor', 'Recorder'])('lets the %s become the read role alone', (name) => {
    expect(statement(hubIn(mode), `${name}Role`, 'ActInMembers')).toMatchObject({
      Resource: ['arn:<AWS::Partition>:iam::*:role/exec-log/box-read'],
      Condition: { StringEquals: { 'sts:SourceIdentity': `exec-log-box-${name.toLowerCase()}` } },
    });
  });

  it('lets the acceptor and the approver leave the account nowhere', () => {
    const others = mode === 'propose' || mode === 'attach' ? ['AcceptorRole', 'ApproverRole'] : ['AcceptorRole'];
    const actions = others.flatMap((role) => statementsOf(hubIn(mode), role).flatMap(({ Action }) => Action));
    expect(actions.filter((action) => action.startsWith('sts:'))).toEqual([]);
  });

  it('asks the organisation where accounts stand', () => {
    expect(statement(hubIn(mode), 'RemediatorRole', 'PlaceAccounts')?.Action).toEqual(['organizations:ListParents']);
    expect(statement(hubIn(mode), 'RemediatorRole', 'ReadAccountTags')?.Effect).toBe('Allow');
  });

  it('reads nothing of the accounts as itself', () => {
    const services = ROLES.flatMap((role) => statementsOf(hubIn(mode), role))
      .flatMap(({ Action }) => Action)
      .map((action) => action.split(':')[0]);
    expect(services.filter((service) => ['ecs', 'kms', 's3', 'cloudformation'].includes(service ?? ''))).toEqual([]);
  });

  it.each(HUB_FUNCTIONS)('gives the role of the %s the name that members trust', (name) => {
    const id = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Role`;
    const { RoleName, Path } = propertiesOf(hubIn(mode), 'AWS::IAM::Role', id);
    expect(`arn:aws:iam::111111111111:role${Path}${RoleName}`).toBe(hubRoleArn('aws', '111111111111', 'box', name));
  });

  it.each(HUB_FUNCTIONS)('tells the %s its organisation and its deployment', (name) => {
    const id = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
    expect(propertiesOf(hubIn(mode), 'AWS::Lambda::Function', id)['Environment']).toMatchObject({
      Variables: { ORGANIZATION_ID: ORGANIZATION, DEPLOYMENT_ID: 'box' },
    });
  });
});

describe.each(['observe', 'attach'] as const)('given the checks of cdk-nag and the CDK on a hub under %s', (mode) => {
  it('finds nothing that is not acknowledged', async () => {
    const checked = { checked: true, hub: ORGANIZATION, signals: SIGNAL_RULE_NAMES };
    await expect(templateOf(aCeiling(mode), checked)).resolves.toBeDefined();
  }, 60_000);
});

describe('given a deployment that is no hub', () => {
  it('has no bus, no fixed name of a role and no call of STS', () => {
    expect(resourcesOf(single, 'AWS::Events::EventBus')).toEqual([]);
    expect(resourcesOf(single, 'AWS::IAM::Role').filter(({ Properties }) => 'RoleName' in Properties)).toEqual([]);
    expect(JSON.stringify(single)).not.toMatch(/sts:SetSourceIdentity|ORGANIZATION_ID|EventBusName/);
  });
});

describe('given what a hub is called', () => {
  it.each(['o-exampleorg1', 'o-abcdefghij', `o-${'a'.repeat(32)}`])('takes the organisation %s', async (hub) => {
    await expect(templateOf(aCeiling('observe'), { hub })).resolves.toBeDefined();
  });

  it.each(['', 'o-short', 'O-EXAMPLEORG1', 'ou-abcd-efgh1234', '*', `o-${'a'.repeat(33)}`])(
    'refuses the organisation %j',
    async (hub) => {
      await expect(templateOf(aCeiling('observe'), { hub })).rejects.toThrow(
        `hub: ${JSON.stringify(hub)}: expected the id of an organisation`,
      );
    },
  );

  it('takes 32 characters as its deployment id, which is as long as the names of sessions and rules allow', async () => {
    const longest = 'x'.repeat(32);
    await expect(templateOf(aCeiling('observe'), { hub: ORGANIZATION, deploymentId: longest })).resolves.toBeDefined();
    expect(memberSessionName(longest, 'remediator').length).toBeLessThanOrEqual(64);
    const oneMore = templateOf(aCeiling('observe'), { hub: ORGANIZATION, deploymentId: `${longest}x` });
    await expect(oneMore).rejects.toThrow('expected at most 32 characters in a hub');
  });

  it('names no partition', () => {
    const { Resources } = hubIn('attach');
    const roles = Object.values(Resources).filter(({ Type }) => Type !== 'AWS::Lambda::Function');
    expect(JSON.stringify(roles)).not.toMatch(/arn:aws/);
  });
});
