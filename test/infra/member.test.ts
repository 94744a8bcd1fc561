import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DENIAL_RULE_PATTERN,
  SESSION_RULE_PATTERN,
  SIGNAL_RULE_NAMES,
  SIGNAL_RULES,
  STACK_DELETION_RULE_PATTERN,
  START_SESSION_RULE_PATTERN,
} from '../../functions/domain/rules.ts';
import { synthesiseMember } from '../../infra/synthesise-member.ts';
import { aCeiling } from './deployed.ts';
import { HOME, memberIn, memberText } from './deployed-member.ts';

const ELSEWHERE = { ...HOME, region: 'eu-south-2' };
const idsIn = (...deployed: Parameters<typeof memberIn>) => Object.keys(memberIn(...deployed));
const propertiesOf = (id: string, ...deployed: Parameters<typeof memberIn>) => memberIn(...deployed)[id]?.properties;

const EVERYWHERE = [
  'ForwardUndelivered',
  'ForwardUndeliveredPolicy',
  'Forwarddenials',
  'Forwardsessions',
  'Forwardstarts',
];

describe('given the template of members', () => {
  it('is under 20 KB, needs no artifact and no bootstrap, and holds neither code nor transform', () => {
    expect(memberText().length).toBeLessThan(20_000);
    expect(memberText()).not.toMatch(
      /S3Bucket|S3Key|cdk-hnb|BootstrapVersion|AssetParameters|Lambda|"Transform"|Metadata/,
    );
  });

  it('is what CloudFormation takes as one body, and the same every time', () => {
    expect(Object.keys(JSON.parse(memberText()))).toEqual(['Description', 'Parameters', 'Conditions', 'Resources']);
    expect(synthesiseMember({ checked: false })).toBe(memberText());
  });

  it('passes the checks of cdk-nag and the CDK', () => {
    // A finding that nobody acknowledged throws.
    expect(synthesiseMember({ checked: true })).toBe(memberText());
  }, 60_000);

  it('takes the key of the opt-in tag from the ceiling', () => {
    expect(memberText()).toContain('"aws:ResourceTag/exec-log-repair"');
    expect(
      synthesiseMember({ checked: false, ceiling: aCeiling('observe', { roleTag: { key: 'team', value: 'a' } }) }),
    ).toBe(memberText().replace('aws:ResourceTag/exec-log-repair', 'aws:ResourceTag/team'));
  });
});

describe('given the home Region and another one', () => {
  it('makes the roles in the home Region only', () => {
    expect(idsIn(HOME)).toEqual(['ForwardRole', 'ReadRole', ...EVERYWHERE]);
    expect(idsIn(ELSEWHERE)).toEqual(EVERYWHERE);
    const writing = idsIn(ELSEWHERE, { Mode: 'attach', RolePatterns: 'sandbox-*' });
    expect(writing.filter((id) => id.endsWith('Role'))).toEqual([]);
  });

  it('waits in the home Region for the role that the rules forward with', () => {
    const forwarder = (Value: string) => ({ Tags: [{ Key: 'exec-log-forwarder', Value }] });
    expect(propertiesOf('ForwardUndelivered', HOME)).toMatchObject(
      forwarder('arn:aws:iam::222222222222:role/exec-log/exec-log-forward'),
    );
    expect(propertiesOf('ForwardUndelivered', ELSEWHERE)).toMatchObject(forwarder('of the home Region'));
  });
});

describe.each([
  ['aws', 'eu-south-2', 'eu-west-1'],
  ['aws-cn', 'cn-northwest-1', 'cn-north-1'],
  ['aws-us-gov', 'us-gov-east-1', 'us-gov-west-1'],
])('given a member in %s', (partition, region, HubRegion) => {
  const place = { partition, region, account: '222222222222' };
  const given = { HubRegion, DeploymentId: 'box' };

  it.each([
    ['denials', DENIAL_RULE_PATTERN],
    ['sessions', SESSION_RULE_PATTERN],
    ['starts', START_SESSION_RULE_PATTERN],
  ])("forwards %s to the hub's bus, and keeps what it cannot forward", (name, EventPattern) => {
    expect(propertiesOf(`Forward${name}`, place, given)).toEqual({
      Name: `box-forward-${name}`,
      EventPattern,
      Targets: [
        {
          Id: 'Hub',
          Arn: `arn:${partition}:events:${HubRegion}:111111111111:event-bus/box-hub`,
          RoleArn: `arn:${partition}:iam::222222222222:role/exec-log/box-forward`,
          DeadLetterConfig: { Arn: `arn:${partition}:sqs:${region}:222222222222:box-undelivered` },
        },
      ],
    });
  });

  it('lets its own forwarding rules alone put on that bus, and its own rules alone fill the queue', () => {
    const rulesIn = (where: string) => `arn:${partition}:events:${where}:222222222222:rule/box-forward-*`;
    expect(propertiesOf('ForwardRole', place, { ...given, HomeRegion: region })).toMatchObject({
      RoleName: 'box-forward',
      Path: '/exec-log/',
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sts:AssumeRole',
            Condition: {
              StringEquals: { 'aws:SourceAccount': '222222222222' },
              ArnLike: { 'aws:SourceArn': rulesIn('*') },
            },
          },
        ],
      },
      Policies: [
        {
          PolicyDocument: {
            Statement: [
              {
                Effect: 'Allow',
                Action: 'events:PutEvents',
                Resource: `arn:${partition}:events:${HubRegion}:111111111111:event-bus/box-hub`,
              },
            ],
          },
        },
      ],
    });
    expect(propertiesOf('ForwardUndeliveredPolicy', place, given)).toMatchObject({
      PolicyDocument: {
        Statement: [
          { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
          { Effect: 'Allow', Action: 'sqs:SendMessage', Condition: { ArnLike: { 'aws:SourceArn': rulesIn(region) } } },
        ],
      },
    });
  });
});

