import type { LogTarget } from '../log-target.ts';
import { parseClusterArn } from '../task.ts';
import type { PreflightCheck } from './check.ts';
import { found } from './codes.ts';
import type { PreflightSubject } from './subject.ts';

/** Whether there is a place where the transcript goes, and whether it is the one that people think of. */
export function targetChecks(subject: PreflightSubject): readonly PreflightCheck[] {
  const { cluster, target } = subject;
  const unread = cluster.kind === 'read' ? [] : [clusterUnreadable(cluster)];
  if (target === null) return unread.length > 0 ? unread : [found('target-unknown')];
  if (target.kind === 'none') return [...unread, found(target.because, otherGroups(target.otherContainerGroups))];
  return [
    ...unread,
    found('target-derived', placeOf(target)),
    ...placeChecks(target, subject),
    ...(target.logGroupName === null ? [] : groupChecks(target, subject)),
    ...(target.bucket === null ? [] : bucketChecks(subject)),
  ];
}

function clusterUnreadable(cluster: PreflightSubject['cluster']): PreflightCheck {
  return found('cluster-unreadable', cluster.kind === 'unreadable' ? `${cluster.because}.` : 'It is gone.');
}

function otherGroups(names: readonly string[]): string {
  return names.length === 0 ? '' : `Other containers of the task log to ${[...new Set(names)].join(', ')}.`;
}

function placeOf({ logging, logGroupName, bucket }: LogTarget): string {
  const places = [
    ...(logGroupName === null ? [] : [`log group ${logGroupName}`]),
    ...(bucket === null ? [] : [`bucket ${bucket.name}${bucket.keyPrefix === '' ? '' : `/${bucket.keyPrefix}`}`]),
  ];
  return `Logging ${logging}: ${places.join(' and ')}.`;
}

function placeChecks(target: LogTarget, { cluster, clusterArn }: PreflightSubject): readonly PreflightCheck[] {
  const place = parseClusterArn(clusterArn);
  const isElsewhere =
    place !== null &&
    (target.account !== place.account || target.region !== place.region || target.partition !== place.partition);
  const configuration = cluster.kind === 'read' ? cluster.value.execConfiguration : null;
  const ignored = [configuration?.cloudWatchLogGroupName, configuration?.s3BucketName].filter(
    (name) => typeof name === 'string' && name.trim() !== '' && name !== target.logGroupName,
  );
  return [
    ...(isElsewhere ? [found('target-elsewhere', `It names ${target.account} ${target.region}.`)] : []),
    ...(target.logging === 'DEFAULT' && ignored.length > 0
      ? [found('cluster-group-ignored', `The cluster names ${ignored.join(' and ')}.`)]
      : []),
    ...(target.otherRegionOption === null
      ? []
      : [found('awslogs-region-ignored', `It names ${target.otherRegionOption}, the agent calls ${target.region}.`)]),
  ];
}

function groupChecks(target: LogTarget, { logGroup }: PreflightSubject): readonly PreflightCheck[] {
  const name = `The group is ${target.logGroupName}.`;
  if (logGroup.kind === 'unreadable') return [found('log-group-unknown', `${name} ${logGroup.because}.`)];
  if (logGroup.kind === 'absent') return [found('log-group-missing', name)];
  const { kmsKeyId } = logGroup.value;
  if (target.encryptionRequired && kmsKeyId === null) return [found('log-group-not-encrypted', name)];
  return [found('log-group-found'), ...(kmsKeyId === null ? [] : [found('log-group-encrypted')])];
}

function bucketChecks({ bucketEncryption }: PreflightSubject): readonly PreflightCheck[] {
  if (bucketEncryption.kind === 'unreadable') {
    return [found('bucket-encryption-unreadable', `${bucketEncryption.because}.`)];
  }
  return bucketEncryption.kind === 'absent'
    ? [found('bucket-missing')]
    : [found('bucket-found', `By default with ${bucketEncryption.value.algorithm}.`)];
}
