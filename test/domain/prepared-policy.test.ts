import type { LogTarget } from '../../functions/domain/log-target.ts';
import { planRepair } from '../../functions/domain/planned-repair.ts';
import {
  combinedText,
  isPreparedArn,
  preparedFor,
  preparedGroupsOf,
  preparedPolicyFor,
  preparedPolicyName,
} from '../../functions/domain/prepared-policy.ts';
import { mergedWithEarlier, policyDocumentFor } from '../../functions/domain/remediation-policy.ts';
import {
  ACCOUNT,
  absent,
  anAttachedPolicy,
  anInlinePolicy,
  aRole,
  GROUP,
  REGION,
  ROLE_NAME,
  read,
} from '../support/builders.ts';
import { aLedgerLine } from '../support/ledger.ts';
import { PREPARED_NAME, preparedOf, somePrepared } from '../support/prepared.ts';

const PLACE = { partition: 'aws', account: ACCOUNT, region: REGION };

function aTarget(changes: Partial<LogTarget> = {}): LogTarget {
  const { target } = aLedgerLine();
  if (target.kind !== 'target') throw new Error('no target');
  return { ...target, bucket: null, sessionKey: null, logGroupName: GROUP, ...changes };
}

const ROUTER = {
  kind: 'router-target',
  ...PLACE,
  logGroupName: GROUP,
  createsGroup: false,
  routerName: 'log_router',
  origin: 'settings',
} as const;

describe('given the ceiling', () => {
  it.each<[Parameters<typeof preparedGroupsOf>[0], readonly string[] | null]>([
    [{}, null],
    [{ repair: 'inline-policy' }, null],
    [{ repair: 'managed-policy' }, []],
    [{ repair: 'managed-policy', preparedGroups: [GROUP] }, [GROUP]],
  ])('%j prepares %j', (ceiling, groups) => {
    expect(preparedGroupsOf(ceiling)).toEqual(groups);
  });
});

describe('given a log group', () => {
  it.each([
    ['/ecs/nginx-sample/nginx', 'ExecLogPrepared-eu-central-1.+ecs+nginx-sample+nginx'],
    ['exec.logs_1#a', 'ExecLogPrepared-eu-central-1.exec.logs_1=a'],
  ])('calls the policy of %s %s', (group, name) => {
    expect(preparedPolicyName('eu-central-1', group)).toBe(name);
  });

  it('takes names of IAM, for the longest group in the longest Region too', () => {
    const longest = preparedPolicyName('ap-southeast-99', '/'.repeat(90));
    expect([longest.length <= 128, /^[\w+=,.@-]+$/.test(longest)]).toEqual([true, true]);
  });

  it('prepares what a repair of that group would write, under the path of our own', () => {
    expect(preparedPolicyFor(GROUP, PLACE)).toEqual({
      arn: `arn:aws:iam::${ACCOUNT}:policy/exec-log/${preparedPolicyName(REGION, GROUP)}`,
      document: policyDocumentFor(aTarget()),
    });
  });

  it.each(['/ecs/*', '/ecs/$', ''])('prepares nothing for %j', (group) => {
    expect(preparedPolicyFor(group, PLACE)).toBeNull();
  });
});

describe('given a target', () => {
  it.each<[string, Parameters<typeof preparedFor>[0], readonly string[], boolean]>([
    ['of a prepared group', aTarget(), [GROUP], true],
    ['whose cluster demands encryption', aTarget({ encryptionRequired: true }), [GROUP], true],
    ['of another group', aTarget({ logGroupName: `${GROUP}2` }), [GROUP], false],
    ['with a bucket', aTarget({ bucket: { name: 'b', keyPrefix: '', encryptionRequired: false } }), [GROUP], false],
    ['with a key', aTarget({ sessionKey: { kind: 'unresolved', keyId: 'k' } }), [GROUP], false],
    ['without a group', aTarget({ logGroupName: null }), [GROUP], false],
    ['of a log router', ROUTER, [GROUP], false],
  ])('that is %s: %#', (_, target, groups, isPrepared) => {
    expect(preparedFor(target, groups)).toEqual(isPrepared ? preparedOf() : null);
  });
});

describe('given the ARN of an attached policy', () => {
  it.each([
    [preparedOf().arn, true],
    [preparedOf().arn.replace('arn:aws:', 'arn:aws-cn:'), true],
    [preparedOf().arn.replace(REGION, 'eu-central-1'), false],
    [preparedOf().arn.replace(REGION, `${REGION}0`), false],
    [preparedOf().arn.replace('/exec-log/', '/'), false],
    ['arn:aws:iam::aws:policy/AdministratorAccess', false],
  ])('%s is ours in this Region: %s', (arn, isOurs) => {
    expect(isPreparedArn(arn, REGION)).toBe(isOurs);
  });
});

describe('given the documents of several prepared policies', () => {
  const texts = ['/a', '/b', '/c'].map((group) => JSON.stringify(preparedOf(group).document));
  const [a = '', b = '', c = ''] = texts;

  it('are one as the plan for the last of them has it, in whichever order they were attached', () => {
    const planned = mergedWithEarlier(combinedText([a, c]), preparedOf('/b').document);
    expect([combinedText(texts), combinedText([c, a, b])]).toEqual(Array(2).fill(JSON.stringify(planned)));
  });

  it('are the text itself where there is one', () => {
    expect(combinedText([a])).toBe(a);
  });

  it('are not of our form once one of them is not', () => {
    const edited = a.replace('logs:PutLogEvents', 'logs:*');
    expect([combinedText([edited, b]), combinedText([b, edited])]).toEqual([
      JSON.stringify([edited, b]),
      JSON.stringify([b, edited]),
    ]);
  });
});

describe('given a role in a deployment that repairs by prepared policies', () => {
  const planned = (target: LogTarget, attached: readonly string[] = [], groups = [GROUP]) =>
    planRepair(target, {
      role: read(aRole({ prepared: somePrepared(attached, { groups }) })),
      attachedPolicy:
        attached.length === 0
          ? absent
          : read(anAttachedPolicy(preparedOf(attached[0]).document, { policyName: PREPARED_NAME })),
    })?.policy;

  it('plans to attach the policy of the group', () => {
    expect(planned(aTarget())).toEqual({
      roleName: ROLE_NAME,
      policyName: PREPARED_NAME,
      document: preparedOf().document,
      prepared: preparedOf(),
    });
  });

  it('plans to attach it beside the one that we attached before', () => {
    expect(planned(aTarget(), ['/earlier'])).toEqual({
      roleName: ROLE_NAME,
      policyName: PREPARED_NAME,
      document: mergedWithEarlier(JSON.stringify(preparedOf('/earlier').document), preparedOf().document),
      prepared: preparedOf(),
    });
  });

  it('plans an inline policy, for code alone, where the group has none', () => {
    expect(planned(aTarget(), [], [])).toEqual({
      roleName: ROLE_NAME,
      policyName: `ExecLogDelivery-${REGION}`,
      document: preparedOf().document,
    });
  });

  it('plans nothing from what somebody made of ours', () => {
    const text = anInlinePolicy(PREPARED_NAME, { Version: '2012-10-17', Statement: [] });
    const role = aRole({ prepared: { ...somePrepared(['/earlier']), policy: text } });
    const record = anAttachedPolicy(preparedOf().document, { policyName: PREPARED_NAME, documentHash: text.hash });
    expect(planRepair(aTarget(), { role: read(role), attachedPolicy: read(record) })).toBeNull();
  });
});
