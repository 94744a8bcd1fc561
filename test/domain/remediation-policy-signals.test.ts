import * as fc from 'fast-check';
import type { LogTarget } from '../../functions/domain/log-target.ts';
import { callsOf, isRemovable } from '../../functions/domain/policy-review.ts';
import {
  grantedNames,
  isOwnDocument,
  mergedWithEarlier,
  policyDocumentFor,
  policyNameFor,
  requiredCalls,
  targetCount,
} from '../../functions/domain/remediation-policy.ts';
import type { RouterTarget } from '../../functions/domain/router-target.ts';
import { validWorld } from '../support/arbitrary-world.ts';
import { ACCOUNT, anInlinePolicy, POLICY_NAME, REGION } from '../support/builders.ts';
import { aCompanionWorld, BUCKET_KEY_ARN, KEY_ARN, ROUTER_GROUP } from '../support/other-signals.ts';
import { findingOf, type World } from '../support/world.ts';

const GROUP = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${ROUTER_GROUP}`;
const BUCKET_KEY = {
  Sid: 'ExecLogDeliveryBucketKey',
  Effect: 'Allow',
  Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
  Resource: [BUCKET_KEY_ARN],
  Condition: { StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` } },
};

function aRouterTarget(overrides: Partial<RouterTarget> = {}): RouterTarget {
  return {
    kind: 'router-target',
    partition: 'aws',
    account: ACCOUNT,
    region: REGION,
    logGroupName: ROUTER_GROUP,
    createsGroup: false,
    origin: 'task-definition',
    routerName: 'log_router',
    ...overrides,
  };
}

function targetIn(world: World): LogTarget | RouterTarget {
  const { target, router } = findingOf(world);
  const found = target ?? router;
  if (found?.kind !== 'target' && found?.kind !== 'router-target') {
    throw new Error('the set-up has no target');
  }
  return found;
}

/** The text that is written for a target. */
function textFor(target: LogTarget | RouterTarget): string {
  return JSON.stringify(policyDocumentFor(target));
}

const encrypted = targetIn(aCompanionWorld('session-key'));

describe("the grant on a bucket's own key", () => {
  it("is S3's to use, and comes after that on the session key", () => {
    expect(policyDocumentFor(encrypted)?.Statement.slice(-2)).toEqual([
      { Sid: 'ExecLogDeliverySessionKey', Effect: 'Allow', Action: ['kms:Decrypt'], Resource: [KEY_ARN] },
      BUCKET_KEY,
    ]);
  });

  it("is through the service of the key's Region, which is the bucket's", () => {
    if (encrypted.kind !== 'target' || encrypted.bucket === null) throw new Error('no bucket');
    const keyArn = BUCKET_KEY_ARN.replace(REGION, 'eu-west-1');
    const target = { ...encrypted, bucket: { ...encrypted.bucket, keyArn } };
    const viaService = 's3.eu-west-1.amazonaws.com';
    expect(policyDocumentFor(target)?.Statement.at(-1)?.Condition).toEqual({
      StringEquals: { 'kms:ViaService': viaService },
    });
    expect(requiredCalls(target).slice(-2)).toEqual([
      { action: 'kms:GenerateDataKey', resource: keyArn, viaService },
      { action: 'kms:Decrypt', resource: keyArn, viaService },
    ]);
  });

  it('is through the service of the partition', () => {
    if (encrypted.kind !== 'target' || encrypted.bucket === null) throw new Error('no bucket');
    const keyArn = 'arn:aws-cn:kms:cn-north-1:111111111111:key/k';
    const target = {
      ...encrypted,
      partition: 'aws-cn',
      region: 'cn-north-1',
      sessionKey: null,
      bucket: { ...encrypted.bucket, keyArn },
    };
    expect(policyDocumentFor(target)?.Statement.at(-1)?.Condition).toEqual({
      StringEquals: { 'kms:ViaService': 's3.cn-north-1.amazonaws.com.cn' },
    });
    expect(isOwnDocument(textFor(target))).toBe(true);
  });

  it('is required, as calls of S3', () => {
    const viaService = `s3.${REGION}.amazonaws.com`;
    expect(requiredCalls(encrypted).slice(-3)).toEqual([
      { action: 'kms:Decrypt', resource: KEY_ARN },
      { action: 'kms:GenerateDataKey', resource: BUCKET_KEY_ARN, viaService },
      { action: 'kms:Decrypt', resource: BUCKET_KEY_ARN, viaService },
    ]);
  });

  it('is among the names that are granted', () => {
    const document = policyDocumentFor(encrypted);
    expect(document === null ? null : grantedNames(document).keys).toEqual([KEY_ARN, BUCKET_KEY_ARN]);
  });

  it.each<[string, object]>([
    ['without its condition', { Condition: undefined }],
    ['through another service', { Condition: { StringEquals: { 'kms:ViaService': `ec2.${REGION}.amazonaws.com` } } }],
    ['through S3 elsewhere', { Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } } }],
    ['under another condition', { Condition: { StringEquals: { 'aws:ResourceAccount': ACCOUNT } } }],
    ['of one action', { Action: ['kms:Decrypt'] }],
    ['of another Region', { Resource: [BUCKET_KEY_ARN.replace(REGION, 'us-east-1')] }],
    ['of a pattern', { Resource: [`${BUCKET_KEY_ARN}*`] }],
  ])('is not taken for ours %s', (_, fields) => {
    const document = policyDocumentFor(encrypted);
    const Statement = document?.Statement.map((own) => (own.Sid === BUCKET_KEY.Sid ? { ...own, ...fields } : own));
    expect(isOwnDocument(JSON.stringify({ ...document, Statement }))).toBe(false);
  });
});

