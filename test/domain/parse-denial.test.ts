import type { Denial } from '../../functions/domain/denial.ts';
import { parseDenial } from '../../functions/domain/parse-denial.ts';
import {
  aDenialRecord,
  type CloudTrailJson,
  type DenialParts,
  delivered,
  principalArnOf,
  resourceOf,
  sentenceOf,
} from '../support/records.ts';

/** As published in 2023 for a Fargate task whose cluster logs by DEFAULT. */
const PUBLISHED = `{
  "eventVersion": "1.08",
  "userIdentity": {
    "type": "AssumedRole",
    "principalId": "AROAXXXXXXXXXXXXXXXXX:a9112a0a96ed445cbc93a90807e34e37",
    "arn": "arn:aws:sts::111111111111:assumed-role/nginx-sample-task-nginx-role/a9112a0a96ed445cbc93a90807e34e37",
    "accountId": "111111111111",
    "accessKeyId": "ASIAXXXXXXXXXXXXXXXX",
    "sessionContext": {
      "sessionIssuer": {
        "type": "Role",
        "principalId": "AROAXXXXXXXXXXXXXXXXX",
        "arn": "arn:aws:iam::111111111111:role/nginx-sample-task-nginx-role",
        "accountId": "111111111111",
        "userName": "nginx-sample-task-nginx-role"
      },
      "webIdFederationData": {},
      "attributes": { "creationDate": "2023-02-11T06:04:12Z", "mfaAuthenticated": "false" }
    }
  },
  "eventTime": "2023-02-11T06:35:04Z",
  "eventSource": "logs.amazonaws.com",
  "eventName": "CreateLogStream",
  "awsRegion": "ap-northeast-1",
  "sourceIPAddress": "13.XXX.XXX.XXX",
  "userAgent": "aws-sdk-go/1.41.4 (go1.18.3; linux; amd64) exec-env/AWS_ECS_FARGATE amazon-ssm-agent/3.1.1732.0",
  "errorCode": "AccessDenied",
  "errorMessage": "User: arn:aws:sts::111111111111:assumed-role/nginx-sample-task-nginx-role/a9112a0a96ed445cbc93a90807e34e37 is not authorized to perform: logs:CreateLogStream on resource: arn:aws:logs:ap-northeast-1:111111111111:log-group:/ecs/nginx-sample/nginx:log-stream:ecs-execute-command-0289df90ce62e19cc because no identity-based policy allows the logs:CreateLogStream action",
  "requestParameters": null,
  "responseElements": null,
  "requestID": "846035a4-1b10-4776-8b9e-a44b058d416d",
  "eventID": "95a42f28-d6de-406c-91df-e24980696995",
  "readOnly": false,
  "eventType": "AwsApiCall",
  "managementEvent": true,
  "recipientAccountId": "111111111111",
  "eventCategory": "Management"
}`;

const PUBLISHED_DENIAL: Denial = {
  eventId: '95a42f28-d6de-406c-91df-e24980696995',
  eventTime: '2023-02-11T06:35:04Z',
  account: '111111111111',
  partition: 'aws',
  region: 'ap-northeast-1',
  action: 'logs:CreateLogStream',
  resource:
    'arn:aws:logs:ap-northeast-1:111111111111:log-group:/ecs/nginx-sample/nginx:log-stream:ecs-execute-command-0289df90ce62e19cc',
  principalArn: 'arn:aws:sts::111111111111:assumed-role/nginx-sample-task-nginx-role/a9112a0a96ed445cbc93a90807e34e37',
  roleName: 'nginx-sample-task-nginx-role',
  rolePath: '/',
  roleId: 'AROAXXXXXXXXXXXXXXXXX',
  sessionName: 'a9112a0a96ed445cbc93a90807e34e37',
  logGroupName: '/ecs/nginx-sample/nginx',
  logStreamName: 'ecs-execute-command-0289df90ce62e19cc',
  policyType: 'identity-based',
  denialKind: 'implicit',
  policyArn: null,
  source: 'ecs-exec',
};

const denied = (denial: Partial<Denial> = {}) => ({
  kind: 'denial',
  // AWS's own words, whatever they are.
  denial: { ...PUBLISHED_DENIAL, sentence: expect.any(String), ...denial },
});

const identityWith = (fields: CloudTrailJson): CloudTrailJson => ({
  userIdentity: { ...Object(aDenialRecord()['userIdentity']), ...fields },
});
describe('given the published denial', () => {
  it('reads every field, bare and as EventBridge delivers it', () => {
    const record = JSON.parse(PUBLISHED);
    const expected = denied({ sentence: record.errorMessage });
    expect(parseDenial(record)).toEqual(expected);
    expect(parseDenial(delivered(record))).toEqual(expected);
  });

  it('is what the builder of records makes by default', () => {
    const { tlsDetails, ...published } = JSON.parse(PUBLISHED);
    expect([tlsDetails, aDenialRecord()]).toEqual([undefined, published]);
  });
});

