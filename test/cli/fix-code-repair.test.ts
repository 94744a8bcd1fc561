import { fixOf, mergedByRole, type RoleFix } from '../../functions/cli/fix-code-repair.ts';
import type { AttachedPolicy } from '../../functions/domain/observation.ts';
import { policyDocumentFor, policyNameFor } from '../../functions/domain/remediation-policy.ts';
import { anAttachedPolicy, ROLE_ARN, read, simulatedCalls } from '../support/builders.ts';
import { PREPARED_NAME, preparedOf } from '../support/prepared.ts';
import { aFinding } from '../support/world.ts';

const ROLE = 'arn:aws:iam::111111111111:role/web';

/** The fix for one log group of a Region. */
function patch(logGroupName: string, region = 'eu-central-1', roleName = 'web'): RoleFix {
  const document = policyDocumentFor({
    kind: 'target',
    logging: 'DEFAULT',
    partition: 'aws',
    account: '111111111111',
    region,
    logGroupName,
    encryptionRequired: false,
    bucket: null,
    sessionKey: null,
    otherRegionOption: null,
    otherContainerGroups: [],
  });
  if (document === null) throw new Error('no document');
  const roleArn = ROLE.replace('web', roleName);
  return { kind: 'patch', roleArn, stackName: null, policy: { roleName, policyName: policyNameFor(region), document } };
}

const streamsOf = (fix: RoleFix) =>
  fix.kind === 'patch' ? fix.policy.document.Statement[0]?.Resource.map((arn) => arn.split(':')[6]) : [];
const NOTHING: RoleFix = { kind: 'nothing-missing', roleArn: ROLE };
const OTHERS: RoleFix = { kind: 'not-by-policy', roleArn: ROLE, code: 'denied-by-scp', what: 'x', owner: 'y' };

describe('given several findings', () => {
  it('puts those of one role and Region into one document', () => {
    expect(mergedByRole([patch('/ecs/a'), patch('/ecs/b'), patch('/ecs/a')]).map(streamsOf)).toEqual([
      ['/ecs/a', '/ecs/b'],
    ]);
  });

  it.each([
    ['Regions', patch('/ecs/b', 'eu-west-1')],
    ['roles', patch('/ecs/b', 'eu-central-1', 'api')],
  ])('keeps different %s apart', (_name, other) => {
    expect(mergedByRole([patch('/ecs/a'), other]).map(streamsOf)).toEqual([['/ecs/a'], ['/ecs/b']]);
  });

  it('says that nothing is missing only of a role of which nothing is', () => {
    expect(mergedByRole([NOTHING, patch('/ecs/a')])).toEqual([patch('/ecs/a')]);
    expect(mergedByRole([NOTHING, OTHERS])).toEqual([OTHERS]);
    expect(mergedByRole([NOTHING, NOTHING])).toEqual([NOTHING]);
  });

  it('says once who has to act, and what the code may do besides', () => {
    expect(mergedByRole([OTHERS, patch('/ecs/a'), OTHERS])).toEqual([OTHERS, patch('/ecs/a')]);
    const other: RoleFix = { ...OTHERS, code: 'log-group-missing' };
    expect(mergedByRole([OTHERS, other])).toEqual([OTHERS, other]);
  });
});

describe('given a role that is allowed all that its logs need', () => {
  const { repair, target, observation } = aFinding();
  const allowed = simulatedCalls(repair?.requiredCalls ?? []);
  const fixWith = (record: Partial<AttachedPolicy>) => {
    const attachedPolicy = read(anAttachedPolicy(preparedOf().document, { policyName: PREPARED_NAME, ...record }));
    const simulation = read({ now: allowed, withPolicy: allowed });
    return fixOf({ ...observation, attachedPolicy, simulation, roleArn: ROLE_ARN, target, repair, reasons: [] });
  };

  it.each<[string, Partial<AttachedPolicy>, RoleFix['kind']]>([
    ['by a prepared policy of ours', {}, 'patch'],
    ['since a prepared policy of ours was detached again', { revertedAt: '2023-02-11T06:35:30Z' }, 'nothing-missing'],
  ])('%s: %#', (_, record, kind) => {
    expect(fixWith(record).kind).toBe(kind);
  });
});