describe("the grant for a router's group", () => {
  const ROUTER = {
    Sid: 'ExecLogDeliveryRouter',
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
    Resource: [`${GROUP}:*`],
  };

  it('is three actions, and four where the router makes the group', () => {
    expect(policyDocumentFor(aRouterTarget())).toEqual({ Version: '2012-10-17', Statement: [ROUTER] });
    expect(policyDocumentFor(aRouterTarget({ createsGroup: true }))?.Statement).toEqual([
      ROUTER,
      { ...ROUTER, Sid: 'ExecLogDeliveryRouterGroups', Action: ['logs:CreateLogGroup'] },
    ]);
  });

  it('is required, call by call', () => {
    const calls = [
      { action: 'logs:CreateLogStream', resource: `${GROUP}:log-stream:exec-log-probe` },
      { action: 'logs:DescribeLogStreams', resource: `${GROUP}:log-stream:` },
      { action: 'logs:PutLogEvents', resource: `${GROUP}:log-stream:exec-log-probe` },
    ];
    expect(requiredCalls(aRouterTarget())).toEqual(calls);
    expect(requiredCalls(aRouterTarget({ createsGroup: true }))).toEqual([
      ...calls,
      { action: 'logs:CreateLogGroup', resource: `${GROUP}:log-stream:` },
    ]);
  });

  it.each(['/ecs/*', '/ecs/?', '/ecs/$', '/ecs/a:b', ''])('is none for the group %j', (logGroupName) => {
    expect(policyDocumentFor(aRouterTarget({ logGroupName }))).toBeNull();
  });

  it.each<[string, object]>([
    ['a wildcard', { Resource: [`arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/ecs/*:*`] }],
    ['one action more', { Action: [...ROUTER.Action, 'logs:DeleteLogStream'] }],
    ['a condition', { Condition: {} }],
    ['the groups of two places', { Resource: [`${GROUP}:*`, `${GROUP.replace(REGION, 'us-east-1')}:*`] }],
  ])('is not taken for ours with %s', (_, fields) => {
    expect(isOwnDocument(JSON.stringify({ Version: '2012-10-17', Statement: [{ ...ROUTER, ...fields }] }))).toBe(false);
  });
});

