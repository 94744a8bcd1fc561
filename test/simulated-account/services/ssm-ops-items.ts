import { randomBytes } from 'node:crypto';
import type {
  CreateOpsItemRequest,
  CreateOpsItemResponse,
  DescribeOpsItemsRequest,
  DescribeOpsItemsResponse,
  GetOpsItemRequest,
  GetOpsItemResponse,
  OpsItem,
  OpsItemDataValue,
  OpsItemFilter,
  UpdateOpsItemRequest,
} from '@aws-sdk/client-ssm';
import { CreateOpsItem$, DescribeOpsItems$, GetOpsItem$, UpdateOpsItem$ } from '@aws-sdk/client-ssm';
import type { AccountRuntime } from '../account-runtime.ts';
import { lowerCamel, operation, page, ServiceError } from '../service.ts';

const DEDUPLICATION = '/aws/dedup';

/** The limits of the service's model; the SDK's schemas carry no lengths. */
const limits = { Title: 1024, Description: 2048, Source: 128, Category: 64, Severity: 64 } as const;
const DATA_VALUE_LIMIT = 20 * 1024;
const DATA_KEY_LIMIT = 128;

type Fields = Partial<Record<keyof typeof limits, string | undefined>> & {
  OperationalData?: Record<string, OpsItemDataValue> | undefined;
};

function checkLimits(item: Fields): void {
  for (const [name, limit] of Object.entries(limits)) {
    const value = Object.entries(item).find(([key]) => key === name)?.[1];
    if (typeof value === 'string' && (value.length > limit || value.length === 0)) {
      throw new ServiceError(
        'ValidationException',
        `1 validation error detected: Value at '${name.toLowerCase()}' failed to satisfy constraint: Member must have length between 1 and ${limit}`,
      );
    }
  }
  for (const [key, { Value = '' }] of Object.entries(item.OperationalData ?? {})) {
    if (key.length > DATA_KEY_LIMIT || Buffer.byteLength(Value, 'utf8') > DATA_VALUE_LIMIT) {
      throw new ServiceError('OpsItemInvalidParameterException', `Operational data ${key.slice(0, 40)} is too long.`);
    }
  }
}

function itemOf(runtime: AccountRuntime, id = ''): OpsItem {
  const item = runtime.stores.opsItems.get(id);
  if (item === undefined) {
    throw new ServiceError('OpsItemNotFoundException', `OpsItem ID ${id} not found.`);
  }
  return item;
}

function deduplicationOf(data: Record<string, OpsItemDataValue> | undefined): string | null {
  const value = data?.[DEDUPLICATION]?.Value;
  if (value === undefined) return null;
  try {
    const parsed: unknown = JSON.parse(value);
    if (typeof parsed === 'object' && parsed !== null && 'dedupString' in parsed) return String(parsed.dedupString);
  } catch {
    // Refused below: the service takes only {"dedupString": "..."}.
  }
  throw new ServiceError('OpsItemInvalidParameterException', `The value of ${DEDUPLICATION} is not valid.`);
}

const createOpsItem = operation<CreateOpsItemRequest, CreateOpsItemResponse>(CreateOpsItem$, {
  demands: (_, { runtime }) => [{ resource: runtime.arn('ssm', 'opsitem/*') }],
  recordedResponse: (result) => lowerCamel(result),
  run: (input, { runtime, now, caller }) => {
    checkLimits(input);
    const wanted = deduplicationOf(input.OperationalData);
    const open = [...runtime.stores.opsItems.values()].filter(
      (item) => item.Status !== 'Resolved' && item.Status !== 'Closed',
    );
    const twin = wanted === null ? undefined : open.find((item) => deduplicationOf(item.OperationalData) === wanted);
    if (twin !== undefined) {
      throw new ServiceError(
        'OpsItemAlreadyExistsException',
        `A similar OpsItem already exists: ${twin.OpsItemId}`,
        400,
        { OpsItemId: twin.OpsItemId },
      );
    }
    const OpsItemId = `oi-${randomBytes(6).toString('hex')}`;
    const { Tags: _tags, AccountId: _account, ...fields } = input;
    runtime.stores.opsItems.set(OpsItemId, {
      ...fields,
      OpsItemId,
      OpsItemArn: runtime.arn('ssm', `opsitem/${OpsItemId}`),
      OpsItemType: input.OpsItemType ?? '/aws/issue',
      Status: 'Open',
      CreatedBy: caller.arn,
      CreatedTime: now,
      LastModifiedBy: caller.arn,
      LastModifiedTime: now,
      Version: '1',
    });
    return { OpsItemId, OpsItemArn: runtime.arn('ssm', `opsitem/${OpsItemId}`) };
  },
});

