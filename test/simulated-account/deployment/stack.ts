import type { SimulatedAccount } from '../server.ts';
import { createResolver, type Resolve } from './intrinsics.ts';
import { PhysicalResources } from './physical-resources.ts';
import { objectOf, readTemplate, type Template, type TemplateResource } from './template.ts';

/** A synthesised template with every reference resolved for one account. */
export class Stack {
  readonly resources: PhysicalResources;
  private readonly resolve: Resolve;

  constructor(
    readonly name: string,
    readonly template: Template,
    account: SimulatedAccount,
    exports: ReadonlyMap<string, unknown>,
    parameters: Readonly<Record<string, string>>,
    functionUrls: ReadonlyMap<string, string>,
  ) {
    const { partition, region, account: accountId } = account.state;
    const place = {
      partition,
      region,
      account: accountId,
      stackName: name,
      queueUrl: (queue: string) => account.queues.urlOf(queue),
      functionUrl: (logicalId: string) => functionUrls.get(logicalId),
    };
    this.resources = new PhysicalResources(template.resources, place, () => this.resolve);
    const pseudo = {
      'AWS::AccountId': accountId,
      'AWS::Partition': partition,
      'AWS::Region': region,
      'AWS::StackName': name,
      'AWS::StackId': `arn:${partition}:cloudformation:${region}:${accountId}:stack/${name}/simulated`,
      'AWS::URLSuffix': partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
    };
    this.resolve = createResolver({ template, resources: this.resources, pseudo, parameters, exports });
  }

  /** The resources of a type whose condition holds, with their properties resolved. */
  resourcesOf(type: string | RegExp): readonly TemplateResource[] {
    return this.template.resources
      .filter((resource) => (typeof type === 'string' ? resource.type === type : type.test(resource.type)))
      .filter(({ condition }) => condition === null || this.resolve({ 'Fn::If': [condition, true, false] }) === true)
      .map((resource) => ({ ...resource, properties: objectOf(this.resolve(resource.properties)) }));
  }

  /** What the stack tells whoever asks CloudFormation. */
  outputs(): readonly { readonly OutputKey: string; readonly OutputValue: string }[] {
    return Object.entries(this.template.outputs).map(([OutputKey, output]) => ({
      OutputKey,
      OutputValue: String(this.resolve(objectOf(output)['Value'])),
    }));
  }

  /** What the stack exports to later ones, by export name. */
  exports(): readonly (readonly [string, unknown])[] {
    return Object.values(this.template.outputs).flatMap((output) => {
      const { Value, Export } = objectOf(output);
      const name = this.resolve(objectOf(Export)['Name']);
      return typeof name === 'string' ? [[name, this.resolve(Value)] as const] : [];
    });
  }
}

/** Reads and resolves one template; function URLs are given by their resource's logical id. */
export function stackOf(
  name: string,
  template: unknown,
  account: SimulatedAccount,
  exports: ReadonlyMap<string, unknown>,
  parameters: Readonly<Record<string, string>> = {},
  functionUrls: ReadonlyMap<string, string> = new Map(),
): Stack {
  return new Stack(name, readTemplate(template), account, exports, parameters, functionUrls);
}
