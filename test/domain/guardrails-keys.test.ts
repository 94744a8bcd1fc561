import type { Observation, ObservedKey } from '../../functions/domain/observation.ts';
import { NO_CEILING } from '../../functions/domain/settings.ts';
import { ACCOUNT, absent, read, rules, unreadable } from '../support/builders.ts';
import { itJudges } from '../support/guardrail-rows.ts';
import {
  aCompanionWorld,
  aKey,
  BUCKET_KEY_ARN,
  delegatingTo,
  encryptedReadings,
  KEY_ARN,
  listingAll,
} from '../support/other-signals.ts';
import { aWorld, type World } from '../support/world.ts';

/** The delivery of a session was denied, on a cluster with session key, bucket and the bucket's own key. */
const world = (observed: Partial<Observation> = {}, document: object = listingAll, ceiling: object = {}): World =>
  aWorld(
    { ...encryptedReadings(), ...observed },
    { rules: rules(document, { ceiling: { ...NO_CEILING, ...ceiling } }) },
  );

const sessionKey = (overrides: Partial<ObservedKey>): World => world({ sessionKey: read(aKey(overrides)) });
const bucketKey = (overrides: Partial<ObservedKey>): World =>
  world({ bucketKey: read(aKey({ keyArn: BUCKET_KEY_ARN, ...overrides })) });
const byAlias = (observed: Partial<Observation>): World =>
  world({ ...encryptedReadings({ kmsKeyId: 'alias/exec' }), ...observed });

const conditional = (condition: object): Partial<ObservedKey> => ({
  policy: read({
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: 'kms:*',
        Resource: '*',
        Condition: { StringEquals: condition },
      },
    ],
  }),
});
const THROUGH_S3 = { 'kms:ViaService': 's3.ap-northeast-1.amazonaws.com' };
const OF_ACCOUNT = { 'kms:CallerAccount': ACCOUNT };
const ELSEWHERE = { policy: read(delegatingTo('222222222222')) };
const allowing = (...Action: readonly string[]): Partial<ObservedKey> => ({
  policy: read({ Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action, Resource: '*' }] }),
});

describe('key-allowed, of the session key', () => {
  itJudges('key-allowed', [
    {
      name: 'a key that its owner leaves to IAM',
      world: world(),
      holds: true,
      detail: `the settings list key ${KEY_ARN}`,
    },
    { name: 'a key by its alias', world: byAlias({}), holds: true },
    { name: 'an alias of no key', world: byAlias({ sessionKey: absent }), holds: false, cause: 'key-missing' },
    {
      name: 'an alias that could not be looked up',
      world: byAlias({ sessionKey: unreadable }),
      holds: null,
      cause: 'key-unresolved',
    },
    { name: 'a key that does not exist', world: world({ sessionKey: absent }), holds: false, cause: 'key-missing' },
    {
      name: 'a key that could not be looked up',
      world: world({ sessionKey: unreadable }),
      holds: null,
      cause: 'key-unresolved',
    },
    { name: 'another key', world: sessionKey({ keyArn: `${KEY_ARN}0` }), holds: null, cause: 'key-unresolved' },
    { name: 'a disabled key', world: sessionKey({ enabled: false }), holds: false, cause: 'key-disabled' },
    {
      name: 'a policy that could not be read',
      world: sessionKey({ policy: unreadable }),
      holds: null,
      cause: 'key-policy-unreadable',
    },
    {
      name: 'a key without a policy',
      world: sessionKey({ policy: absent }),
      holds: null,
      cause: 'key-policy-unreadable',
    },
    { name: "another account's", world: sessionKey(ELSEWHERE), holds: false, cause: 'key-not-delegating' },
    { name: 'callers of this account', world: sessionKey(conditional(OF_ACCOUNT)), holds: true },
    { name: 'through S3 only', world: sessionKey(conditional(THROUGH_S3)), holds: false, cause: 'key-not-delegating' },
  ]);
});

