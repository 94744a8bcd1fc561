import { FAILURE_QUEUES } from '../../functions/domain/failure-queues.ts';
import { SIGNAL_RULE_NAMES } from '../../functions/domain/rules.ts';
import type { Template } from '../../infra/synthesise.ts';
import { aCeiling, resourcesOf, templateOf } from './deployed.ts';

let template: Template;

beforeAll(async () => {
  template = await templateOf(aCeiling('attach'), { signals: SIGNAL_RULE_NAMES });
});

const suffixesOf = (of: Template) =>
  resourcesOf(of, 'AWS::SQS::Queue').map(({ Properties }) => String(Properties['QueueName']).replace(/^exec-log-/, ''));

describe('given the queues of failures that redrive knows', () => {
  it('are those of the template, each with a name of its own', () => {
    const worked = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').length;
    const kept = suffixesOf(template).filter((suffix) => FAILURE_QUEUES.some((queue) => queue.suffix === suffix));
    expect(kept.sort()).toEqual(FAILURE_QUEUES.map(({ suffix }) => suffix).sort());
    expect(suffixesOf(template)).toHaveLength(worked + FAILURE_QUEUES.length);
  });

  it('go back to queues of the template, which name them as their dead-letter queue where SQS moves', () => {
    for (const { suffix, remedy } of FAILURE_QUEUES) {
      if (remedy.kind === 'none') continue;
      const [queue] = resourcesOf(template, 'AWS::SQS::Queue').filter(
        ({ Properties }) => Properties['QueueName'] === `exec-log-${remedy.to}`,
      );
      const redrivePolicy = JSON.stringify(queue?.Properties['RedrivePolicy']);
      expect([suffix, redrivePolicy.includes('DeadLetters'), remedy.kind]).toEqual([
        suffix,
        true,
        suffix.endsWith('-dead-letters') ? 'move' : 'resend',
      ]);
    }
  });
});
