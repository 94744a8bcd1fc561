import { CloudWatchLogsClient, CreateLogStreamCommand } from '@aws-sdk/client-cloudwatch-logs';
import { IAMClient } from '@aws-sdk/client-iam';
import { simulateCalls } from '../../functions/adapters/aws/iam-simulation.ts';
import { matchesPattern } from '../../functions/domain/event-pattern.ts';
import type { LogTarget } from '../../functions/domain/log-target.ts';
import { parseDenial } from '../../functions/domain/parse-denial.ts';
import { policyDocumentFor, requiredCalls } from '../../functions/domain/remediation-policy.ts';
import { DENIAL_RULE_PATTERN } from '../../functions/domain/rules.ts';
import type { JsonObject } from './account-state.ts';
import { envelopeOf } from './cloudtrail-log.ts';
import {
  ACCOUNT,
  aRole,
  clientOf,
  failureOf,
  GROUP,
  REGION,
  roleArn,
  STREAM,
  startSample,
  TASK_ID,
} from './sample-account.ts';

const target: LogTarget = {
  kind: 'target',
  logging: 'OVERRIDE',
  partition: 'aws',
  account: ACCOUNT,
  region: REGION,
  logGroupName: GROUP,
  encryptionRequired: true,
  bucket: { name: 'transcripts', keyPrefix: 'exec', encryptionRequired: true },
  sessionKey: { kind: 'arn', arn: `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234` },
  otherRegionOption: null,
  otherContainerGroups: [],
};

describe('given the system beside its simulated account', () => {
  it('delivers a denial that the rule matches and the parser reads', async () => {
    const account = await startSample({
      iam: {
        RoleDetailList: [aRole('web-task', {}, { Path: '/team/', Arn: `arn:aws:iam::${ACCOUNT}:role/team/web-task` })],
      },
    });
    const records: JsonObject[] = [];
    account.on('record', (record) => records.push(record));
    const logs = new CloudWatchLogsClient(clientOf(account, `arn:aws:iam::${ACCOUNT}:role/team/web-task`, TASK_ID));
    await failureOf(logs.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: STREAM })));
    await account.close();

    const [event] = records.map(envelopeOf);
    expect(matchesPattern(DENIAL_RULE_PATTERN, event)).toBe(true);
    expect(parseDenial(event)).toMatchObject({
      denial: {
        account: ACCOUNT,
        region: REGION,
        action: 'logs:CreateLogStream',
        roleName: 'web-task',
        rolePath: '/team/',
        roleId: 'AROAWEBTASKXXXXXXXXXX',
        sessionName: TASK_ID,
        logGroupName: GROUP,
        logStreamName: STREAM,
        policyType: 'identity-based',
        denialKind: 'implicit',
      },
    });
  });

  it.each([
    ['aws', 'eu-central-1'],
    ['aws-cn', 'cn-north-1'],
    ['aws-us-gov', 'us-gov-west-1'],
  ])(
    'decides every required call of a repair in %s: denied before, allowed with the policy',
    async (partition, region) => {
      const there: LogTarget = {
        ...target,
        partition,
        region,
        sessionKey: { kind: 'arn', arn: `arn:${partition}:kms:${region}:${ACCOUNT}:key/1234` },
      };
      const arn = `arn:${partition}:iam::${ACCOUNT}:role/web-task`;
      const account = await startSample({
        partition,
        region,
        iam: { RoleDetailList: [aRole('web-task', {}, { Arn: arn })] },
      });
      const iam = new IAMClient(clientOf(account));
      const ask = async (additionalPolicy: string | null) => {
        const answer = await simulateCalls(iam, {
          roleArn: arn,
          pairs: requiredCalls(there),
          additionalPolicy,
          context: { 'aws:RequestedRegion': region, 'aws:ResourceAccount': ACCOUNT },
        });
        return answer.kind === 'read' ? answer.value.map(({ action, allowed }) => [action, allowed]) : answer;
      };
      const [before, after] = [await ask(null), await ask(JSON.stringify(policyDocumentFor(there)))];
      await account.close();

      const actions = requiredCalls(there).map(({ action }) => action);
      expect([before, after]).toEqual([
        actions.map((action) => [action, false]),
        actions.map((action) => [action, true]),
      ]);
    },
  );

  it('lets the repaired role create its stream with the policy that the account stores', async () => {
    const account = await startSample();
    const document = JSON.stringify(policyDocumentFor({ ...target, bucket: null, sessionKey: null }));
    const role = account.runtime.role('web-task');
    if (role !== undefined)
      account.runtime.inline.replace(role, [{ PolicyName: 'ExecLogDelivery-eu-central-1', PolicyDocument: document }]);
    const logs = new CloudWatchLogsClient(clientOf(account, roleArn('web-task'), TASK_ID));
    await logs.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: STREAM }));
    const outside = await failureOf(
      logs.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: 'app/app/1' })),
    );
    await account.close();

    expect([account.state.logs.logStreams.get(GROUP)?.map(({ logStreamName }) => logStreamName), outside.name]).toEqual(
      [[STREAM], 'AccessDeniedException'],
    );
  });
});
