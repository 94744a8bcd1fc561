import {
  DecryptCommand,
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  KMSClient,
  ListAliasesCommand,
} from '@aws-sdk/client-kms';
import type { JsonObject } from './account-state.ts';
import { allowing, aRole, clientOf, failureOf, REGION, roleArn, startSample } from './sample-account.ts';
import type { SimulatedAccount } from './server.ts';

const key = (id: string, region = REGION) => `arn:aws:kms:${region}:111111111111:key/${id}`;
const alias = `arn:aws:kms:${REGION}:111111111111:alias/exec`;
const own = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' }] };
const silent: JsonObject = { Version: '2012-10-17', Statement: [] };

describe('given the keys of a simulated account', () => {
  let account: SimulatedAccount;
  let operator: KMSClient;
  let task: KMSClient;

  beforeAll(async () => {
    account = await startSample(
      {
        iam: { RoleDetailList: [aRole('web-task', { decrypt: allowing('kms:Decrypt') })], Policies: [] },
        kms: {
          [key('1234')]: {
            metadata: { KeyMetadata: { Description: 'exec' } },
            policy: { Policy: JSON.stringify(own) },
            aliases: ['alias/exec', { AliasName: 'alias/shell' }],
          },
          [key('off')]: { metadata: { Enabled: false } },
          [key('going')]: { metadata: { KeyState: 'PendingDeletion' } },
          [key('closed')]: { policy: silent },
        },
      },
      { pageSize: 1 },
    );
    operator = new KMSClient(clientOf(account));
    task = new KMSClient(clientOf(account, roleArn('web-task')));
  });
  afterAll(() => account.close());

  const describeKey = async (KeyId: string) => (await operator.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata;
  const decrypt = (name: string) => task.send(new DecryptCommand({ CiphertextBlob: Buffer.from(name) }));

  it.each(['1234', key('1234'), 'alias/exec', 'alias/shell', alias])('finds the key that %s names', async (name) => {
    expect(await describeKey(name)).toEqual({
      AWSAccountId: '111111111111',
      KeyId: '1234',
      Arn: key('1234'),
      Description: 'exec',
      Enabled: true,
      KeyState: 'Enabled',
      KeyManager: 'CUSTOMER',
      KeyUsage: 'ENCRYPT_DECRYPT',
      KeySpec: 'SYMMETRIC_DEFAULT',
      Origin: 'AWS_KMS',
    });
  });

  it('tells a key that is off or about to be deleted, and one of AWS, which needs no entry', async () => {
    const described = await Promise.all(['off', 'going', 'alias/aws/s3'].map(describeKey));

    expect(described.map((one) => [one?.KeyState, one?.Enabled, one?.KeyManager])).toEqual([
      ['Disabled', false, 'CUSTOMER'],
      ['PendingDeletion', false, 'CUSTOMER'],
      ['Enabled', true, 'AWS'],
    ]);
  });

  it.each([
    ['gone', `Key '${key('gone')}' does not exist`],
    ['alias/gone', `Alias arn:aws:kms:${REGION}:111111111111:alias/gone is not found.`],
    [key('1234', 'eu-west-1'), 'Invalid arn eu-west-1'],
  ])('does not find %s', async (KeyId, message) => {
    expect(await failureOf(operator.send(new DescribeKeyCommand({ KeyId })))).toEqual({
      name: 'NotFoundException',
      message,
    });
  });

  it('gives the policy of a key by its id or ARN, but not by an alias, and the default where the file has none', async () => {
    const policyOf = async (KeyId: string) => {
      const { Policy = '' } = await operator.send(new GetKeyPolicyCommand({ KeyId }));
      return JSON.parse(Policy).Statement[0].Principal;
    };
    const byAlias = await failureOf(policyOf('alias/exec'));

    expect([await policyOf(key('1234')), await policyOf('off'), byAlias.name]).toEqual([
      '*',
      { AWS: 'arn:aws:iam::111111111111:root' },
      'NotFoundException',
    ]);
  });

  it('lists aliases by page, and those of one key', async () => {
    const first = await operator.send(new ListAliasesCommand({}));
    const second = await operator.send(new ListAliasesCommand({ Marker: first.NextMarker }));
    const none = await operator.send(new ListAliasesCommand({ KeyId: 'off' }));

    expect([first.Aliases, first.Truncated, second.Aliases?.map((one) => one.AliasName), none.Aliases]).toEqual([
      [{ AliasName: 'alias/exec', AliasArn: alias, TargetKeyId: '1234' }],
      true,
      ['alias/shell'],
      [],
    ]);
  });

  it.each(['1234', key('1234'), 'alias/exec'])('decrypts under the key that %s names', async (name) => {
    expect((await decrypt(name)).KeyId).toBe(key('1234'));
  });

  it.each([
    ['off', 'DisabledException', `${key('off')} is disabled.`],
    ['going', 'KMSInvalidStateException', `${key('going')} is pending deletion.`],
    [
      'closed',
      'AccessDeniedException',
      `User: arn:aws:sts::111111111111:assumed-role/web-task/simulated-session is not authorized to perform: kms:Decrypt on resource: ${key('closed')} because no resource-based policy allows the kms:Decrypt action`,
    ],
  ])('does not decrypt under the key %s', async (name, error, message) => {
    expect(await failureOf(decrypt(name))).toEqual({ name: error, message });
  });

  it('records Decrypt as a read of management, without parameters where it is denied', async () => {
    await decrypt('1234');
    await failureOf(decrypt('closed'));
    const records = account.state.cloudtrail.records.filter(({ eventName }) => eventName === 'Decrypt').slice(-2);

    expect(
      records.map(({ readOnly, managementEvent, errorCode, requestParameters }) => [
        readOnly,
        managementEvent,
        errorCode,
        requestParameters,
      ]),
    ).toEqual([
      [true, true, undefined, { encryptionAlgorithm: 'SYMMETRIC_DEFAULT' }],
      [true, true, 'AccessDenied', null],
    ]);
  });
});
