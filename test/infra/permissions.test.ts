import { SIGNAL_RULE_NAMES } from '../../functions/domain/rules.ts';
import { UNSCOPED_ACTIONS } from '../../infra/permissions/unscoped.ts';
import type { Template } from '../../infra/synthesise.ts';
import { aCeiling, resourcesOf, statement, statementsOf, templateOf } from './deployed.ts';

const MODES = ['observe', 'ticket', 'propose', 'attach'] as const;
const ALWAYS = ['RemediatorRole', 'RecorderRole', 'AuditorRole', 'AcceptorRole'] as const;
/** Only where people can approve. */
const ROLES = [...ALWAYS, 'ApproverRole'] as const;

const rolesIn = (mode: string) => (mode === 'observe' || mode === 'ticket' ? ALWAYS : ROLES);

const templates = new Map<string, Template>();

beforeAll(async () => {
  for (const mode of MODES) templates.set(mode, await templateOf(aCeiling(mode)));
  templates.set('with a bus', await templateOf(aCeiling('attach'), { ticketBus: 'tickets' }));
  templates.set('in an organisation', await templateOf(aCeiling('attach'), { organization: true }));
});

function templateIn(mode: string): Template {
  const template = templates.get(mode);
  if (template === undefined) throw new Error(`no template of ${mode}`);
  return template;
}

const allowed = (mode: string, role: string) =>
  statementsOf(templateIn(mode), role).filter(({ Effect }) => Effect === 'Allow');

const isIamWrite = (action: string) =>
  /^iam:/i.test(action) && !/^iam:(Get|List|SimulatePrincipalPolicy$)/.test(action);

describe.each(['observe', 'ticket'])('given a ceiling of %s', (mode) => {
  it('has no IAM write anywhere in the template', () => {
    const actions = ALWAYS.flatMap((role) => allowed(mode, role).flatMap(({ Action }) => Action));
    expect(actions.filter(isIamWrite)).toEqual([]);
    expect(JSON.stringify(templateIn(mode))).not.toMatch(/iam:(Put|Delete|Attach|Update|Create)/);
  });
});

describe.each(['propose', 'attach'])('given a ceiling of %s', (mode) => {
  it('lets the remediator put and remove inline policies of the configured roles of this account', () => {
    expect(statement(templateIn(mode), 'RemediatorRole', 'WriteRepairPolicy')).toEqual({
      Sid: 'WriteRepairPolicy',
      Effect: 'Allow',
      Action: ['iam:DeleteRolePolicy', 'iam:PutRolePolicy'],
      Resource: ['arn:aws:iam::<AWS::AccountId>:role/sandbox-*'],
    });
  });

  it('has no second statement with an IAM write', () => {
    const writers = ROLES.flatMap((role) => allowed(mode, role)).filter(({ Action }) => Action.some(isIamWrite));
    expect(writers.map(({ Sid }) => Sid)).toEqual(['WriteRepairPolicy']);
  });

  it('denies every write to its own roles, to service-linked and to reserved ones', () => {
    const deny = statement(templateIn(mode), 'RemediatorRole', 'NeverOwnRoles');
    expect(deny?.Effect).toBe('Deny');
    expect(deny?.Action).toEqual(expect.arrayContaining(['iam:PutRolePolicy', 'iam:DeleteRolePolicy', 'iam:PassRole']));
    expect(deny?.Resource).toEqual([
      'arn:<AWS::Partition>:iam::<AWS::AccountId>:role/exec-log/*',
      'arn:<AWS::Partition>:iam::<AWS::AccountId>:role/aws-service-role/*',
      'arn:<AWS::Partition>:iam::<AWS::AccountId>:role/aws-reserved/*',
    ]);
    expect(deny?.Condition).toBeUndefined();
  });

  it('gives every role of its own the path that the denial names', () => {
    const roles = resourcesOf(templateIn(mode), 'AWS::IAM::Role');
    expect(roles.map(({ Properties }) => Properties['Path'])).toEqual(ROLES.map(() => '/exec-log/'));
  });
});