describe('given a mode that lets policies of ours stand', () => {
  it.each([
    ['observe', false],
    ['ticket', false],
    ['propose', true],
    ['attach', true],
  ])('under %s forwards stacks that cannot delete a role: %j', (Mode, isForwarded) => {
    const rule = propertiesOf('Forwarddeletions', ELSEWHERE, { Mode });
    if (!isForwarded) expect(rule).toBeUndefined();
    else expect(rule).toMatchObject({ Name: 'exec-log-forward-deletions', EventPattern: STACK_DELETION_RULE_PATTERN });
  });
});

describe('given the opt-in signals', () => {
  it.each(SIGNAL_RULE_NAMES)('forwards %s where its parameter says so, and nowhere else', (name) => {
    const parameter = `Signal${name.replaceAll(/(^|-)(.)/g, (_all, _hyphen, letter: string) => letter.toUpperCase())}`;
    const id = `Forward${name.replaceAll('-', '')}`;
    expect(idsIn(ELSEWHERE, { [parameter]: 'yes' }).filter((one) => !EVERYWHERE.includes(one))).toEqual([id]);
    const { pattern, readOnly } = SIGNAL_RULES[name];
    expect(propertiesOf(id, ELSEWHERE, { [parameter]: 'yes' })).toMatchObject({
      Name: `exec-log-forward-${name}`,
      EventPattern: pattern,
      ...(readOnly && { State: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' }),
    });
  });

  it('keeps the longest name of a rule within the 64 characters of EventBridge', () => {
    const given = { DeploymentId: 'x'.repeat(32), SignalDescribeLogGroups: 'yes' };
    const { Name } = propertiesOf('Forwarddescribeloggroups', HOME, given) as { readonly Name: string };
    expect(Name.length).toBeLessThanOrEqual(64);
  });
});

describe('given a topic for alarms', () => {
  it('alarms on what was not forwarded, and has no alarm without one', () => {
    expect(propertiesOf('ForwardUndeliveredAlarm', ELSEWHERE, { AlarmTopicName: 'on-call' })).toMatchObject({
      AlarmDescription: expect.stringMatching(/ First: .+ \(README, runbook "Undelivered events"\)$/),
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: 'exec-log-undelivered' }],
      Threshold: 0,
      AlarmActions: ['arn:aws:sns:eu-south-2:111111111111:on-call'],
    });
    expect(idsIn(ELSEWHERE)).not.toContain('ForwardUndeliveredAlarm');
  });
});

describe('given a parameter', () => {
  it('is explained in the README', () => {
    const readme = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8');
    const [, table = ''] = /\n### Parameters of a member\n([\s\S]*?)\n### /.exec(readme) ?? [];
    const named = [...table.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = '']) => cell.match(/[A-Z]\w+/g) ?? []);
    expect(named.sort()).toEqual(Object.keys(JSON.parse(memberText()).Parameters).sort());
  });

  it.each([
    ['HubAccountId', '12345678901'],
    ['HubRegion', 'Frankfurt'],
    ['OrganizationId', 'o-short'],
    ['DeploymentId', 'x'.repeat(33)],
    ['Mode', 'repair'],
    ['RoleTagValue', '$' + '{aws:PrincipalTag/x}'],
    ['SignalFirelens', 'true'],
  ])('refuses %s %j', (name, value) => {
    expect(() => memberIn(HOME, { [name]: value })).toThrow(`${name}: ${value} is not allowed`);
  });
});
