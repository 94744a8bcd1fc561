import type { AccountState } from '../simulated-account/index.ts';
import { nginxDefaultAccount } from '../simulated-account/scenarios/nginx-default.ts';
import { nothing, Play, POLICY, ROLE, repaired, ticketFor } from './whole-end.ts';

const KEY = 'arn:aws:kms:ap-northeast-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const BUCKET = 'ecs-exec-demo-output-3637495736';
const GROUP = '/ecs/nginx-sample/nginx-ecs-exec';

/** The scenario's cluster with logging OVERRIDE: a group, a bucket and a session key that the role may use, or not. */
function overridden(options: { readonly withKey: boolean }): AccountState {
  const account = nginxDefaultAccount();
  Object.assign(account.ecs.clusters[0] ?? {}, {
    configuration: {
      executeCommandConfiguration: {
        kmsKeyId: KEY,
        logging: 'OVERRIDE',
        logConfiguration: { cloudWatchLogGroupName: GROUP, s3BucketName: BUCKET, s3KeyPrefix: 'exec-output' },
      },
    },
  });
  account.s3.set(BUCKET, { encryption: { Rules: [] } });
  account.kms.set(KEY, { metadata: {}, policy: null });
  const role = account.iam.roles.find(({ RoleName }) => RoleName === ROLE);
  if (role !== undefined && options.withKey) {
    const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY }] };
    role.RolePolicyList = [
      ...(role.RolePolicyList ?? []),
      { PolicyName: 'key', PolicyDocument: JSON.stringify(document) },
    ];
  }
  return account;
}

describe('given a cluster with logging OVERRIDE to a group and a bucket, and a session key', () => {
  let play: Play;
  afterEach(() => play.close());

  it('writes one policy for group, bucket prefix and key, by which the whole transcript arrives', async () => {
    const settings = { buckets: { allow: [BUCKET] }, keys: { allow: [KEY] } };
    play = await Play.start({ account: overridden({ withKey: true }), settings });
    const first = await play.session();
    const next = await play.session();
    const { policies, ...rest } = await play.end();
    const { policies: _other, ...expected } = repaired();
    const document = JSON.parse(JSON.stringify(policies[`${ROLE}/${POLICY}`]));
    const grants = document.Statement.flatMap(({ Action, Resource }: { Action: string[]; Resource: string[] }) =>
      Action.map((action) => [action, ...Resource]),
    );

    expect([first.transcript, next.transcript, rest]).toEqual(['lost', 'recorded', expected]);
    expect(Object.keys(policies)).toEqual([`${ROLE}/${POLICY}`]);
    expect(Object.fromEntries(grants.map(([action, ...resources]: string[]) => [action, resources]))).toEqual({
      'logs:CreateLogStream': [
        `arn:aws:logs:ap-northeast-1:111111111111:log-group:${GROUP}:log-stream:ecs-execute-command-*`,
      ],
      'logs:PutLogEvents': [
        `arn:aws:logs:ap-northeast-1:111111111111:log-group:${GROUP}:log-stream:ecs-execute-command-*`,
      ],
      'logs:DescribeLogStreams': [`arn:aws:logs:ap-northeast-1:111111111111:log-group:${GROUP}:*`],
      'logs:DescribeLogGroups': ['arn:aws:logs:ap-northeast-1:111111111111:log-group:*'],
      's3:PutObject': [`arn:aws:s3:::${BUCKET}/exec-output/ecs-execute-command-*`],
      's3:GetEncryptionConfiguration': [`arn:aws:s3:::${BUCKET}`],
      'kms:Decrypt': [KEY],
    });
  });

  it('opens a ticket unless the settings list bucket and key', async () => {
    play = await Play.start({ account: overridden({ withKey: true }) });
    await play.session();

    expect(await play.end()).toEqual(ticketFor('bucket-allowed', 'key-allowed'));
  });

  it('hears nothing of a session that was refused for its key, but keeps its line in the ledger', async () => {
    play = await Play.start({ account: overridden({ withKey: false }) });
    const { transcript, calls } = await play.session();

    expect([transcript, calls]).toEqual(['refused', [{ name: 'Decrypt', outcome: 'AccessDeniedException' }]]);
    expect([await play.end(), (await play.system.ledger.rows('session')).length]).toEqual([nothing, 1]);
  });
});