describe.each(MODES)('given any function under a ceiling of %s', (mode) => {
  it('uses the resource * only for actions with a listed reason', () => {
    const unscoped = rolesIn(mode)
      .flatMap((role) => allowed(mode, role))
      .filter(({ Resource }) => Resource.includes('*'))
      .flatMap(({ Action }) => Action);
    expect([...new Set(unscoped)].sort()).toEqual(Object.keys(UNSCOPED_ACTIONS).sort());
  });

  it('names every action in full', () => {
    const actions = rolesIn(mode)
      .flatMap((role) => allowed(mode, role))
      .flatMap(({ Action }) => Action);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  it('has a statement id on every statement and no policy from elsewhere', () => {
    const sids = rolesIn(mode)
      .flatMap((role) => statementsOf(templateIn(mode), role))
      .map(({ Sid }) => Sid);
    expect(sids.filter((sid) => !/^[A-Za-z]+$/.test(sid ?? ''))).toEqual([]);
    for (const role of resourcesOf(templateIn(mode), 'AWS::IAM::Role')) {
      expect(role.Properties['ManagedPolicyArns']).toBeUndefined();
    }
    expect(resourcesOf(templateIn(mode), 'AWS::IAM::Policy')).toEqual([]);
    expect(resourcesOf(templateIn(mode), 'AWS::IAM::ManagedPolicy')).toEqual([]);
  });

  it('lets a function write to its own log group only', () => {
    for (const [role, group] of [
      ['RemediatorRole', '<RemediatorLog.Arn>'],
      ['RecorderRole', '<RecorderLog.Arn>'],
      ['AuditorRole', '<AuditorLog.Arn>'],
      ['AcceptorRole', '<AcceptorLog.Arn>'],
    ] as const) {
      const writes = allowed(mode, role).filter(({ Action }) => Action.includes('logs:PutLogEvents'));
      expect(writes.map(({ Action, Resource }) => ({ Action, Resource }))).toEqual([
        { Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: [group] },
      ]);
    }
  });
});

describe('given the recorder', () => {
  it('has no permission beyond its queue, its log, its lines and what a log target is derived from', () => {
    expect(allowed('attach', 'RecorderRole').map(({ Sid, Action }) => [Sid, Action])).toEqual([
      ['WriteOwnLog', ['logs:CreateLogStream', 'logs:PutLogEvents']],
      ['ConsumeQueue', ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage']],
      ['ReadSessions', ['dynamodb:GetItem']],
      ['WriteSessions', ['dynamodb:PutItem']],
      ['ReadTasksAndClusters', ['ecs:DescribeClusters', 'ecs:DescribeTasks']],
      ['ReadWhatHasNoResource', ['ecs:DescribeTaskDefinition']],
    ]);
  });
});

describe('given what the remediator reads of keys and buckets', () => {
  it('is their description and policy, in this account and Region; no bucket of another account', () => {
    expect(statement(templateIn('observe'), 'RemediatorRole', 'ReadKeys')).toEqual({
      Sid: 'ReadKeys',
      Effect: 'Allow',
      Action: ['kms:DescribeKey', 'kms:GetKeyPolicy'],
      Resource: ['arn:<AWS::Partition>:kms:<AWS::Region>:<AWS::AccountId>:key/*'],
    });
    expect(statement(templateIn('observe'), 'RemediatorRole', 'ReadBucketEncryption')).toEqual({
      Sid: 'ReadBucketEncryption',
      Effect: 'Allow',
      Action: ['s3:GetEncryptionConfiguration'],
      Resource: ['arn:<AWS::Partition>:s3:::*'],
      Condition: { StringEquals: { 'aws:ResourceAccount': '<AWS::AccountId>' } },
    });
  });

  it('is read by no other function', () => {
    const others = ROLES.slice(1).flatMap((role) => allowed('attach', role).flatMap(({ Action }) => Action));
    expect(others.filter((action) => /^kms:|^s3:Get/.test(action))).toEqual([]);
  });
});

describe('given a deployment with every signal', () => {
  it('adds nothing to a role but the queue of the routers', async () => {
    const signals = await templateOf(aCeiling('attach'), { signals: SIGNAL_RULE_NAMES });
    for (const role of ROLES) {
      const [without, withAll] = [statementsOf(templateIn('attach'), role), statementsOf(signals, role)];
      const changed = withAll.filter((one, index) => JSON.stringify(one) !== JSON.stringify(without[index]));
      expect(changed.map(({ Sid, Resource }) => [Sid, Resource])).toEqual(
        role === 'RemediatorRole'
          ? [['ConsumeQueue', ['<DenialsQueue.Arn>', '<RoutersQueue.Arn>', '<ApprovalsQueue.Arn>']]]
          : [],
      );
    }
  });
});

describe('given a bus for tickets', () => {
  it('lets the remediator put events on that bus alone, and changes nothing else', () => {
    for (const role of ROLES) {
      const before = statementsOf(templateIn('attach'), role).map((one) => JSON.stringify(one));
      const added = statementsOf(templateIn('with a bus'), role).filter((one) => !before.includes(JSON.stringify(one)));
      expect(added).toEqual(
        role === 'RemediatorRole'
          ? [
              {
                Sid: 'PutTicketEvents',
                Effect: 'Allow',
                Action: ['events:PutEvents'],
                Resource: ['arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/tickets'],
              },
            ]
          : [],
      );
    }
  });

  it('takes the ARN of a bus of another account', async () => {
    const ticketBus = 'arn:aws:events:eu-west-1:222222222222:event-bus/tickets';
    const template = await templateOf(aCeiling('observe'), { ticketBus });
    expect(statement(template, 'RemediatorRole', 'PutTicketEvents')?.Resource).toEqual([ticketBus]);
  });

  it.each(['*', 'a b', 'arn:aws:events:eu-west-1:222222222222:rule/x:y'])('refuses %j', async (ticketBus) => {
    await expect(templateOf(aCeiling('observe'), { ticketBus })).rejects.toThrow(
      'expected the name or the ARN of an EventBridge bus',
    );
  });
});

describe('given a deployment that may ask its organisation', () => {
  it('lets the remediator walk up from accounts and read their tags, and changes nothing else', () => {
    for (const role of ROLES) {
      const before = statementsOf(templateIn('attach'), role).map((one) => JSON.stringify(one));
      const added = statementsOf(templateIn('in an organisation'), role).filter(
        (one) => !before.includes(JSON.stringify(one)),
      );
      const arn = (kind: string) => `arn:<AWS::Partition>:organizations::*:${kind}/o-*/*`;
      expect(added).toEqual(
        role === 'RemediatorRole'
          ? [
              {
                Sid: 'PlaceAccounts',
                Effect: 'Allow',
                Action: ['organizations:ListParents'],
                Resource: [arn('account'), arn('ou')],
              },
              {
                Sid: 'ReadAccountTags',
                Effect: 'Allow',
                Action: ['organizations:ListTagsForResource'],
                Resource: [arn('account')],
              },
            ]
          : [],
      );
    }
  });
});

describe('given the acceptor', () => {
  it('has no permission beyond its log and the table', () => {
    expect(allowed('attach', 'AcceptorRole').map(({ Sid }) => Sid)).toEqual([
      'WriteOwnLog',
      'ReadVerdicts',
      'WriteAcceptances',
    ]);
  });
});
