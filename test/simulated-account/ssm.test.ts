import {
  CreateOpsItemCommand,
  type CreateOpsItemRequest,
  DescribeOpsItemsCommand,
  GetOpsItemCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  OpsItemAlreadyExistsException,
  PutParameterCommand,
  SSMClient,
  UpdateOpsItemCommand,
} from '@aws-sdk/client-ssm';
import { clientOf, failureOf, roleArn, startSample } from './sample-account.ts';
import type { SimulatedAccount } from './server.ts';

const anItem = (rest: Partial<CreateOpsItemRequest> = {}): CreateOpsItemRequest => ({
  Title: 'Transcript lost',
  Description: 'why',
  Source: 'exec-log',
  OperationalData: { '/aws/dedup': { Value: '{"dedupString":"abc"}', Type: 'SearchableString' } },
  ...rest,
});

describe('given the Systems Manager of a simulated account', () => {
  let account: SimulatedAccount;
  let ssm: SSMClient;

  beforeEach(async () => {
    account = await startSample();
    ssm = new SSMClient(clientOf(account, roleArn('repairer')));
  });
  afterEach(() => account.close());

  it('pages parameters below a path, deeper ones only on demand', async () => {
    account.runtime.pageSize = 1;
    for (const Name of ['/exec-log/a', '/exec-log/b', '/exec-log/deep/c', '/exec-log-other/d']) {
      await ssm.send(new PutParameterCommand({ Name, Value: Name, Type: 'String' }));
    }
    const names = async (Recursive: boolean) => {
      const found: (string | undefined)[] = [];
      let NextToken: string | undefined;
      do {
        const page = await ssm.send(new GetParametersByPathCommand({ Path: '/exec-log', Recursive, NextToken }));
        found.push(...(page.Parameters ?? []).map(({ Name }) => Name));
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return found;
    };

    expect([await names(false), await names(true)]).toEqual([
      ['/exec-log/a', '/exec-log/b'],
      ['/exec-log/a', '/exec-log/b', '/exec-log/deep/c'],
    ]);
  });

  it("counts a parameter's versions and holds 4 KB", async () => {
    const put = (Value: string, Overwrite?: boolean) =>
      ssm.send(
        new PutParameterCommand({
          Name: '/p',
          Value,
          Type: 'String',
          ...(Overwrite === undefined ? {} : { Overwrite }),
        }),
      );
    await put('one');
    const repeated = await failureOf(put('two'));
    await put('x'.repeat(4096), true);
    const tooLong = await failureOf(put('x'.repeat(4097), true));
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/p' }));

    expect([repeated.name, tooLong.name, Parameter?.Version, Parameter?.Value?.length, Parameter?.ARN]).toEqual([
      'ParameterAlreadyExists',
      'ValidationException',
      2,
      4096,
      'arn:aws:ssm:eu-central-1:111111111111:parameter/p',
    ]);
    expect((await failureOf(ssm.send(new GetParameterCommand({ Name: '/gone' })))).name).toBe('ParameterNotFound');
  });

  it('opens one ticket for one deduplication string, and another once that is resolved', async () => {
    const { OpsItemId } = await ssm.send(new CreateOpsItemCommand(anItem()));
    const twin = await ssm.send(new CreateOpsItemCommand(anItem())).catch((error: unknown) => error);
    await ssm.send(new UpdateOpsItemCommand({ OpsItemId, Status: 'Resolved' }));
    const next = await ssm.send(new CreateOpsItemCommand(anItem()));

    expect(twin).toBeInstanceOf(OpsItemAlreadyExistsException);
    expect(twin instanceof OpsItemAlreadyExistsException && twin.OpsItemId).toBe(OpsItemId);
    expect(next.OpsItemId).not.toBe(OpsItemId);
  });

  it('merges operational data and replaces the rest on an update', async () => {
    const { OpsItemId } = await ssm.send(new CreateOpsItemCommand(anItem()));
    await ssm.send(
      new UpdateOpsItemCommand({ OpsItemId, Title: 'New', OperationalData: { count: { Value: '2', Type: 'String' } } }),
    );
    const { OpsItem } = await ssm.send(new GetOpsItemCommand({ OpsItemId }));

    expect([
      OpsItem?.Title,
      OpsItem?.Description,
      Object.keys(OpsItem?.OperationalData ?? {}),
      OpsItem?.Version,
      OpsItem?.CreatedTime instanceof Date,
    ]).toEqual(['New', 'why', ['/aws/dedup', 'count'], '2', true]);
  });

  it('finds tickets by source, status and operational data', async () => {
    const { OpsItemId } = await ssm.send(new CreateOpsItemCommand(anItem()));
    await ssm.send(new CreateOpsItemCommand(anItem({ Source: 'other', OperationalData: {} })));
    const { OpsItemSummaries } = await ssm.send(
      new DescribeOpsItemsCommand({
        OpsItemFilters: [
          { Key: 'Source', Values: ['exec-log'], Operator: 'Equal' },
          { Key: 'Status', Values: ['Open', 'InProgress'], Operator: 'Equal' },
          { Key: 'OperationalData', Values: ['abc'], Operator: 'Contains' },
        ],
      }),
    );

    expect(OpsItemSummaries?.map((item) => item.OpsItemId)).toEqual([OpsItemId]);
  });

  it.each<[string, Partial<CreateOpsItemRequest>, string]>([
    ['a title over 1,024 characters', { Title: 'x'.repeat(1025) }, 'ValidationException'],
    ['a description over 2,048 characters', { Description: 'x'.repeat(2049) }, 'ValidationException'],
    [
      'a value over 20 KB',
      { OperationalData: { a: { Value: 'x'.repeat(20 * 1024 + 1), Type: 'String' } } },
      'OpsItemInvalidParameterException',
    ],
    [
      'a deduplication value that is no JSON',
      { OperationalData: { '/aws/dedup': { Value: 'abc' } } },
      'OpsItemInvalidParameterException',
    ],
  ])('refuses %s', async (_name, rest, expected) => {
    expect((await failureOf(ssm.send(new CreateOpsItemCommand(anItem(rest))))).name).toBe(expected);
  });

  it('knows a missing ticket and a denied role', async () => {
    const denied = new SSMClient(clientOf(account, roleArn('web-task')));

    expect([
      (await failureOf(ssm.send(new GetOpsItemCommand({ OpsItemId: 'oi-000000000000' })))).name,
      (await failureOf(denied.send(new CreateOpsItemCommand(anItem())))).name,
    ]).toEqual(['OpsItemNotFoundException', 'AccessDeniedException']);
  });
});
