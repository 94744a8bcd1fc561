import { CloudTrailClient, GetEventSelectorsCommand } from '@aws-sdk/client-cloudtrail';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { JsonObject } from './account-state.ts';
import { allowing, aRole, clientOf, failureOf, REGION, roleArn, startSample } from './sample-account.ts';
import type { SimulatedTrail } from './stores.ts';

const KEY = `arn:aws:kms:${REGION}:111111111111:key/1234`;
const put = { put: allowing('s3:PutObject') };
const grant = (context: JsonObject) => ({
  key: allowing('kms:GenerateDataKey', KEY, { Condition: { StringEquals: context } }),
});
const viaS3 = grant({ 'kms:ViaService': `s3.${REGION}.amazonaws.com` });
const encryptedBy = (SSEAlgorithm: string, KMSMasterKeyID?: string) => ({
  Rules: [
    {
      ApplyServerSideEncryptionByDefault: {
        SSEAlgorithm,
        ...(KMSMasterKeyID === undefined ? {} : { KMSMasterKeyID }),
      },
    },
  ],
});

/** One upload by the task's role into a bucket with this default encryption. */
async function uploaded(
  encryption: JsonObject | null,
  role: Record<string, JsonObject>,
  { metadata = {}, trail = {} }: { metadata?: JsonObject; trail?: Partial<SimulatedTrail> } = {},
) {
  const account = await startSample({
    iam: { RoleDetailList: [aRole('web-task', role)], Policies: [] },
    s3: { output: encryption === null ? {} : { encryption } },
    kms: { [KEY]: { metadata, aliases: ['alias/exec'] } },
  });
  Object.assign(account.stores.trails[0] ?? {}, trail);
  const records: JsonObject[] = [];
  account.on('record', (record) => records.push(record));
  const client = new S3Client({ ...clientOf(account, roleArn('web-task')), forcePathStyle: true });
  const command = new PutObjectCommand({ Bucket: 'output', Key: 'exec/id.log', Body: 'text' });
  const failure = await client.send(command).then(
    () => null,
    (error: unknown) => failureOf(Promise.reject(error)),
  );
  const selectors = await new CloudTrailClient(clientOf(account)).send(
    new GetEventSelectorsCommand({ TrailName: 'management-events' }),
  );
  await account.close();
  return {
    failure,
    records: records.filter(({ eventName }) => eventName === 'PutObject'),
    history: account.runtime.trail.history().filter(({ eventName }) => eventName === 'PutObject'),
    dataResources: selectors.EventSelectors?.[0]?.DataResources,
  };
}

describe('given an upload to a bucket that encrypts by default', () => {
  it.each<[string, JsonObject | null]>([
    ['nothing', null],
    ["S3's own keys", encryptedBy('AES256')],
    ["AWS's key, unnamed", encryptedBy('aws:kms')],
    ["AWS's key by its alias", encryptedBy('aws:kms', 'alias/aws/s3')],
  ])('needs no key with %s', async (_, encryption) => {
    expect((await uploaded(encryption, put)).failure).toBeNull();
  });

  it.each([KEY, '1234', 'alias/exec'])(
    'needs the data key of a customer that %s names, in the words of AWS',
    async (name) => {
      expect((await uploaded(encryptedBy('aws:kms', name), put)).failure).toEqual({
        name: 'AccessDenied',
        message: `User: arn:aws:sts::111111111111:assumed-role/web-task/simulated-session is not authorized to perform: kms:GenerateDataKey on resource: ${KEY} because no identity-based policy allows the kms:GenerateDataKey action`,
      });
    },
  );

  it('asks for the key through S3', async () => {
    const elsewhere = grant({ 'kms:ViaService': `ssm.${REGION}.amazonaws.com` });
    const failures = [viaS3, elsewhere].map(
      async (key) => (await uploaded(encryptedBy('aws:kms', KEY), { ...put, ...key })).failure?.name ?? null,
    );

    expect(await Promise.all(failures)).toEqual([null, 'AccessDenied']);
  });

  it.each([
    [{ KeyState: 'Disabled' }, 'KMS.DisabledException'],
    [{ KeyState: 'PendingDeletion' }, 'KMS.KMSInvalidStateException'],
  ])('fails if the key is %j', async (metadata, name) => {
    const { failure } = await uploaded(encryptedBy('aws:kms', KEY), { ...put, ...viaS3 }, { metadata });

    expect(failure?.name).toBe(name);
  });

  it('fails if there is no such key', async () => {
    const { failure } = await uploaded(encryptedBy('aws:kms', 'gone'), { ...put, key: allowing('kms:*') });

    expect(failure?.name).toBe('KMS.NotFoundException');
  });
});

describe('given trails and uploads', () => {
  it.each<[string, Partial<SimulatedTrail>, number, readonly string[]]>([
    ['asks for no data', {}, 0, []],
    ['asks for all objects', { s3DataEvents: 'all' }, 1, ['arn:aws:s3']],
    ['asks for the objects of the bucket', { s3DataEvents: ['output'] }, 1, ['arn:aws:s3:::output/']],
    ['asks for those of another', { s3DataEvents: ['other'] }, 0, ['arn:aws:s3:::other/']],
    ['asks for them and is switched off', { s3DataEvents: 'all', isLogging: false }, 0, ['arn:aws:s3']],
  ])('delivers the record if the trail %s, and Event history has it never', async (_, trail, delivered, values) => {
    const { records, history, dataResources } = await uploaded(null, {}, { trail });

    expect([records.length, history, dataResources?.flatMap(({ Values = [] }) => Values)]).toEqual([
      delivered,
      [],
      values,
    ]);
  });

  it('records a denied upload as a data event with its key', async () => {
    const { records } = await uploaded(null, {}, { trail: { s3DataEvents: 'all' } });

    expect(records).toEqual([
      expect.objectContaining({
        eventSource: 's3.amazonaws.com',
        errorCode: 'AccessDenied',
        errorMessage:
          'User: arn:aws:sts::111111111111:assumed-role/web-task/simulated-session is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::output/exec/id.log" because no identity-based policy allows the s3:PutObject action',
        requestParameters: { bucketName: 'output', key: 'exec/id.log' },
        readOnly: false,
        managementEvent: false,
        eventCategory: 'Data',
      }),
    ]);
  });
});
