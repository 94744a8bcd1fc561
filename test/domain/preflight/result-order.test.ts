import * as fc from 'fast-check';
import { byCluster, countsOf } from '../../../functions/domain/preflight/result-order.ts';
import { aResult } from '../../support/preflight.ts';

const cluster = (name: string) => `arn:aws:ecs:eu-central-1:111111111111:cluster/${name}`;
const results = [
  aResult(['exec-enabled'], { clusterArn: cluster('fine') }),
  aResult(['init-process-off'], { clusterArn: cluster('a-doubtful') }),
  aResult(['init-process-off'], { clusterArn: cluster('bad'), serviceName: 'b' }),
  aResult(['logging-off'], { clusterArn: cluster('bad'), serviceName: 'c' }),
  aResult(['logging-off'], { clusterArn: cluster('bad'), serviceName: 'a' }),
  aResult(['exec-enabled'], { clusterArn: cluster('bad'), serviceName: null }),
  aResult(['logging-off'], { clusterArn: cluster('also-bad') }),
];
const shown = (given: typeof results) =>
  byCluster(given).map((found) => [
    found.clusterArn.split('/')[1],
    ...found.results.map(({ status, serviceName }) => `${status} ${serviceName}`),
  ]);

describe('the results of a preflight', () => {
  it('stand by cluster, the one with most red first, and in it the worst first', () => {
    expect(shown(results)).toEqual([
      ['bad', 'red a', 'red c', 'yellow b', 'green null'],
      ['also-bad', 'red api'],
      ['a-doubtful', 'yellow api'],
      ['fine', 'green api'],
    ]);
  });

  it('stand so in whatever order they were found', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(results, { minLength: results.length }), (shuffled) => {
        expect(shown(shuffled)).toEqual(shown(results));
      }),
    );
  });

  it('are counted by status', () => {
    expect(countsOf(results)).toEqual({ red: 3, yellow: 2, green: 2 });
    expect(countsOf([])).toEqual({ red: 0, yellow: 0, green: 0 });
  });
});
