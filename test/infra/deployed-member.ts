import { synthesiseMember } from '../../infra/synthesise-member.ts';
import { createResolver, type Resolve } from '../simulated-account/deployment/intrinsics.ts';
import { PhysicalResources } from '../simulated-account/deployment/physical-resources.ts';
import { objectOf, readTemplate } from '../simulated-account/deployment/template.ts';

/** Where a stack of a member is deployed. */
export interface MemberPlace {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}

/** What the member's account and Region get, by logical id: resources whose condition holds, with every function resolved. */
export type DeployedMember = Readonly<Record<string, { readonly type: string; readonly properties: object }>>;

export const HOME: MemberPlace = { partition: 'aws', account: '222222222222', region: 'eu-central-1' };

const GIVEN = {
  HubAccountId: '111111111111',
  HubRegion: 'eu-west-1',
  OrganizationId: 'o-exampleorg1',
  HomeRegion: HOME.region,
};

let plain: string | undefined;

/** The template of members as text, synthesised once. */
export function memberText(): string {
  plain ??= synthesiseMember({ checked: false });
  return plain;
}

/** Deploys the template as CloudFormation would; a parameter that it would refuse throws. */
export function memberIn(
  place: MemberPlace,
  given: Readonly<Record<string, string>> = {},
  text: string = memberText(),
): DeployedMember {
  const parameters: Record<string, string> = { ...GIVEN, ...given };
  const template = readTemplate(JSON.parse(text));
  for (const [name, value] of Object.entries(parameters)) checkParameter(name, value, template.parameters[name]);
  const resources = new PhysicalResources(
    template.resources,
    {
      ...place,
      stackName: 'member',
      queueUrl: (name) => `https://sqs/${place.account}/${name}`,
      functionUrl: () => undefined,
    },
    (): Resolve => resolve,
  );
  const pseudo = {
    'AWS::AccountId': place.account,
    'AWS::Partition': place.partition,
    'AWS::Region': place.region,
  };
  const resolve = createResolver({ template, resources, pseudo, parameters, exports: new Map() });
  const exists = (condition: string | null) =>
    condition === null || resolve({ 'Fn::If': [condition, true, false] }) === true;
  return Object.fromEntries(
    template.resources
      .filter(({ condition }) => exists(condition))
      .map(({ logicalId, type, properties }) => [
        logicalId.replace(/[0-9A-F]{8}$/, ''),
        { type, properties: objectOf(resolve(properties)) },
      ]),
  );
}

function checkParameter(name: string, value: string, declared: unknown): void {
  const { AllowedPattern = '', AllowedValues } = objectOf(declared);
  const isListed = !Array.isArray(AllowedValues) || AllowedValues.includes(value);
  if (declared === undefined || !isListed || !new RegExp(String(AllowedPattern)).test(value)) {
    throw new Error(`${name}: ${value} is not allowed`);
  }
}
