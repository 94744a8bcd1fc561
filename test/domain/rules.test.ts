import { matchesPattern, validatePattern } from '../../functions/domain/event-pattern.ts';
import { DENIAL_RULE_PATTERN, SIGNAL_RULE_NAMES, SIGNAL_RULES } from '../../functions/domain/rules.ts';

const AGENT = 'aws-sdk-go/1.55.5 (go1.22; linux; amd64) exec-env/AWS_ECS_FARGATE amazon-ssm-agent/3.3.859.0';
const TASK = '0f9c6ef5ab5d4e1dba1f1c5a1e6c2d3b';
const BROWSER = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)';

interface Call {
  readonly service?: 'kms' | 'logs' | 's3';
  readonly name: string;
  readonly userAgent: string;
  readonly stream?: string;
  readonly reason?: string;
  readonly errorCode?: string | null;
}

/** A delivered event of a call, denied unless it says otherwise. */
function eventOf({ service = 'logs', name, userAgent, stream, reason = '', errorCode = 'AccessDenied' }: Call): object {
  const resource = `arn:aws:logs:eu-central-1:111111111111:log-group:/ecs/web:log-stream:${stream ?? ''}`;
  const user = `arn:aws:sts::111111111111:assumed-role/web/${TASK}`;
  return {
    source: `aws.${service}`,
    'detail-type': 'AWS API Call via CloudTrail',
    detail: {
      eventSource: `${service}.amazonaws.com`,
      eventName: name,
      userAgent,
      ...(errorCode !== null && {
        errorCode,
        errorMessage: `User: ${user} is not authorized to perform: ${service}:${name} on resource: ${resource}${reason}`,
      }),
    },
  };
}

/** The opt-in rules that the event matches; `denials` for the rule that every deployment has. */
function matchedBy(call: Call): readonly string[] {
  const event = eventOf(call);
  const signals = SIGNAL_RULE_NAMES.filter((name) => matchesPattern(SIGNAL_RULES[name].pattern, event));
  return matchesPattern(DENIAL_RULE_PATTERN, event) ? ['denials', ...signals] : signals;
}

const EXEC = 'ecs-execute-command-egv8enfq3l9zptzgnrlq6szeji';
const FLUENT_BIT_C = 'aws-fluent-bit-plugin-ecs';
const FLUENT_BIT_GO = 'aws-fluent-bit-plugin (linux) aws-sdk-go/1.44.224 (go1.20; linux; amd64)';
const DOCKER = 'Docker 25.0.6 (linux) aws-sdk-go/1.44.0 (go1.21; linux; amd64)';
const LAMBDA = 'awslambda-worker/1.0 rusoto/0.48.0 rust/1.87.0 linux';
const FROM_POLICY =
  ' with an explicit deny in a service control policy: arn:aws:organizations::111111111111:policy/o-1/service_control_policy/p-1';

