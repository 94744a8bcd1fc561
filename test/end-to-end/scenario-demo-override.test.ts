import type { AccountState } from '../simulated-account/index.ts';
import { demoOverride, demoTarget } from '../simulated-account/scenarios/demo-override.ts';
import { type RowEnd, ScenarioPlay } from './scenario-play.ts';
import { actionsOf, aloneAndInPairs, nameOf, type Permission } from './scenario-rows.ts';

const REGION = 'ap-southeast-1';
const ACCOUNT = '123456789012';
const BUCKET_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/0b0b0b0b-12ab-34cd-56ef-1234567890ab`;
const GROUP = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${demoTarget.logGroupName}`;
const BUCKET = `arn:aws:s3:::${demoTarget.bucketName}`;

const stream: Permission = { action: 'logs:CreateLogStream', resource: `${GROUP}:*` };
const events: Permission = { action: 'logs:PutLogEvents', resource: `${GROUP}:*` };
const object: Permission = { action: 's3:PutObject', resource: `${BUCKET}/exec-output/*` };
const sessionKey: Permission = { action: 'kms:Decrypt', resource: demoTarget.keyArn };
const lookAtGroups: Permission = { action: 'logs:DescribeLogGroups', resource: '*' };
const lookAtBucket: Permission = { action: 's3:GetEncryptionConfiguration', resource: BUCKET };
const bucketKey: Permission = { action: 'kms:GenerateDataKey', also: 'kms:Decrypt', resource: BUCKET_KEY };

/** What a session without these permissions ends as: the agent's calls come in this order. */
function endWithout(removed: readonly Permission[]): RowEnd {
  const lacks = (...permissions: readonly Permission[]) => permissions.some((one) => removed.includes(one));
  // A denied call that CloudTrail's history holds is handed to the remediator, whose policy is of the whole target.
  const handed = { simulated: [], repairedBy: 'policy', unrepaired: [], next: 'recorded' } as const;
  const refused = (cause: string): RowEnd => ({ first: 'refused', state: 'refused', cause, ...handed });
  if (lacks(sessionKey)) return refused('session-key-denied');
  if (lacks(lookAtGroups)) return refused('describe-log-groups-denied');
  if (lacks(lookAtBucket)) return refused('bucket-encryption-denied');
  const isInBucket = !lacks(object, bucketKey);
  if (lacks(stream)) {
    return isInBucket
      ? { first: 'lost', state: 'recorded', cause: 'only-bucket', ...handed }
      : { first: 'lost', state: 'denied', cause: 'denied-create-log-stream', ...handed };
  }
  // A denied line or object has no event: the ledger finds the gap, and the simulation what is denied.
  const found = { simulated: actionsOf(removed), repairedBy: 'ticket', unrepaired: [], next: 'recorded' } as const;
  if (!lacks(events)) return { first: 'lost', state: 'recorded', cause: 'only-log-group', ...found };
  return isInBucket
    ? { first: 'lost', state: 'recorded', cause: 'only-bucket', ...found }
    : { first: 'lost', state: 'missing', cause: 'put-events-denied', ...found };
}

/** Both places and the session have to be encrypted, and the bucket has a key of its own. */
function demanding(account: AccountState): void {
  const [cluster] = account.ecs.clusters;
  Object.assign(cluster?.configuration?.executeCommandConfiguration?.logConfiguration ?? {}, {
    cloudWatchEncryptionEnabled: true,
    s3EncryptionEnabled: true,
  });
  account.logs.logGroups = account.logs.logGroups.map((group) => ({ ...group, kmsKeyId: demoTarget.keyArn }));
  const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: BUCKET_KEY } } as const;
  account.s3.set(demoTarget.bucketName, { ...account.s3.get(demoTarget.bucketName), encryption: { Rules: [rule] } });
  account.kms.set(BUCKET_KEY, { metadata: {}, policy: null });
}

/** What becomes of a session without one action of the repair. */
const requiredAsPublished = {
  'ExecLogDeliveryStreams logs:CreateLogStream': 'lost',
  'ExecLogDeliveryStreams logs:PutLogEvents': 'lost',
  'ExecLogDeliveryDescribeStreams logs:DescribeLogStreams': 'recorded',
  'ExecLogDeliveryDescribeGroups logs:DescribeLogGroups': 'recorded',
  'ExecLogDeliveryObjects s3:PutObject': 'lost',
  'ExecLogDeliveryBucketEncryption s3:GetEncryptionConfiguration': 'recorded',
  'ExecLogDeliverySessionKey kms:Decrypt': 'refused',
};

describe.each([
  {
    name: 'as published',
    needed: [stream, events, object, sessionKey],
    change: () => {},
    required: requiredAsPublished,
  },
  {
    name: 'with encryption demanded everywhere and a key of the bucket',
    needed: [stream, events, object, sessionKey, lookAtGroups, lookAtBucket, bucketKey],
    change: demanding,
    required: {
      ...requiredAsPublished,
      'ExecLogDeliveryDescribeGroups logs:DescribeLogGroups': 'refused',
      'ExecLogDeliveryBucketEncryption s3:GetEncryptionConfiguration': 'refused',
      'ExecLogDeliveryBucketKey kms:GenerateDataKey': 'lost',
      // S3 decrypts the parts of an upload; a transcript below 5 MiB has only one.
      'ExecLogDeliveryBucketKey kms:Decrypt': 'recorded',
    },
  },
])('given the scenario demo-override $name', ({ needed, change, required }) => {
  const removals = aloneAndInPairs(needed);
  let play: ScenarioPlay;
  let ends: ReadonlyMap<string, RowEnd>;
  beforeAll(async () => {
    play = await ScenarioPlay.start({
      file: demoOverride.file,
      session: demoOverride.next,
      needed,
      removals: [...removals, needed],
      change,
      settings: { ...demoOverride.settings('attach'), keys: { allow: ['*'] } },
    });
    ends = await play.ends();
  }, 120_000);
  afterAll(() => play.close());

  it.each(removals.map((removed) => ({ name: nameOf(removed), removed })))(
    'names the cause and the repair without $name',
    ({ name, removed }) => {
      expect(ends.get(name)).toEqual(endWithout(removed));
    },
  );

  it('repairs a role that lacks all of it by one policy, no required action of which can be left out', async () => {
    const bare = play.row(needed);

    expect([ends.get(bare.name), await play.withoutEach(bare)]).toEqual([endWithout(needed), required]);
  });
});
