import { AccountFileError, readAccountFile } from './account-file.ts';

const errorOf = (file: unknown) => {
  try {
    readAccountFile(file);
  } catch (error) {
    if (error instanceof AccountFileError) return [error.path, error.expectation];
  }
  return null;
};

describe('given the sections of an account file that preflight reads', () => {
  it('takes keys with their metadata and aliases, as names or as list-aliases prints them', () => {
    const metadata = { KeyId: '1', KeyState: 'Disabled', CreationDate: '2026-01-01T00:00:00+00:00' };
    const { kms } = readAccountFile({
      kms: {
        a: { metadata: { KeyMetadata: metadata }, aliases: ['alias/a', { AliasName: 'alias/b', TargetKeyId: '1' }] },
        b: { metadata, aliases: { Aliases: [{ AliasName: 'alias/c' }] } },
      },
    });

    expect([...kms]).toEqual([
      [
        'a',
        {
          metadata: { ...metadata, CreationDate: new Date('2026-01-01T00:00:00Z') },
          policy: null,
          aliases: ['alias/a', 'alias/b'],
        },
      ],
      [
        'b',
        {
          metadata: { ...metadata, CreationDate: new Date('2026-01-01T00:00:00Z') },
          policy: null,
          aliases: ['alias/c'],
        },
      ],
    ]);
  });

  it('takes whole outputs of EC2, whose instances stand in reservations', () => {
    const instance = (InstanceId: string) => ({ InstanceId });
    const whole = {
      subnets: { Subnets: [{ SubnetId: 'subnet-1' }] },
      vpcEndpoints: { VpcEndpoints: [{ VpcEndpointId: 'vpce-1' }] },
      instances: { Reservations: [{ Instances: [instance('i-1')] }, { Instances: [instance('i-2')] }] },
    };
    const lists = {
      subnets: [{ SubnetId: 'subnet-1' }],
      vpcEndpoints: [{ VpcEndpointId: 'vpce-1' }],
      instances: [instance('i-1'), instance('i-2')],
    };

    expect([whole, lists].map((ec2) => readAccountFile({ ec2 }).ec2)).toEqual([lists, lists]);
  });

  it('knows no network where the file has no such section', () => {
    expect(readAccountFile({}).ec2).toBeUndefined();
  });

  it('takes services and container instances', () => {
    const services = [{ serviceArn: 'arn:s', serviceName: 'web' }];
    const containerInstances = [{ containerInstanceArn: 'arn:i', ec2InstanceId: 'i-1' }];
    const { ecs } = readAccountFile({ ecs: { services: { services, failures: [] }, containerInstances } });

    expect([ecs.services, ecs.containerInstances]).toEqual([services, containerInstances]);
  });

  it("takes the trust documents of instance profiles' roles as objects", () => {
    const trust = { Version: '2012-10-17', Statement: [] };
    const { iam } = readAccountFile({
      iam: [
        {
          RoleName: 'a',
          Arn: 'arn:aws:iam::111111111111:role/a',
          InstanceProfileList: [{ Arn: 'arn:p', Roles: [{ RoleName: 'a', AssumeRolePolicyDocument: trust }] }],
        },
      ],
    });

    expect(iam.roles[0]?.InstanceProfileList?.[0]?.Roles?.[0]?.AssumeRolePolicyDocument).toBe(JSON.stringify(trust));
  });

  it.each<[string, object, string, string]>([
    ['an alias without its beginning', { kms: { k: { aliases: ['exec'] } } }, 'kms.k.aliases[0]', 'alias/'],
    ['metadata of another kind', { kms: { k: { metadata: { Enabled: 'yes' } } } }, 'kms.k.metadata.Enabled', 'true'],
    ['a service without its ARN', { ecs: { services: [{}] } }, 'ecs.services[0].serviceArn', 'string'],
    ['a subnet without its id', { ec2: { subnets: [{}] } }, 'ec2.subnets[0].SubnetId', 'string'],
    [
      'instances of which more follow',
      { ec2: { instances: { Reservations: [], NextToken: 'x' } } },
      'ec2.instances.NextToken',
      'last page',
    ],
  ])('refuses %s, and names the place', (_, file, path, expectation) => {
    expect(errorOf(file)).toEqual([path, expect.stringContaining(expectation)]);
  });
});