describe("key-allowed, of the bucket's own key", () => {
  const AWS_MANAGED = { managedBy: 'AWS', policy: absent } as const;

  itJudges('key-allowed', [
    { name: 'through S3 only', world: bucketKey(conditional(THROUGH_S3)), holds: true },
    { name: 'both of its calls', world: bucketKey(allowing('kms:Decrypt', 'kms:GenerateDataKey')), holds: true },
    {
      name: 'one of its calls',
      world: bucketKey(allowing('kms:Decrypt')),
      holds: false,
      cause: 'key-not-delegating',
    },
    { name: 'a key that AWS manages needs nothing', world: bucketKey(AWS_MANAGED), holds: true },
    {
      name: 'a bucket without a key of its own',
      world: world({ bucketEncryption: read({ algorithm: 'aws:kms', keyId: null }), bucketKey: absent }),
      holds: true,
    },
    { name: 'a key that does not exist', world: world({ bucketKey: absent }), holds: false, cause: 'key-missing' },
    {
      name: 'a key that could not be looked up',
      world: world({ bucketKey: unreadable }),
      holds: null,
      cause: 'key-unresolved',
    },
    { name: 'a disabled key', world: bucketKey({ enabled: false }), holds: false, cause: 'key-disabled' },
    {
      name: 'a policy that could not be read',
      world: bucketKey({ policy: unreadable }),
      holds: null,
      cause: 'key-policy-unreadable',
    },
    { name: "another account's policy", world: bucketKey(ELSEWHERE), holds: false, cause: 'key-not-delegating' },
    {
      name: 'a key of another account',
      world: bucketKey({ keyArn: BUCKET_KEY_ARN.replace(ACCOUNT, '222222222222') }),
      holds: false,
      cause: 'key-elsewhere',
      detail: "the bucket's key belongs to another account or Region",
    },
    {
      name: 'a key of another Region',
      world: bucketKey({ keyArn: BUCKET_KEY_ARN.replace('ap-northeast-1', 'us-east-1') }),
      holds: false,
      cause: 'key-elsewhere',
    },
    {
      name: 'a list with the session key only',
      world: world({}, { ...listingAll, keys: { allow: [KEY_ARN] } }),
      holds: false,
      detail: `the settings do not list key ${BUCKET_KEY_ARN}`,
    },
    {
      name: 'a list with both',
      world: world({}, { ...listingAll, keys: { allow: [KEY_ARN, BUCKET_KEY_ARN] } }),
      holds: true,
    },
    {
      name: 'a ceiling with the session key only',
      world: world({}, listingAll, { keys: [KEY_ARN] }),
      holds: false,
      cause: 'not-permitted-by-deployment',
    },
  ]);
});

describe('bucket-allowed, of how the bucket encrypts', () => {
  itJudges('bucket-allowed', [
    { name: 'known', world: world(), holds: true },
    { name: 'no such bucket', world: world({ bucketEncryption: absent }), holds: false, cause: 'bucket-missing' },
    {
      name: 'not to be read',
      world: world({ bucketEncryption: unreadable }),
      holds: null,
      cause: 'bucket-encryption-unreadable',
    },
    { name: 'known, for a companion', world: aCompanionWorld('session-key'), holds: true },
    {
      name: 'not asked where there is no bucket',
      world: world({ ...encryptedReadings({ s3BucketName: null }), bucketEncryption: unreadable }),
      holds: true,
    },
  ]);
});

describe('names-safe, of the keys', () => {
  const unsafe = (what: string) => ({
    holds: false,
    detail: `the ${what} holds characters that must not enter a policy`,
  });

  itJudges('names-safe', [
    { name: 'both keys', world: world(), holds: true },
    {
      name: 'an alias that leads to a pattern',
      world: byAlias({ sessionKey: read(aKey({ keyArn: `${KEY_ARN}*` })) }),
      ...unsafe('session key ARN'),
    },
    {
      name: "a bucket's key that is a pattern",
      world: bucketKey({ keyArn: `${BUCKET_KEY_ARN}*` }),
      ...unsafe('bucket key ARN'),
    },
  ]);
});
