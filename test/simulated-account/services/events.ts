import { randomUUID } from 'node:crypto';
import type {
  DescribeEventBusRequest,
  DescribeEventBusResponse,
  DescribeRuleRequest,
  DescribeRuleResponse,
  ListRulesRequest,
  ListRulesResponse,
  ListTargetsByRuleRequest,
  ListTargetsByRuleResponse,
  PutEventsRequest,
  PutEventsRequestEntry,
  PutEventsResponse,
} from '@aws-sdk/client-eventbridge';
import {
  DescribeEventBus$,
  DescribeRule$,
  ListRules$,
  ListTargetsByRule$,
  PutEvents$,
} from '@aws-sdk/client-eventbridge';
import type { AccountRuntime } from '../account-runtime.ts';
import { type Demand, operation, page, type Service, ServiceError } from '../service.ts';

const invalid = () => new ServiceError('InvalidNextTokenException', 'Invalid token.');

function ruleNamed(runtime: AccountRuntime, name = '', eventBusName?: string) {
  const bus = busNamed(runtime, eventBusName);
  const found = runtime.stores.rules.get(name);
  if (found === undefined || busOf(found.rule.EventBusName) !== bus) {
    throw new ServiceError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus}.`);
  }
  return found;
}

const DEFAULT_BUS = 'default';

/** Rules of another bus than the default one have its name before their own. */
const ruleArn = (runtime: AccountRuntime, name = '', eventBusName?: string) => {
  const bus = busOf(eventBusName);
  return runtime.arn('events', bus === DEFAULT_BUS ? `rule/${name}` : `rule/${bus}/${name}`);
};

const busArn = (runtime: AccountRuntime, name?: string) => runtime.arn('events', `event-bus/${busOf(name)}`);

const busOf = (name = DEFAULT_BUS) => name.replace(/^.*event-bus\//, '');

function busNamed({ stores }: AccountRuntime, name?: string): string {
  const bus = busOf(name);
  if (bus === DEFAULT_BUS || stores.buses.has(bus)) return bus;
  throw new ServiceError('ResourceNotFoundException', `Event bus ${bus} does not exist.`);
}

/** A bus of another account asks its own policy too. */
function busDemand({ EventBusName = '', Source = '' }: PutEventsRequestEntry, runtime: AccountRuntime): Demand {
  const shared = runtime.membership?.buses.get(EventBusName);
  if (shared === undefined) return { resource: busArn(runtime, EventBusName || undefined) };
  return {
    resource: EventBusName,
    resourcePolicy: { Version: '2012-10-17', Statement: shared.statements },
    context: { 'events:source': [Source], 'events:eventBusInvocation': 'false' },
  };
}

export const events: Service = {
  signingName: 'events',
  iamPrefix: 'events',
  protocol: 'json-1.1',
  namespace: 'com.amazonaws.eventbridge',
  eventSource: 'events.amazonaws.com',
  throttling: { code: 'ThrottlingException', status: 400 },
  operations: [
    operation<DescribeEventBusRequest, DescribeEventBusResponse>(DescribeEventBus$, {
      demands: ({ Name }, { runtime }) => [{ resource: busArn(runtime, Name) }],
      run: ({ Name }, { runtime }) => ({ Name: busNamed(runtime, Name), Arn: busArn(runtime, Name) }),
    }),
    operation<DescribeRuleRequest, DescribeRuleResponse>(DescribeRule$, {
      demands: ({ Name, EventBusName }, { runtime }) => [{ resource: ruleArn(runtime, Name, EventBusName) }],
      run: ({ Name, EventBusName }, { runtime }) => ({
        EventBusName: DEFAULT_BUS,
        State: 'ENABLED',
        Arn: ruleArn(runtime, Name, EventBusName),
        ...ruleNamed(runtime, Name, EventBusName).rule,
      }),
    }),
    operation<ListRulesRequest, ListRulesResponse>(ListRules$, {
      demands: (_, { runtime }) => [{ resource: ruleArn(runtime, '*') }],
      run: ({ NamePrefix = '', EventBusName, Limit, NextToken }, { runtime }) => {
        const bus = busNamed(runtime, EventBusName);
        const rules = [...runtime.stores.rules]
          .filter(([name, { rule }]) => name.startsWith(NamePrefix) && busOf(rule.EventBusName) === bus)
          .map(([name, { rule }]) => ({
            Name: name,
            Arn: ruleArn(runtime, name, bus),
            State: 'ENABLED' as const,
            ...rule,
          }));
        const { items, next } = page(rules, NextToken, runtime.pageLimit(Limit, 100), invalid);
        return { Rules: items, ...(next === undefined ? {} : { NextToken: next }) };
      },
    }),
    operation<ListTargetsByRuleRequest, ListTargetsByRuleResponse>(ListTargetsByRule$, {
      demands: ({ Rule, EventBusName }, { runtime }) => [{ resource: ruleArn(runtime, Rule, EventBusName) }],
      run: ({ Rule, EventBusName, Limit, NextToken }, { runtime }) => {
        const { targets } = ruleNamed(runtime, Rule, EventBusName);
        const { items, next } = page(targets, NextToken, runtime.pageLimit(Limit, 100), invalid);
        return { Targets: items, ...(next === undefined ? {} : { NextToken: next }) };
      },
    }),
    operation<PutEventsRequest, PutEventsResponse>(PutEvents$, {
      demands: ({ Entries = [] }, { runtime }) => Entries.map((entry) => busDemand(entry, runtime)),
      recording: 'never',
      run: ({ Entries = [] }, { runtime }) => {
        // Nobody but AWS speaks for AWS.
        const isForged = ({ Source = '' }: PutEventsRequestEntry) => Source.startsWith('aws.');
        for (const { EventBusName, Source = '', Detail = '{}' } of Entries.filter((entry) => !isForged(entry))) {
          const detail: unknown = JSON.parse(Detail);
          runtime.stores.busEvents.push({ busName: busOf(EventBusName), source: Source, detail });
        }
        return {
          FailedEntryCount: Entries.filter(isForged).length,
          Entries: Entries.map((entry) =>
            isForged(entry) ? { ErrorCode: 'NotAuthorizedForSourceException' } : { EventId: randomUUID() },
          ),
        };
      },
    }),
  ],
};
