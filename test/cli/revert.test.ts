import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createCaseStore } from '../../functions/adapters/aws/case-store.ts';
import { createTable } from '../../functions/adapters/aws/table.ts';
import { TABLE_KEYS } from '../../functions/adapters/aws/table-keys.ts';
import { sha256 } from '../../functions/adapters/digest.ts';
import { canonicalJson } from '../../functions/domain/canonical.ts';
import { anAttachedPolicy } from '../support/builders.ts';
import { asAws } from './live-account.ts';
import { nginxAccount, REGION, ROLE, ROLE_ARN, ROLE_ID } from './nginx-account.ts';
import { linesOf, runCli } from './run-cli.ts';

const POLICY = `ExecLogDelivery-${REGION}`;
const document = {
  Version: '2012-10-17' as const,
  Statement: [
    {
      Sid: 'ExecLogDeliveryDescribeGroups',
      Effect: 'Allow',
      Action: ['logs:DescribeLogGroups'],
      Resource: [`arn:aws:logs:${REGION}:111111111111:log-group:*`],
    },
  ],
};
const repaired = nginxAccount({}, { [POLICY]: document });

const STACK = 'exec-log';
const deployed = nginxAccount(
  {
    cloudformation: {
      stackResources: [
        {
          StackName: STACK,
          StackId: `arn:aws:cloudformation:${REGION}:111111111111:stack/${STACK}/1`,
          LogicalResourceId: 'Table',
          PhysicalResourceId: 'exec-log-Table-1',
          ResourceType: 'AWS::DynamoDB::Table',
          ResourceStatus: 'CREATE_COMPLETE',
        },
      ],
    },
  },
  { [POLICY]: document },
);

/** The deployed table with our record of the policy in it. */
async function aTableWithRecord() {
  const client = new DynamoDBClient({});
  const keys = [TABLE_KEYS.partitionKey, TABLE_KEYS.sortKey];
  await client.send(
    new CreateTableCommand({
      TableName: 'exec-log-Table-1',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    }),
  );
  const cases = createCaseStore(createTable(client, 'exec-log-Table-1'), STACK, () => new Date());
  const record = anAttachedPolicy({ ...document, Statement: [] }, { documentHash: sha256(canonicalJson(document)) });
  await cases.saveAttachedPolicy(record, null);
  return cases;
}

describe('given a deployment that recorded the policy', () => {
  it('finds its table, removes the policy and marks the record', async () => {
    await asAws(async () => {
      const cases = await aTableWithRecord();
      const { code, stdout } = await runCli(['revert', ROLE, '--region', REGION, '--json']);
      expect([code, ...linesOf(stdout)]).toMatchObject([0, { result: 'removed', recordReverted: true }]);
      expect(await cases.findAttachedPolicy(ROLE_ID)).toMatchObject({ revertedAt: expect.any(String), version: 2 });
    }, deployed);
  });
});

describe('given a role with our policy in a real account', () => {
  it('removes it through IAM, for a person', async () => {
    await asAws(async (account) => {
      const { code, stdout, stderr } = await runCli(['revert', ROLE, '--unrecorded']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toBe(
        [
          `${POLICY} on ${ROLE_ARN}: removed`,
          '  the policy was ours',
          ...JSON.stringify(document, null, 2)
            .split('\n')
            .map((line) => `- ${line}`),
          '  inline policies that stand now: exec',
          '',
        ].join('\n'),
      );
      expect(account.calls.filter(({ operation }) => operation === 'DeleteRolePolicy')).toHaveLength(1);
    }, repaired);
  });

  it('shows it in a dry run, and leaves it', async () => {
    await asAws(async (account) => {
      const { code, stdout } = await runCli(['revert', ROLE_ARN, '--unrecorded', '--dry-run', '--json']);
      expect([code, ...linesOf(stdout)]).toEqual([
        0,
        {
          result: 'would-remove',
          roleArn: ROLE_ARN,
          policyName: POLICY,
          because: 'the policy is ours',
          document: JSON.stringify(document),
          recordReverted: null,
          remaining: ['exec', POLICY],
        },
      ]);
      expect(account.calls.map(({ operation }) => operation)).not.toContain('DeleteRolePolicy');
    }, repaired);
  });

  it('ends with 1 where nothing proves that it is ours', async () => {
    await asAws(async (account) => {
      const { code, stdout } = await runCli(['revert', ROLE]);
      expect([code, /not removed\n {2}without the table/.test(stdout)]).toEqual([1, true]);
      expect(account.calls.map(({ operation }) => operation)).not.toContain('DeleteRolePolicy');
    }, repaired);
  });

  it('has nothing to do in another Region', async () => {
    await asAws(async () => {
      const { code, stdout } = await runCli(['revert', ROLE, '--region', 'eu-central-1', '--json']);
      expect([code, ...linesOf(stdout)]).toMatchObject([0, { result: 'nothing-to-do' }]);
    }, repaired);
  });

  it('ends with 2 where the role is not there', async () => {
    await asAws(async () => {
      expect(await runCli(['revert', 'nobody'])).toMatchObject({ code: 2, stdout: '' });
    }, repaired);
  });

  it('ends with 3 where AWS does not know the credentials', async () => {
    await asAws(
      async () => {
        expect(await runCli(['revert', ROLE])).toMatchObject({ code: 3, stdout: '' });
      },
      repaired,
      'AKIAUNKNOWN',
    );
  });
});
