import type { PolicyStatement, RemediationPolicy } from '../../functions/domain/decision.ts';
import {
  cdkPatch,
  cloudFormationPatch,
  cloudFormationStatements,
  permanentPolicyName,
  terraformPatch,
} from '../../functions/messages/infrastructure-patch.ts';
import { asCdkWrites, readCloudFormation, readStatements, readTerraform, runAsCdk } from './patch-readers.ts';

const NAME = 'nginx-sample-task-nginx-role';
/** Every character that could end a string, begin a template or hide something in one of the three languages. */
const HOSTILE = 'a"b\'c\\d$\u007be}%\u007bf}#g: - h\u202ei\nj`k😀\u2028l';

function aPolicy(roleName: string, resource: string, more: readonly PolicyStatement[] = []): RemediationPolicy {
  return {
    roleName,
    policyName: 'ExecLogDelivery-ap-northeast-1',
    document: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'ExecLogDeliveryStreams',
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: [resource, `${resource}-2`],
        },
        {
          Sid: 'ExecLogDeliveryDescribeGroups',
          Effect: 'Allow',
          Action: ['logs:DescribeLogGroups'],
          Resource: [resource],
        },
        ...more,
      ],
    },
  };
}

/** A statement with each of the two conditions that a policy of ours may have. */
function conditional(resource: string, value: string): readonly PolicyStatement[] {
  const allowed = { Effect: 'Allow' as const, Resource: [resource] };
  return [
    {
      ...allowed,
      Sid: 'ExecLogDeliveryObjects',
      Action: ['s3:PutObject'],
      Condition: { StringEquals: { 'aws:ResourceAccount': value } },
    },
    {
      ...allowed,
      Sid: 'ExecLogDeliveryBucketKey',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Condition: { StringEquals: { 'kms:ViaService': value } },
    },
  ];
}

describe.each([
  [
    'a plain role',
    NAME,
    'arn:aws:logs:ap-northeast-1:111111111111:log-group:/ecs/nginx:log-stream:ecs-execute-command-*',
  ],
  ['names full of quotes and templates', HOSTILE, HOSTILE],
])('given the policy for %s', (_name, roleName, resource) => {
  const policy = aPolicy(roleName, resource, conditional(resource, roleName));

  const made = { roleName, policyName: 'ExecSessionLogs-ap-northeast-1', document: policy.document };

  it('is a CloudFormation resource with the same statements', () => {
    expect(readCloudFormation(cloudFormationPatch(policy))).toEqual(made);
    expect(readCloudFormation(cloudFormationPatch(policy, roleName))).toEqual(made);
  });

  it('is the whole list of statements for a policy that stands in a template', () => {
    expect(readStatements(cloudFormationStatements(policy))).toEqual(policy.document.Statement);
  });

  it('is a Terraform resource with the same statements', () => {
    expect(readTerraform(terraformPatch(policy))).toEqual(made);
    expect(readTerraform(terraformPatch(policy, roleName))).toEqual(made);
  });

  it('is CDK code that makes the same policy', () => {
    const written = { ...made, document: asCdkWrites(policy.document) };
    expect(runAsCdk(cdkPatch(policy))).toEqual(written);
    expect(runAsCdk(cdkPatch(policy, roleName))).toEqual(written);
  });

  it.each([cloudFormationPatch, terraformPatch, cdkPatch])('shows ASCII only (%p)', (render) => {
    expect(render(policy)).toMatch(/^[\n -~]*$/);
  });
});

describe('given a policy for Terraform', () => {
  it('is a resource with every statement', () => {
    expect(
      terraformPatch(aPolicy(NAME, 'arn:aws:s3:::bucket')),
    ).toBe(`resource "aws_iam_role_policy" "exec_session_logs" {
  name = "ExecSessionLogs-ap-northeast-1"
  role = "nginx-sample-task-nginx-role"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ExecLogDeliveryStreams"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["arn:aws:s3:::bucket", "arn:aws:s3:::bucket-2"]
      },
      {
        Sid      = "ExecLogDeliveryDescribeGroups"
        Effect   = "Allow"
        Action   = ["logs:DescribeLogGroups"]
        Resource = ["arn:aws:s3:::bucket"]
      },
    ]
  })
}`);
  });

  it('escapes quotes, templates and what is not ASCII', () => {
    expect(terraformPatch(aPolicy(HOSTILE, 'x')).split('\n')[2]).toBe(
      String.raw`  role = "a\"b'c\\d$$${'{e}'}%%{f}#g: - h\U0000202Ei\U0000000Aj${'`'}k\U0001F600\U00002028l"`,
    );
  });
});

describe('given the name of our own policy', () => {
  it('proposes another one, so that the code of the role never owns ours', () => {
    expect(permanentPolicyName({ policyName: 'ExecLogDelivery-eu-central-1' })).toBe('ExecSessionLogs-eu-central-1');
  });
});