const updateOpsItem = operation<UpdateOpsItemRequest, Record<string, never>>(UpdateOpsItem$, {
  demands: ({ OpsItemId }, { runtime }) => [{ resource: runtime.arn('ssm', `opsitem/${OpsItemId}`) }],
  run: (
    { OpsItemId, OperationalData, OperationalDataToDelete = [], OpsItemArn: _arn, ...changes },
    { runtime, now, caller },
  ) => {
    const item = itemOf(runtime, OpsItemId);
    checkLimits({ ...changes, OperationalData });
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    // Operational data is merged by key; everything else is replaced.
    const data = Object.entries({ ...item.OperationalData, ...OperationalData });
    runtime.stores.opsItems.set(OpsItemId ?? '', {
      ...item,
      ...Object.fromEntries(given),
      OperationalData: Object.fromEntries(data.filter(([key]) => !OperationalDataToDelete.includes(key))),
      LastModifiedBy: caller.arn,
      LastModifiedTime: now,
      Version: String(Number(item.Version ?? '0') + 1),
    });
    return {};
  },
});

const getOpsItem = operation<GetOpsItemRequest, GetOpsItemResponse>(GetOpsItem$, {
  demands: ({ OpsItemId }, { runtime }) => [{ resource: runtime.arn('ssm', `opsitem/${OpsItemId}`) }],
  run: ({ OpsItemId }, { runtime }) => ({ OpsItem: itemOf(runtime, OpsItemId) }),
});

const describeOpsItems = operation<DescribeOpsItemsRequest, DescribeOpsItemsResponse>(DescribeOpsItems$, {
  demands: (_, { runtime }) => [{ resource: runtime.arn('ssm', '*') }],
  run: ({ OpsItemFilters = [], MaxResults, NextToken }, { runtime }) => {
    const matching = [...runtime.stores.opsItems.values()].filter((item) =>
      OpsItemFilters.every((filter) => fits(item, filter)),
    );
    const invalid = () => new ServiceError('ValidationException', 'Invalid token.');
    const { items, next } = page(matching, NextToken, runtime.pageLimit(MaxResults, 50), invalid);
    return {
      // The summaries carry neither description nor notifications, as the service's own.
      OpsItemSummaries: items.map(
        ({ Description: _description, Notifications: _notifications, ...summary }) => summary,
      ),
      ...(next === undefined ? {} : { NextToken: next }),
    };
  },
});

function fits(item: OpsItem, { Key, Values = [], Operator }: OpsItemFilter): boolean {
  const text = filteredText(item, Key);
  if (text === null) {
    throw new ServiceError('OpsItemInvalidParameterException', `The filter ${Key} is not served by this simulation.`);
  }
  return Values.some((value) => (Operator === 'Contains' ? text.includes(value) : text === value));
}

function filteredText(item: OpsItem, key: OpsItemFilter['Key']): string | null {
  switch (key) {
    case 'Status':
      return item.Status ?? '';
    case 'Source':
      return item.Source ?? '';
    case 'Title':
      return item.Title ?? '';
    case 'OpsItemId':
      return item.OpsItemId ?? '';
    case 'Category':
      return item.Category ?? '';
    case 'Severity':
      return item.Severity ?? '';
    case 'OperationalDataKey':
      return Object.keys(item.OperationalData ?? {}).join(' ');
    case 'OperationalData':
      return JSON.stringify(item.OperationalData ?? {});
    default:
      return null;
  }
}

/** OpsCenter: tickets inside Systems Manager. */
export const opsItemOperations = [createOpsItem, updateOpsItem, getOpsItem, describeOpsItems];