const rows: readonly (Call & { readonly what: string; readonly rules: readonly string[] })[] = [
  {
    what: "the agent's DescribeLogGroups",
    name: 'DescribeLogGroups',
    userAgent: AGENT,
    rules: ['describe-log-groups'],
  },
  { what: "a console user's", name: 'DescribeLogGroups', userAgent: BROWSER, rules: [] },
  { what: "the agent's, allowed", name: 'DescribeLogGroups', userAgent: AGENT, errorCode: null, rules: [] },
  {
    what: "the agent's, throttled",
    name: 'DescribeLogGroups',
    userAgent: AGENT,
    errorCode: 'ThrottlingException',
    rules: [],
  },
  { what: 'an agent of a like name', name: 'DescribeLogGroups', userAgent: 'amazon-ssm-agents 1', rules: [] },
  {
    what: "the agent's GetBucketEncryption, its agent in the brackets of S3",
    service: 's3',
    name: 'GetBucketEncryption',
    userAgent: `[${AGENT}]`,
    rules: ['bucket-encryption'],
  },
  { what: "a person's", service: 's3', name: 'GetBucketEncryption', userAgent: '[aws-cli/2.15.0]', rules: [] },
  { what: "the agent's Decrypt", service: 'kms', name: 'Decrypt', userAgent: AGENT, rules: ['session-key'] },
  {
    what: 'the same under the other error code',
    service: 'kms',
    name: 'Decrypt',
    userAgent: AGENT,
    errorCode: 'AccessDeniedException',
    rules: ['session-key'],
  },
  { what: "a service's", service: 'kms', name: 'Decrypt', userAgent: 'secretsmanager.amazonaws.com', rules: [] },
  {
    what: "the agent's PutObject",
    service: 's3',
    name: 'PutObject',
    userAgent: `[${AGENT}]`,
    rules: ['bucket-objects'],
  },
  ...['CreateMultipartUpload', 'UploadPart'].map((name) => ({
    what: `the agent's ${name}`,
    service: 's3' as const,
    name,
    userAgent: `[${AGENT}]`,
    rules: ['bucket-objects'],
  })),
  { what: "an application's", service: 's3', name: 'PutObject', userAgent: '[Boto3/1.34]', rules: [] },
  {
    what: "Fluent Bit's stream, C plugin",
    name: 'CreateLogStream',
    userAgent: FLUENT_BIT_C,
    stream: 'x',
    rules: ['firelens'],
  },
  { what: 'its group', name: 'CreateLogGroup', userAgent: FLUENT_BIT_C, rules: ['firelens'] },
  { what: "Fluent Bit's group, Go plugin", name: 'CreateLogGroup', userAgent: FLUENT_BIT_GO, rules: ['firelens'] },
  { what: 'its question for the stream', name: 'DescribeLogStreams', userAgent: FLUENT_BIT_GO, rules: ['firelens'] },
  { what: 'its events, which no record shows', name: 'PutLogEvents', userAgent: FLUENT_BIT_C, stream: 'x', rules: [] },
  {
    what: "Fluent Bit's stream that looks like the driver's",
    name: 'CreateLogStream',
    userAgent: FLUENT_BIT_C,
    stream: `firelens/web/${TASK}`,
    rules: ['firelens'],
  },
  {
    what: 'a program that names Fluent Bit later on',
    name: 'CreateLogStream',
    userAgent: `x ${FLUENT_BIT_C}`,
    stream: 'x',
    rules: [],
  },
  { what: "an exec session's stream", name: 'CreateLogStream', userAgent: AGENT, stream: EXEC, rules: ['denials'] },
  {
    what: "an exec session's stream, denied by a policy that the sentence names with slashes",
    name: 'CreateLogStream',
    userAgent: AGENT,
    stream: EXEC,
    reason: FROM_POLICY,
    rules: ['denials'],
  },
  {
    what: "the awslogs driver's stream",
    name: 'CreateLogStream',
    userAgent: DOCKER,
    stream: `ecs/web/${TASK}`,
    rules: ['awslogs-driver'],
  },
  {
    what: "the awslogs driver's stream under a long prefix",
    name: 'CreateLogStream',
    userAgent: DOCKER,
    stream: `team/blue/web/${TASK}`,
    rules: ['awslogs-driver'],
  },
  { what: 'a stream of two parts', name: 'CreateLogStream', userAgent: DOCKER, stream: `web/${TASK}`, rules: [] },
  {
    what: "Lambda's stream",
    name: 'CreateLogStream',
    userAgent: LAMBDA,
    stream: '2026/01/01/[$LATEST]bca7918c9450164d3db2cef43f95bba7',
    rules: [],
  },
];

describe('given a call', () => {
  it.each(rows)('is $rules for $what ($name)', ({ rules, ...call }) => {
    expect(matchedBy(call)).toEqual(rules);
  });
});

describe.each(SIGNAL_RULE_NAMES)('given the rule %s', (name) => {
  const { pattern, readOnly, queue } = SIGNAL_RULES[name];

  it('has a pattern that EventBridge accepts', () => {
    expect(validatePattern(pattern)).toEqual({ kind: 'valid' });
    expect(JSON.stringify(pattern).length).toBeLessThan(2048);
  });

  it('waits for denials of one service', () => {
    expect(pattern.detail.errorCode).toEqual(['AccessDenied', 'AccessDeniedException']);
    expect(pattern.detail.eventSource).toHaveLength(1);
  });

  it('asks for calls that read where its calls do', () => {
    const reads = pattern.detail.eventName.some((call) => /^(Describe|Get|List|Decrypt)/.test(call));
    expect({ readOnly, queue }).toEqual({ readOnly: reads, queue: expect.stringMatching(/^(denials|routers)$/) });
  });
});
