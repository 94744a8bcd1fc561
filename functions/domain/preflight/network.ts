import { parseClusterArn } from '../task.ts';
import type { PreflightCheck } from './check.ts';
import { found } from './codes.ts';
import type { ObservedNetwork, PreflightSubject } from './subject.ts';

/** Whether a VPC that has endpoints has all of those that the session goes through. Endpoint policies are not looked at. */
export function networkChecks(subject: PreflightSubject): readonly PreflightCheck[] {
  const { network, tasks } = subject;
  if (network.kind === 'unreadable') return [found('network-unreadable', `${network.because}.`)];
  if (network.kind === 'absent') {
    return tasks.some(({ subnetIds }) => subnetIds.length > 0) ? [found('network-unreadable')] : [];
  }
  const missing = missingEndpoints(network.value, subject);
  return missing.length === 0
    ? [found('endpoints-present')]
    : [found('endpoint-missing', `${network.value.vpcId} lacks ${missing.join(', ')}.`)];
}

function missingEndpoints({ endpointServices }: ObservedNetwork, subject: PreflightSubject): readonly string[] {
  const has = (service: string) => endpointServices.some((name) => name.endsWith(`.${service}`));
  // S3 and DynamoDB have gateways, which every VPC with a way to the internet may have as well.
  const isClosed = endpointServices.some((name) => !name.endsWith('.s3') && !name.endsWith('.dynamodb'));
  return isClosed ? neededServices(subject).filter((service) => !has(service)) : [];
}

function neededServices({ clusterArn, target }: PreflightSubject): readonly string[] {
  const region = parseClusterArn(clusterArn)?.region ?? '';
  const services = [
    'ssmmessages',
    ...(target?.kind === 'target' && target.logGroupName !== null ? ['logs'] : []),
    ...(target?.kind === 'target' && target.bucket !== null ? ['s3'] : []),
    ...(target?.kind === 'target' && target.sessionKey !== null ? ['kms'] : []),
  ];
  return services.map((service) => `${region}.${service}`);
}
