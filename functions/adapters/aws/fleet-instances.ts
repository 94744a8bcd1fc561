import { DescribeInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { GetInstanceProfileCommand, type IAMClient } from '@aws-sdk/client-iam';
import type { Reading } from '../../domain/observation.ts';
import type { InstanceReader } from '../../ports.ts';
import { ABSENT, read, readingOf } from './errors.ts';
import { allPages, inLots } from './lots.ts';

/** EC2's limit for the values of one filter. */
const LOT = 200;

/** The roles of EC2 instances, each profile asked for once: an instance names its profile, and the profile its role. */
export function createInstanceReader(ec2: EC2Client, iam: IAMClient): InstanceReader {
  return {
    async findInstanceRoles(instanceIds) {
      const profiles = await readingOf(profilesOf(ec2, instanceIds), { call: 'ec2:DescribeInstances' });
      if (profiles.kind !== 'read') return new Map(instanceIds.map((id) => [id, profiles]));
      const names = [...new Set(profiles.value.values())];
      const roles = new Map(await Promise.all(names.map(async (name) => [name, await roleOf(iam, name)] as const)));
      return new Map(instanceIds.map((id) => [id, roles.get(profiles.value.get(id) ?? '') ?? ABSENT]));
    },
  };
}

/** The names of instance profiles by instance id. Asked by filter: an id that is gone would fail the whole request. */
async function profilesOf(
  ec2: EC2Client,
  instanceIds: readonly string[],
): Promise<Reading<ReadonlyMap<string, string>>> {
  const instances = await inLots(instanceIds, LOT, (lot) =>
    allPages(async (NextToken) => {
      const command = new DescribeInstancesCommand({ Filters: [{ Name: 'instance-id', Values: [...lot] }], NextToken });
      const answer = await ec2.send(command);
      return { items: (answer.Reservations ?? []).flatMap(({ Instances = [] }) => Instances), next: answer.NextToken };
    }),
  );
  const named = instances.flatMap(({ InstanceId, IamInstanceProfile }) => {
    const arn = IamInstanceProfile?.Arn;
    return InstanceId === undefined || arn === undefined
      ? []
      : [[InstanceId, arn.slice(arn.lastIndexOf('/') + 1)] as const];
  });
  return read(new Map(named));
}

function roleOf(iam: IAMClient, profileName: string): Promise<Reading<string>> {
  const ask = async () => {
    const command = new GetInstanceProfileCommand({ InstanceProfileName: profileName });
    const { InstanceProfile } = await iam.send(command);
    const arn = InstanceProfile?.Roles?.[0]?.Arn;
    return arn === undefined ? ABSENT : read(arn);
  };
  return readingOf(ask(), { call: 'iam:GetInstanceProfile', absent: ['NoSuchEntity'] });
}
