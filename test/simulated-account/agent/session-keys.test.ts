import type { JsonObject } from '../account-state.ts';
import { allowing, aRole, channels, REGION, sampleAccountFile, startSample, TASK_ID } from '../sample-account.ts';
import { execSession } from './exec-session.ts';

const key = (id: string) => `arn:aws:kms:${REGION}:111111111111:key/${id}`;
const root = { AWS: 'arn:aws:iam::111111111111:root' };
const toNobody = { Version: '2012-10-17', Statement: [] };
const toTheAccount = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*' }],
};

/** A session on a cluster with this key, or with this bucket, by a role that may do this. */
async function played(role: Record<string, JsonObject>, configuration: JsonObject, keys: JsonObject = {}) {
  const { ecs } = Object(sampleAccountFile());
  const bucketKey = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/bucket' } };
  const account = await startSample({
    iam: { RoleDetailList: [aRole('web-task', { channels, ...role })], Policies: [] },
    ecs: {
      ...ecs,
      clusters: [{ ...ecs.clusters[0], configuration: { executeCommandConfiguration: configuration } }],
    },
    s3: { output: { encryption: { Rules: [bucketKey] } } },
    kms: { [key('bucket')]: { aliases: ['alias/bucket'] }, [key('1234')]: { aliases: ['alias/exec'], ...keys } },
  });
  const { transcript, calls } = await execSession(account, { cluster: 'prod', task: TASK_ID, person: 'alice' });
  await account.close();
  return [transcript, ...calls.map(({ name, outcome }) => `${name} ${outcome}`)];
}

const decrypt = { decrypt: allowing('kms:Decrypt', key('1234')) };

describe('given a cluster with a session key', () => {
  const withKey = (kmsKeyId: string) => ({ logging: 'NONE', kmsKeyId });

  it.each(['1234', key('1234'), 'alias/exec', `arn:aws:kms:${REGION}:111111111111:alias/exec`])(
    'opens the shell under the key that %s names, if the role may decrypt with it',
    async (kmsKeyId) => {
      expect([await played(decrypt, withKey(kmsKeyId)), await played({}, withKey(kmsKeyId))]).toEqual([
        ['lost', 'Decrypt ok'],
        ['refused', 'Decrypt AccessDeniedException'],
      ]);
    },
  );

  it.each<[string, JsonObject, string]>([
    ['is off', { metadata: { Enabled: false } }, 'DisabledException'],
    ['is about to be deleted', { metadata: { KeyState: 'PendingDeletion' } }, 'KMSInvalidStateException'],
    ['delegates to nobody', { policy: toNobody }, 'AccessDeniedException'],
  ])('refuses the shell if the key %s, though the role may decrypt with it', async (_, keys, outcome) => {
    const delegating = await played(decrypt, withKey('alias/exec'), { policy: toTheAccount });
    const refused = await played(decrypt, withKey('alias/exec'), keys);

    expect([delegating[0], refused]).toEqual(['lost', ['refused', `Decrypt ${outcome}`]]);
  });
});

describe("given a bucket with a customer's key", () => {
  it.each<[string, string, string]>([
    ['recorded', 'kms:GenerateDataKey', 'PutObject ok'],
    ['lost', 'kms:Decrypt', 'PutObject AccessDenied'],
  ])('is %s if the role may %s', async (transcript, action, upload) => {
    const role = { upload: allowing('s3:*'), key: allowing(action, key('bucket')) };
    const session = await played(role, { logging: 'OVERRIDE', logConfiguration: { s3BucketName: 'output' } });

    expect([session[0], session.at(-1)]).toEqual([transcript, upload]);
  });
});