describe('the document of sessions and routers together', () => {
  it('holds both, whichever came first, and counts both', () => {
    const router = policyDocumentFor(aRouterTarget({ createsGroup: true }));
    const sessions = policyDocumentFor(encrypted);
    if (router === null || sessions === null) throw new Error('no policy');
    const merged = mergedWithEarlier(JSON.stringify(sessions), router);
    expect(merged).toEqual(mergedWithEarlier(JSON.stringify(router), sessions));
    expect(merged?.Statement.map(({ Sid }) => Sid.replace('ExecLogDelivery', ''))).toEqual([
      'Streams',
      'DescribeStreams',
      'DescribeGroups',
      'Objects',
      'BucketEncryption',
      'SessionKey',
      'BucketKey',
      'Router',
      'RouterGroups',
    ]);
    expect(merged === null ? null : [targetCount(merged), grantedNames(merged).logGroups]).toEqual([
      2,
      ['/ecs/nginx-sample/nginx', ROUTER_GROUP],
    ]);
  });

  it('holds no target of another Region', () => {
    const elsewhere = policyDocumentFor(aRouterTarget({ region: 'us-east-1' }));
    expect(elsewhere === null ? null : mergedWithEarlier(textFor(encrypted), elsewhere)).toBeNull();
  });
});

describe('given any target', () => {
  const target = validWorld.map(targetIn);

  it('what is written for it is recognised, reviewed and removable as ours', () => {
    fc.assert(
      fc.property(target, (one) => {
        const document = policyDocumentFor(one);
        const policy = anInlinePolicy(policyNameFor(one.region), document ?? {});
        expect(isOwnDocument(policy.document)).toBe(true);
        expect(isRemovable(policy)).toBe(true);
        const calls = callsOf(policy);
        expect(calls).toEqual(expect.arrayContaining([...requiredCalls(one)]));
      }),
    );
  });

  it('what is merged with others of its place stays recognised, and grants all that each grants', () => {
    fc.assert(
      fc.property(target, fc.boolean(), fc.boolean(), (one, createsGroup, isFirst) => {
        const { partition, account, region } = one;
        const other = aRouterTarget({ partition, account, region, createsGroup });
        const [earlier, added] = isFirst ? [one, other] : [other, one];
        const document = policyDocumentFor(added);
        const merged = document === null ? null : mergedWithEarlier(textFor(earlier), document);
        const text = JSON.stringify(merged);
        expect(isOwnDocument(text)).toBe(true);
        expect(callsOf({ name: POLICY_NAME, document: text, hash: '' })).toEqual(
          expect.arrayContaining([...requiredCalls(one), ...requiredCalls(other)]),
        );
      }),
    );
  });
});

describe('the review of such a document', () => {
  it('asks for every call that it makes possible, each as it would be made', () => {
    const document = mergedWithEarlier(
      textFor(encrypted),
      policyDocumentFor(aRouterTarget()) ?? { Version: '2012-10-17', Statement: [] },
    );
    expect(callsOf(anInlinePolicy(POLICY_NAME, document ?? {})).slice(-5)).toEqual([
      { action: 'kms:Decrypt', resource: BUCKET_KEY_ARN, viaService: `s3.${REGION}.amazonaws.com` },
      { action: 'kms:GenerateDataKey', resource: BUCKET_KEY_ARN, viaService: `s3.${REGION}.amazonaws.com` },
      ...requiredCalls(aRouterTarget()),
    ]);
  });

  it('knows the Region of a document for routers only', () => {
    const document = policyDocumentFor(aRouterTarget()) ?? {};
    expect(isRemovable(anInlinePolicy(POLICY_NAME, document))).toBe(true);
    expect(isRemovable(anInlinePolicy('ExecLogDelivery-us-east-1', document))).toBe(false);
  });
});
