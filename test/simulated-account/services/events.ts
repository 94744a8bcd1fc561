import { randomUUID } from 'node:crypto';
import type {
  DescribeRuleRequest,
  DescribeRuleResponse,
  ListRulesRequest,
  ListRulesResponse,
  ListTargetsByRuleRequest,
  ListTargetsByRuleResponse,
  PutEventsRequest,
  PutEventsResponse,
} from '@aws-sdk/client-eventbridge';
import { DescribeRule$, ListRules$, ListTargetsByRule$, PutEvents$ } from '@aws-sdk/client-eventbridge';
import type { AccountRuntime } from '../account-runtime.ts';
import { operation, page, type Service, ServiceError } from '../service.ts';

const invalid = () => new ServiceError('InvalidNextTokenException', 'Invalid token.');

function ruleNamed(runtime: AccountRuntime, name = '') {
  const found = runtime.stores.rules.get(name);
  if (found === undefined) {
    throw new ServiceError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
  }
  return found;
}

const ruleArn = (runtime: AccountRuntime, name = '') => runtime.arn('events', `rule/${name}`);

const busOf = (name = 'default') => name.replace(/^.*event-bus\//, '');

export const events: Service = {
  signingName: 'events',
  iamPrefix: 'events',
  protocol: 'json-1.1',
  namespace: 'com.amazonaws.eventbridge',
  eventSource: 'events.amazonaws.com',
  throttling: { code: 'ThrottlingException', status: 400 },
  operations: [
    operation<DescribeRuleRequest, DescribeRuleResponse>(DescribeRule$, {
      demands: ({ Name }, { runtime }) => [{ resource: ruleArn(runtime, Name) }],
      run: ({ Name }, { runtime }) => ({
        EventBusName: 'default',
        State: 'ENABLED',
        Arn: ruleArn(runtime, Name),
        ...ruleNamed(runtime, Name).rule,
      }),
    }),
    operation<ListRulesRequest, ListRulesResponse>(ListRules$, {
      demands: (_, { runtime }) => [{ resource: ruleArn(runtime, '*') }],
      run: ({ NamePrefix = '', Limit, NextToken }, { runtime }) => {
        const rules = [...runtime.stores.rules]
          .filter(([name]) => name.startsWith(NamePrefix))
          .map(([name, { rule }]) => ({ Name: name, Arn: ruleArn(runtime, name), State: 'ENABLED' as const, ...rule }));
        const { items, next } = page(rules, NextToken, runtime.pageLimit(Limit, 100), invalid);
        return { Rules: items, ...(next === undefined ? {} : { NextToken: next }) };
      },
    }),
    operation<ListTargetsByRuleRequest, ListTargetsByRuleResponse>(ListTargetsByRule$, {
      demands: ({ Rule }, { runtime }) => [{ resource: ruleArn(runtime, Rule) }],
      run: ({ Rule, Limit, NextToken }, { runtime }) => {
        const { targets } = ruleNamed(runtime, Rule);
        const { items, next } = page(targets, NextToken, runtime.pageLimit(Limit, 100), invalid);
        return { Targets: items, ...(next === undefined ? {} : { NextToken: next }) };
      },
    }),
    operation<PutEventsRequest, PutEventsResponse>(PutEvents$, {
      demands: ({ Entries = [] }, { runtime }) =>
        Entries.map(({ EventBusName }) => ({ resource: runtime.arn('events', `event-bus/${busOf(EventBusName)}`) })),
      recording: 'never',
      run: ({ Entries = [] }, { runtime }) => {
        for (const { EventBusName, Source = '', Detail = '{}' } of Entries) {
          const detail: unknown = JSON.parse(Detail);
          runtime.stores.busEvents.push({ busName: busOf(EventBusName), source: Source, detail });
        }
        return { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: randomUUID() })) };
      },
    }),
  ],
};
