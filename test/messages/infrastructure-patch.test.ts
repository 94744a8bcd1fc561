import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import type { RemediationPolicy } from '../../functions/domain/decision.ts';
import {
  cdkPatch,
  cloudFormationPatch,
  permanentPolicyName,
  terraformPatch,
} from '../../functions/messages/infrastructure-patch.ts';

const NAME = 'nginx-sample-task-nginx-role';
/** Every character that could end a string, begin a template or hide something in one of the three languages. */
const HOSTILE = 'a"b\'c\\d$\u007be}%\u007bf}#g: - h\u202ei\nj`k😀\u2028l';

function aPolicy(roleName: string, resource: string): RemediationPolicy {
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
      ],
    },
  };
}

/** Puts the pasted template through CDK's own reader of CloudFormation YAML. */
function readAsCloudFormation(template: string): object {
  const folder = mkdtempSync(join(tmpdir(), 'patch-'));
  try {
    const templateFile = join(folder, 'template.yaml');
    writeFileSync(templateFile, template);
    const stack = new Stack();
    const pasted = new CfnInclude(stack, 'Pasted', { templateFile }).getResource('ExecSessionLogsPolicy');
    if (!(pasted instanceof iam.CfnRolePolicy)) {
      throw new Error(`not a role's policy: ${pasted.cfnResourceType}`);
    }
    const { roleName, policyName, policyDocument } = pasted;
    return stack.resolve({ roleName, policyName, document: policyDocument });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs the pasted lines in the constructor of a stack. */
function runAsCdk(patch: string): object {
  const [importLine = '', ...lines] = patch.split('\n');
  expect(importLine).toBe("import * as iam from 'aws-cdk-lib/aws-iam';");
  const stack = new Stack();
  new Function('iam', lines.join('\n')).call(stack, iam);
  const made = stack.node.findChild('ExecSessionLogsPolicy').node.defaultChild;
  if (!(made instanceof iam.CfnPolicy)) {
    throw new Error('the patch makes no policy');
  }
  return stack.resolve({ roles: made.roles, policyName: made.policyName, document: made.policyDocument });
}

describe.each([
  [
    'a plain role',
    NAME,
    'arn:aws:logs:ap-northeast-1:111111111111:log-group:/ecs/nginx:log-stream:ecs-execute-command-*',
  ],
  ['names full of quotes and templates', HOSTILE, HOSTILE],
])('given the policy for %s', (_name, roleName, resource) => {
  const policy = aPolicy(roleName, resource);

  it('is a CloudFormation resource with the same statements', () => {
    expect(readAsCloudFormation(cloudFormationPatch(policy))).toEqual({
      roleName,
      policyName: 'ExecSessionLogs-ap-northeast-1',
      document: policy.document,
    });
  });

  it('is CDK code that makes the same policy', () => {
    const single = (values: readonly string[]) => (values.length === 1 ? values[0] : values);
    expect(runAsCdk(cdkPatch(policy))).toEqual({
      roles: [roleName],
      policyName: 'ExecSessionLogs-ap-northeast-1',
      document: {
        Version: '2012-10-17',
        Statement: policy.document.Statement.map((statement) => ({
          ...statement,
          Action: single(statement.Action),
          Resource: single(statement.Resource),
        })),
      },
    });
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