describe('given other principals than a role directly under role/', () => {
  const roleless = { roleName: null, rolePath: null, roleId: null, sessionName: null };
  const userArn = 'arn:aws:iam::111111111111:user/bob';
  const by = (arn: string) => sentenceOf().replace(principalArnOf(), arn);

  it.each<[string, Partial<DenialParts>, CloudTrailJson, Partial<Denial>]>([
    ['a role under a path', { rolePath: '/team/a/' }, {}, { rolePath: '/team/a/' }],
    [
      'an IAM user',
      { message: by(userArn) },
      {
        userIdentity: {
          type: 'IAMUser',
          principalId: 'AIDAX',
          arn: userArn,
          accountId: '111111111111',
          userName: 'bob',
        },
      },
      { ...roleless, principalArn: userArn },
    ],
    [
      'root',
      { message: by('arn:aws:iam::111111111111:root') },
      {
        userIdentity: {
          type: 'Root',
          principalId: '111111111111',
          arn: 'arn:aws:iam::111111111111:root',
          accountId: '111111111111',
        },
      },
      { ...roleless, principalArn: 'arn:aws:iam::111111111111:root' },
    ],
    [
      'a federated user',
      { message: by('arn:aws:sts::111111111111:federated-user/bob') },
      {
        userIdentity: {
          type: 'FederatedUser',
          principalId: '111111111111:bob',
          arn: 'arn:aws:sts::111111111111:federated-user/bob',
          accountId: '111111111111',
          sessionContext: {
            sessionIssuer: { type: 'IAMUser', userName: 'alice', arn: 'arn:aws:iam::111111111111:user/alice' },
          },
        },
      },
      { ...roleless, principalArn: 'arn:aws:sts::111111111111:federated-user/bob' },
    ],
    [
      'a service',
      { message: sentenceOf().replace(`User: ${principalArnOf()}`, 'Service Principal: glue.amazonaws.com') },
      { userIdentity: { type: 'AWSService', invokedBy: 'glue.amazonaws.com' } },
      { ...roleless, principalArn: null, account: null },
    ],
    [
      'a role without its session context',
      {},
      identityWith({ sessionContext: undefined }),
      { roleName: null, rolePath: null },
    ],
    ['no identity at all', {}, { userIdentity: null }, roleless],
  ])('reads %s', (_, parts, fields, expected) => {
    expect(parseDenial(aDenialRecord(parts, fields))).toEqual(denied(expected));
  });
});

describe('given fields of the record that cannot be believed', () => {
  it.each<[string, CloudTrailJson, Partial<Denial>]>([
    ['a day that does not exist', { eventTime: '2023-02-30T06:35:04Z' }, { eventTime: null }],
    ['a time with an offset', { eventTime: '2023-02-11T06:35:04+01:00' }, { eventTime: null }],
    ['an event id of 1 MB', { eventID: 'a'.repeat(1_000_000) }, { eventId: null }],
    ['an account that is a number', { recipientAccountId: 111111111111 }, {}],
  ])('gives null for %s', (_, fields, expected) => {
    expect(parseDenial(aDenialRecord({}, fields))).toEqual(denied(expected));
  });
});

describe('given the agent and the stream', () => {
  const task = 'a9112a0a96ed445cbc93a90807e34e37';
  it.each<[string, string, string, Denial['source']]>([
    ["Fluent Bit's agent on an exec stream", 'aws-fluent-bit-plugin-ecs-init', 'ecs-execute-command-1a', 'firelens'],
    [
      "an exec stream of an agent whose environment names Fluent Bit's",
      'aws-sdk-go/1.41.4 (go1.18.3; linux; amd64) exec-env/aws-fluent-bit-plugin amazon-ssm-agent/3.1.1732.0',
      'ecs-execute-command-1a',
      'ecs-exec',
    ],
    ['an exec stream', 'aws-sdk-go', 'ecs-execute-command-egv8enfq3l9zptzgnrlq6szeji', 'ecs-exec'],
    ['the bare prefix', 'aws-sdk-go', 'ecs-execute-command-', 'other'],
    ['an exec stream within a prefix', 'aws-sdk-go', 'x/ecs-execute-command-1a', 'other'],
    ['prefix, container and task', 'aws-sdk-go', `web/nginx/${task}`, 'awslogs-driver'],
    ['prefix, container and another id', 'aws-sdk-go', 'web/nginx/12345', 'other'],
    ['no prefix', 'aws-sdk-go', `nginx/${task}`, 'other'],
  ])('tells the source by %s', (_, userAgent, logStreamName, source) => {
    expect(parseDenial(aDenialRecord({ userAgent, logStreamName }))).toEqual(
      denied({ source, logStreamName, resource: resourceOf({ logStreamName }) }),
    );
  });
});

describe('given the action', () => {
  const s3 = { eventSource: 's3.amazonaws.com', eventName: 'GetObject' };
  const kms = { action: 'kms:Decrypt', resource: 'arn:aws:kms:eu-west-1:222222222222:key/k' };
  const other = { logGroupName: null, logStreamName: null, source: 'other' } as const;

  it("spells it as the call's name where only the case differs", () => {
    expect(parseDenial(aDenialRecord({ action: 'LOGS:createlogstream' }))).toEqual(denied());
  });

  it("takes another service's permission from the sentence", () => {
    const expected = denied({ ...other, action: 'kms:Decrypt', resource: kms.resource, region: 'eu-west-1' });
    expect(parseDenial(aDenialRecord(kms, s3))).toEqual(expected);
  });

  it("takes a permission that is not named like the service's call", () => {
    const parts = { action: 's3:ListBucket', resource: '"arn:aws:s3:::b"' };
    const expected = denied({ ...other, action: 's3:ListBucket', resource: 'arn:aws:s3:::b' });
    expect(parseDenial(aDenialRecord(parts, { ...s3, eventName: 'ListObjectsV2' }))).toEqual(expected);
  });

  it('gives the form without a colon the service of the call', () => {
    const message = 'User with accountId: 111111111111 is not authorized to perform CreateLogGroup with Tags';
    const fields = { eventName: 'CreateLogGroup', userIdentity: { type: 'AWSAccount', accountId: '111111111111' } };
    expect(parseDenial(aDenialRecord({ message }, fields))).toMatchObject({
      denial: { action: 'logs:CreateLogGroup', account: '111111111111', resource: null },
    });
  });
});
