import { preflightCalls } from '../../../functions/domain/preflight/calls.ts';
import { ACCOUNT, GROUP, REGION } from '../../support/builders.ts';
import { anOverrideTarget, BUCKET, BUCKET_KEY_ARN, SESSION_KEY_ARN } from '../../support/preflight.ts';

const GROUPS = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:`;
const CHANNELS = [
  'required ssmmessages:CreateControlChannel *',
  'required ssmmessages:CreateDataChannel *',
  'required ssmmessages:OpenControlChannel *',
  'required ssmmessages:OpenDataChannel *',
];
const shown = (target: Parameters<typeof preflightCalls>[0]) =>
  preflightCalls(target).map(({ need, action, resource, viaService }) =>
    [need, action, resource, ...(viaService === undefined ? [] : [viaService])].join(' '),
  );

describe('the calls that a preflight simulates', () => {
  it('are the channels alone without a target', () => {
    expect(shown(null)).toEqual(CHANNELS);
    expect(shown({ kind: 'none', because: 'logging-off', otherContainerGroups: [] })).toEqual(CHANNELS);
  });

  it('are those of the whole session where group, bucket and both keys are used and both flags are on', () => {
    expect(shown(anOverrideTarget()).sort()).toEqual(
      [
        ...CHANNELS,
        `required logs:CreateLogStream ${GROUPS}${GROUP}:log-stream:ecs-execute-command-probe`,
        `required logs:PutLogEvents ${GROUPS}${GROUP}:log-stream:ecs-execute-command-probe`,
        `required logs:DescribeLogGroups ${GROUPS}:log-stream:`,
        `required s3:PutObject arn:aws:s3:::${BUCKET}/exec/ecs-execute-command-probe.log`,
        `required s3:GetEncryptionConfiguration arn:aws:s3:::${BUCKET}`,
        `required kms:GenerateDataKey ${BUCKET_KEY_ARN} s3.${REGION}.amazonaws.com`,
        `large-transcripts kms:Decrypt ${BUCKET_KEY_ARN} s3.${REGION}.amazonaws.com`,
        `required kms:Decrypt ${SESSION_KEY_ARN}`,
        `advisory logs:DescribeLogStreams ${GROUPS}${GROUP}:log-stream:`,
      ].sort(),
    );
  });

  it('ask for the descriptions all the same without the flags, and can do without the answer', () => {
    const bucket = { name: BUCKET, keyPrefix: '', encryptionRequired: false };
    const target = anOverrideTarget({ encryptionRequired: false, bucket, sessionKey: null });
    expect(shown(target).slice(CHANNELS.length)).toEqual([
      `required logs:CreateLogStream ${GROUPS}${GROUP}:log-stream:ecs-execute-command-probe`,
      `required logs:PutLogEvents ${GROUPS}${GROUP}:log-stream:ecs-execute-command-probe`,
      `required s3:PutObject arn:aws:s3:::${BUCKET}/ecs-execute-command-probe.log`,
      `advisory logs:DescribeLogStreams ${GROUPS}${GROUP}:log-stream:`,
      `advisory logs:DescribeLogGroups ${GROUPS}:log-stream:`,
      `advisory s3:GetEncryptionConfiguration arn:aws:s3:::${BUCKET}`,
    ]);
  });

  it('name no group where there is none, whatever is demanded of groups', () => {
    const target = anOverrideTarget({ logGroupName: null, encryptionRequired: true });
    expect(shown(target).filter((call) => call.includes('logs:'))).toEqual([]);
  });
});
