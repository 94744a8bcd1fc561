import { createMemberPolicyWriter } from '../../../functions/adapters/aws/member-policy-writer.ts';
import type { RemediationPolicy } from '../../../functions/domain/decision.ts';
import { aRole } from '../../support/builders.ts';
import { FakeRole } from '../../support/fakes/role.ts';

const POLICY: RemediationPolicy = {
  roleName: 'web',
  policyName: 'ExecLogDelivery-eu-central-1',
  document: { Version: '2012-10-17', Statement: [] },
};
const OWN = 'arn:aws:iam::222222222222:role/team/web';

const ofAnother: readonly (readonly [string, string])[] = [
  ['account', 'arn:aws:iam::333333333333:role/team/web'],
  ['partition', 'arn:aws-cn:iam::222222222222:role/team/web'],
  ['name', 'arn:aws:iam::222222222222:role/team/webs'],
  ['kind', 'arn:aws:iam::222222222222:user/web'],
];

function aWriter() {
  const [reader, repairer] = [new FakeRole(aRole()), new FakeRole(aRole())];
  const writer = createMemberPolicyWriter({ account: '222222222222', partition: 'aws', reader, repairer });
  return { writer, reader, repairer };
}

describe('given the repair role of one member', () => {
  it('writes to roles of its account, and reads with the read role', async () => {
    const { writer, reader, repairer } = aWriter();
    expect(await writer.putPolicy(POLICY, OWN)).toEqual({ kind: 'written' });
    expect(await writer.deletePolicy('web', POLICY.policyName, OWN)).toEqual({ kind: 'written' });
    expect([repairer.puts, repairer.deletes]).toEqual([[POLICY], [POLICY.policyName]]);
    expect([reader.puts, reader.deletes]).toEqual([[], []]);
    expect(await writer.readRole('web')).toMatchObject({ kind: 'read' });
    expect(await writer.readPolicy('web', POLICY.policyName)).toEqual({ kind: 'absent' });
  });

  it.each(ofAnother)('writes to no role of another %s', async (_, roleArn) => {
    const { writer, repairer } = aWriter();
    await expect(writer.putPolicy(POLICY, roleArn)).rejects.toThrow('does not write to');
    await expect(writer.deletePolicy('web', POLICY.policyName, roleArn)).rejects.toThrow('does not write to');
    expect([repairer.puts, repairer.deletes]).toEqual([[], []]);
  });
});
