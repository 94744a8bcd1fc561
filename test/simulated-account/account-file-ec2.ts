import { type Instance, Instance$, type Subnet, Subnet$, type VpcEndpoint, VpcEndpoint$ } from '@aws-sdk/client-ec2';
import { type Element, elements, section, shaped, text } from './account-file-input.ts';
import type { AccountState } from './account-state.ts';

/** Reads what describe-subnets, describe-vpc-endpoints and describe-instances print; no section is no member. */
export function readNetwork(value: unknown): Pick<AccountState, 'ec2'> {
  if (value === undefined || value === null) return {};
  const ec2 = section(value, 'ec2');
  return {
    ec2: {
      subnets: elements(ec2['subnets'], 'Subnets', 'ec2.subnets').map((element) =>
        withId<Subnet>(Subnet$, element, 'SubnetId'),
      ),
      vpcEndpoints: elements(ec2['vpcEndpoints'], 'VpcEndpoints', 'ec2.vpcEndpoints').map((element) =>
        withId<VpcEndpoint>(VpcEndpoint$, element, 'VpcEndpointId'),
      ),
      // Instances stand in reservations, which say nothing that is read here.
      instances: elements(ec2['instances'], 'Reservations', 'ec2.instances')
        .flatMap(({ path, value: one }) => elements([one], 'Instances', path))
        .map((element) => withId<Instance>(Instance$, element, 'InstanceId')),
    },
  };
}

function withId<T>(schema: unknown, element: Element, id: keyof T & string): T {
  const one = shaped<T>(schema, element);
  text(one[id], `${element.path}.${id}`);
  return one;
}
