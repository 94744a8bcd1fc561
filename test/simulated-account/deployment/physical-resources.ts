import type { Resolve } from './intrinsics.ts';
import type { TemplateResource } from './template.ts';

/** Where a stack is deployed. */
export interface Place {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  readonly queueUrl: (name: string) => string;
  /** Where a function URL is served, by its resource's logical id. */
  readonly functionUrl: (logicalId: string) => string | undefined;
}

interface Kind {
  /** The property that may name the resource; without it CloudFormation makes a name up. */
  readonly nameProperty: string;
  readonly arn: (name: string, place: Place, properties: Readonly<Record<string, unknown>>) => string;
  /** What `Ref` gives: the name, unless this says otherwise. */
  readonly ref?: (name: string, arn: string, place: Place) => string;
  readonly attributes?: (name: string, place: Place) => Readonly<Record<string, string>>;
}

const regional =
  (service: string, prefix = '', suffix = '') =>
  (name: string, { partition, region, account }: Place) =>
    `arn:${partition}:${service}:${region}:${account}:${prefix}${name}${suffix}`;
const pathOf = ({ Path }: Readonly<Record<string, unknown>>) => (typeof Path === 'string' ? Path : '/');
const byArn = (_: string, arn: string) => arn;

const kinds: Readonly<Record<string, Kind>> = {
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    arn: (name, { partition, account }, properties) =>
      `arn:${partition}:iam::${account}:role${pathOf(properties)}${name}`,
  },
  'AWS::IAM::ManagedPolicy': {
    nameProperty: 'ManagedPolicyName',
    arn: (name, { partition, account }, properties) =>
      `arn:${partition}:iam::${account}:policy${pathOf(properties)}${name}`,
    ref: byArn,
  },
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    arn: regional('sqs'),
    ref: (name, _arn, place) => place.queueUrl(name),
    attributes: (name, place) => ({ QueueName: name, QueueUrl: place.queueUrl(name) }),
  },
  'AWS::DynamoDB::Table': { nameProperty: 'TableName', arn: regional('dynamodb', 'table/') },
  'AWS::DynamoDB::GlobalTable': { nameProperty: 'TableName', arn: regional('dynamodb', 'table/') },
  'AWS::Lambda::Function': { nameProperty: 'FunctionName', arn: regional('lambda', 'function:') },
  'AWS::Events::EventBus': { nameProperty: 'Name', arn: regional('events', 'event-bus/') },
  'AWS::Events::Rule': { nameProperty: 'Name', arn: regional('events', 'rule/') },
  'AWS::Logs::LogGroup': { nameProperty: 'LogGroupName', arn: regional('logs', 'log-group:', ':*') },
  'AWS::SNS::Topic': { nameProperty: 'TopicName', arn: regional('sns'), ref: byArn },
  'AWS::KMS::Key': { nameProperty: 'KeyId', arn: regional('kms', 'key/') },
  'AWS::CloudWatch::Alarm': { nameProperty: 'AlarmName', arn: regional('cloudwatch', 'alarm:') },
  'AWS::SSM::Parameter': {
    nameProperty: 'Name',
    arn: (name, place) => regional('ssm', 'parameter/')(name.replace(/^\//, ''), place),
  },
};

/** The names and attributes of a stack's resources, as CloudFormation would give them; computed on demand, so order does not matter. */
export class PhysicalResources {
  private readonly byId: ReadonlyMap<string, TemplateResource>;

  constructor(
    resources: readonly TemplateResource[],
    private readonly place: Place,
    private readonly resolve: () => Resolve,
  ) {
    this.byId = new Map(resources.map((resource) => [resource.logicalId, resource]));
  }

  /** The name by which the account knows a resource. */
  nameOf(logicalId: string): string {
    const resource = this.known(logicalId);
    const property = kinds[resource.type]?.nameProperty;
    const given = property === undefined ? undefined : this.resolve()(resource.properties[property]);
    return typeof given === 'string' ? given : `${this.place.stackName}-${logicalId}`.slice(0, 64);
  }

  arnOf(logicalId: string): string {
    const { type, properties } = this.known(logicalId);
    const kind = kinds[type];
    if (kind === undefined) throw new Error(`the simulated deployment knows no ARN of ${type} (${logicalId})`);
    return kind.arn(this.nameOf(logicalId), this.place, properties);
  }

  refOf(logicalId: string): string {
    const name = this.nameOf(logicalId);
    const ref = kinds[this.known(logicalId).type]?.ref;
    return ref === undefined ? name : ref(name, this.arnOf(logicalId), this.place);
  }

  attributeOf(logicalId: string, attribute: string): string {
    if (attribute === 'Arn' || attribute === 'TopicArn') return this.arnOf(logicalId);
    const { type, properties } = this.known(logicalId);
    const value =
      (attribute === 'FunctionUrl' ? this.place.functionUrl(logicalId) : undefined) ??
      kinds[type]?.attributes?.(this.nameOf(logicalId), this.place)[attribute] ??
      this.resolve()(properties[attribute]);
    if (typeof value === 'string') return value;
    throw new Error(`the simulated deployment knows no attribute ${attribute} of ${type} (${logicalId})`);
  }

  private known(logicalId: string): TemplateResource {
    const resource = this.byId.get(logicalId);
    if (resource === undefined) throw new Error(`the template refers to ${logicalId}, which it does not have`);
    return resource;
  }
}
