import type { LogTarget, NoLogTarget } from '../log-target.ts';
import { type RequiredCall, requiredCalls } from '../remediation-policy.ts';

/** What is lost without the call: the shell or the transcript, only a large transcript, or nothing as long as no flag asks for it. */
type CallNeed = 'required' | 'large-transcripts' | 'advisory';

export interface PreflightCall extends RequiredCall {
  readonly need: CallNeed;
}

/**
 * The calls that a preflight simulates, in the order in which it wants the answers: the session's four channels, then what the
 * delivery to the target needs, then what AWS documents besides. Without a target the channels alone.
 */
export function preflightCalls(target: LogTarget | NoLogTarget | null): readonly PreflightCall[] {
  return [...CHANNELS, ...(target?.kind === 'target' ? [...deliveryCalls(target), ...advisoryCalls(target)] : [])];
}

const CHANNELS: readonly PreflightCall[] = [
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
].map((action) => ({ action, resource: '*', need: 'required' }));

function deliveryCalls(target: LogTarget): readonly PreflightCall[] {
  return requiredCalls(target).map((call) => ({ ...call, need: needOf(call) }));
}

function needOf({ action, viaService }: RequiredCall): CallNeed {
  // S3 decrypts only to put the parts of a multipart upload together.
  return action === 'kms:Decrypt' && viaService !== undefined ? 'large-transcripts' : 'required';
}

function advisoryCalls(target: LogTarget): readonly PreflightCall[] {
  const { partition, region, account, logGroupName, encryptionRequired, bucket } = target;
  const logs = `arn:${partition}:logs:${region}:${account}:log-group:`;
  const calls: RequiredCall[] = [];
  if (logGroupName !== null) {
    calls.push({ action: 'logs:DescribeLogStreams', resource: `${logs}${logGroupName}:log-stream:` });
    if (!encryptionRequired) calls.push({ action: 'logs:DescribeLogGroups', resource: `${logs}:log-stream:` });
  }
  if (bucket !== null && !bucket.encryptionRequired) {
    calls.push({ action: 's3:GetEncryptionConfiguration', resource: `arn:${partition}:s3:::${bucket.name}` });
  }
  return calls.map((call) => ({ ...call, need: 'advisory' }));
}
