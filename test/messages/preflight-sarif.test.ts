import type { PreflightResult } from '../../functions/domain/preflight/check.ts';
import { PREFLIGHT_CODES } from '../../functions/domain/preflight/codes.ts';
import { preflightSarif } from '../../functions/messages/preflight-sarif.ts';
import { CLUSTER_ARN } from '../support/builders.ts';
import { aResult } from '../support/preflight.ts';

const OPTIONS = { version: '1.2.3', readmeUri: 'https://example.com/README.md' };
const TASK_DEFINITION = 'arn:aws:ecs:ap-northeast-1:111111111111:task-definition/nginx-sample';

function runOf(...results: readonly PreflightResult[]) {
  const text = preflightSarif(results, OPTIONS);
  const log = JSON.parse(text);
  return { text, log, driver: log.runs[0].tool.driver, results: log.runs[0].results };
}

describe('the preflight as SARIF', () => {
  it('has one rule a code, each with its level and its place in the README', () => {
    const { log, driver } = runOf();
    expect(log).toEqual(expect.objectContaining({ version: '2.1.0', runs: [expect.any(Object)] }));
    expect(driver).toEqual(expect.objectContaining({ name: 'exec-log', version: '1.2.3' }));
    expect(driver.rules.map(({ id }: { id: string }) => id)).toEqual(Object.keys(PREFLIGHT_CODES));
    expect(driver.rules).toContainEqual({
      id: 'logging-off',
      shortDescription: { text: "The cluster's exec logging is NONE: sessions leave no transcript." },
      help: { text: "set the cluster's exec logging to OVERRIDE or DEFAULT" },
      helpUri: 'https://example.com/README.md#preflight-codes',
      defaultConfiguration: { level: 'error' },
    });
    const levels = (ids: readonly string[]) =>
      driver.rules
        .filter(({ id }: { id: string }) => ids.includes(id))
        .map((rule: { defaultConfiguration: { level: string } }) => rule.defaultConfiguration.level);
    expect(levels(['exec-enabled', 'exec-disabled', 'no-running-task'])).toEqual(['note', 'error', 'warning']);
  });

  it('has one result a container and code that is not green, with where it is', () => {
    const { results, driver } = runOf(aResult(['logging-off', 'exec-enabled']));
    expect(results).toEqual([
      {
        ruleId: 'logging-off',
        ruleIndex: driver.rules.findIndex(({ id }: { id: string }) => id === 'logging-off'),
        level: 'error',
        message: {
          text:
            "nginx-sample-cluster: api/nginx: The cluster's exec logging is NONE: sessions leave no transcript. " +
            "To do: set the cluster's exec logging to OVERRIDE or DEFAULT.",
        },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'ecs/nginx-sample-cluster/api/nginx' },
              region: { startLine: 1 },
            },
            logicalLocations: [
              { name: 'nginx-sample-cluster', kind: 'cluster', fullyQualifiedName: CLUSTER_ARN },
              { name: 'api', kind: 'service', fullyQualifiedName: `${CLUSTER_ARN}/api` },
              { name: 'nginx-sample:7', kind: 'task definition', fullyQualifiedName: `${TASK_DEFINITION}:7` },
              { name: 'nginx', kind: 'container', fullyQualifiedName: `${TASK_DEFINITION}:7/nginx` },
            ],
          },
        ],
        partialFingerprints: {
          'execLogPreflight/v1': `logging-off/${encodeURIComponent(CLUSTER_ARN)}/api/nginx/nginx-sample-task-nginx-role/1`,
        },
      },
    ]);
  });

  it('gives a finding the same fingerprint in the next revision, and another in another container', () => {
    const fingerprint = (overrides: Partial<PreflightResult>) =>
      runOf(aResult(['logging-off'], { serviceName: null, ...overrides })).results[0].partialFingerprints;
    const first = fingerprint({ taskDefinitionArn: `${TASK_DEFINITION}:7` });
    expect(fingerprint({ taskDefinitionArn: `${TASK_DEFINITION}:8` })).toEqual(first);
    expect(fingerprint({ containerName: 'other' })).not.toEqual(first);
    expect(fingerprint({ serviceName: 'other' })).not.toEqual(first);
    expect(fingerprint({ roleArn: null })).not.toEqual(first);
    const [one, other] = runOf(aResult(['key-missing', 'key-missing'])).results;
    expect(other.partialFingerprints).not.toEqual(one.partialFingerprints);
  });

  it('keeps of a cluster whose containers are not known the cluster alone', () => {
    const [result] = runOf(
      aResult(['cluster-unreadable'], { serviceName: null, taskDefinitionArn: '', containerName: '*' }),
    ).results;
    expect(result.level).toBe('warning');
    expect(result.locations[0].logicalLocations).toEqual([
      { name: 'nginx-sample-cluster', kind: 'cluster', fullyQualifiedName: CLUSTER_ARN },
    ]);
  });

  it('lets no name make a link, a placeholder or a path of its own', () => {
    const hostile = '../[a](https://evil.example){0}\u202e\ud800';
    const { text, results } = runOf(
      aResult(['logging-off'], { clusterArn: '..', serviceName: hostile, containerName: hostile }),
    );
    expect(text).toMatch(/^[\n -~]+$/);
    expect(results[0].message.text).toContain('../\\[a\\](https://evil.example){{0}}/');
    const { uri } = results[0].locations[0].physicalLocation.artifactLocation;
    expect(uri).toBe(
      'ecs/-/..%2F%5Ba%5D(https%3A%2F%2Fevil.example)%7B0%7D/..%2F%5Ba%5D(https%3A%2F%2Fevil.example)%7B0%7D',
    );
  });

  it('is a log without results where nothing was found', () => {
    expect(runOf(aResult(['exec-enabled'])).results).toEqual([]);
  });
});
