import { CreateOpsItemCommand, SSMClient, UpdateOpsItemCommand } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { createOpsCenter } from '../../../functions/adapters/tickets/ops-center.ts';
import type { TicketDraft } from '../../../functions/ports.ts';
import { awsError, CLIENT } from '../aws-error.ts';

const DRAFT: TicketDraft = {
  fingerprint: 'f00d',
  title: 'The transcript of an exec session\nwas lost',
  body: '# What happened\n\nA denial.',
  severity: 'high',
  facts: { role: 'arn:aws:iam::111111111111:role/web', cluster: '', 'aws:thing': 'x' },
};

const client = new SSMClient(CLIENT);
const ssm = mockClient(client);
const tickets = createOpsCenter(client);
const pageOf = (ticketId: string) => `https://eu-central-1.console.aws.amazon.com/systems-manager/opsitems/${ticketId}`;
const created = () => ssm.commandCalls(CreateOpsItemCommand).map(({ args: [command] }) => command.input);
const updated = () => ssm.commandCalls(UpdateOpsItemCommand).map(({ args: [command] }) => command.input);

const FIELDS = {
  Title: 'The transcript of an exec session was lost',
  Description: DRAFT.body,
  Severity: '2',
  Category: 'Security',
};
const DATA = {
  'exec-log/role': { Type: 'SearchableString', Value: 'arn:aws:iam::111111111111:role/web' },
  'exec-log/aws:thing': { Type: 'SearchableString', Value: 'x' },
  'exec-log/body-1': { Type: 'String', Value: DRAFT.body },
};

beforeEach(() => ssm.reset());

describe('given a ticket to open', () => {
  it('creates an OpsItem that OpsCenter deduplicates by the fingerprint', async () => {
    ssm.on(CreateOpsItemCommand).resolves({ OpsItemId: 'oi-1' });
    await expect(tickets.fileTicket(DRAFT)).resolves.toEqual({
      ticketId: 'oi-1',
      ticketUrl: pageOf('oi-1'),
      opened: true,
    });
    expect(created()).toEqual([
      {
        ...FIELDS,
        Source: 'exec-log',
        OperationalData: {
          ...DATA,
          '/aws/dedup': { Type: 'SearchableString', Value: '{"dedupString":"f00d"}' },
        },
      },
    ]);
  });

  it.each([
    awsError('OpsItemAlreadyExistsException', 'exists without an id'),
    awsError('OpsItemLimitExceededException', 'too many'),
    awsError('AccessDeniedException', 'not permitted'),
    awsError('ThrottlingException', 'slower'),
  ])('throws %s, because a lost ticket is a lost denial', async (error) => {
    ssm.on(CreateOpsItemCommand).rejects(error);
    await expect(tickets.fileTicket(DRAFT)).rejects.toThrow(error.message);
  });

  it.each([
    ['ap-northeast-1', 'https://ap-northeast-1.console.aws.amazon.com/systems-manager/opsitems/oi-1'],
    ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn/systems-manager/opsitems/oi-1'],
    ['us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/systems-manager/opsitems/oi-1'],
    ['us-isob-east-1', undefined],
    ['eusc-de-east-1', undefined],
  ])('says where people open it in %s', async (region, ticketUrl) => {
    const there = new SSMClient({ ...CLIENT, region });
    mockClient(there).on(CreateOpsItemCommand).resolves({ OpsItemId: 'oi-1' });
    await expect(createOpsCenter(there).fileTicket(DRAFT)).resolves.toEqual({
      ticketId: 'oi-1',
      ticketUrl,
      opened: true,
    });
  });

  it('throws where OpsCenter gives no id', async () => {
    ssm.on(CreateOpsItemCommand).resolves({});
    await expect(tickets.fileTicket(DRAFT)).rejects.toThrow('without an id');
  });

  it('keeps every field within its limit and the whole body in the operational data', async () => {
    ssm.on(CreateOpsItemCommand).resolves({ OpsItemId: 'oi-1' });
    const body = 'é'.repeat(15_000);
    await tickets.fileTicket({
      ...DRAFT,
      title: 't'.repeat(2000),
      body,
      severity: 'low',
      facts: { ['k'.repeat(200)]: '🎉'.repeat(2000) },
    });
    const [{ Title = '', Description = '', Severity, OperationalData = {} } = {}] = created();
    expect({ title: Title.length, description: Description.length, Severity }).toEqual({
      title: 1024,
      description: 2048,
      Severity: '4',
    });
    const sizes = Object.entries(OperationalData).map(([key, { Value = '' }]) => [
      key.length,
      Buffer.byteLength(Value),
    ]);
    expect(sizes).toEqual([
      [128, 2047],
      [15, 20_480],
      [15, 9520],
      [10, 22],
    ]);
    const { 'exec-log/body-1': first, 'exec-log/body-2': second } = OperationalData;
    expect(`${first?.Value}${second?.Value}`).toBe(body);
  });
});

describe('given a ticket that is open already', () => {
  const exists = () =>
    ssm.on(CreateOpsItemCommand).rejects(awsError('OpsItemAlreadyExistsException', 'exists', { OpsItemId: 'oi-0' }));

  it('updates everything but the source and overwrites the pieces of a longer body', async () => {
    exists();
    ssm.on(UpdateOpsItemCommand).resolves({});
    await expect(tickets.fileTicket({ ...DRAFT, severity: 'medium' })).resolves.toEqual({
      ticketId: 'oi-0',
      ticketUrl: pageOf('oi-0'),
      opened: false,
    });
    expect(updated()).toEqual([
      {
        ...FIELDS,
        OpsItemId: 'oi-0',
        Severity: '3',
        OperationalData: {
          ...DATA,
          'exec-log/body-2': { Type: 'String', Value: '-' },
          'exec-log/body-3': { Type: 'String', Value: '-' },
        },
      },
    ]);
  });

  it('throws what keeps it from being updated', async () => {
    exists();
    ssm.on(UpdateOpsItemCommand).rejects(awsError('ThrottlingException'));
    await expect(tickets.fileTicket(DRAFT)).rejects.toThrow('synthetic');
  });
});

describe('given a ticket to close', () => {
  it('resolves it, with the evidence beside what had happened', async () => {
    ssm.on(UpdateOpsItemCommand).resolves({});
    await tickets.closeTicket('oi-1', '## Verified');
    expect(updated()).toEqual([
      {
        OpsItemId: 'oi-1',
        Status: 'Resolved',
        OperationalData: { 'exec-log/evidence': { Type: 'String', Value: '## Verified' } },
      },
    ]);
  });

  it('keeps the evidence within its limit, and never empty', async () => {
    ssm.on(UpdateOpsItemCommand).resolves({});
    await tickets.closeTicket('oi-1', 'é'.repeat(15_000));
    await tickets.closeTicket('oi-1', '');
    const [long, none] = updated().map(({ OperationalData }) => OperationalData?.['exec-log/evidence']?.Value ?? '');
    expect({ long: Buffer.byteLength(long ?? '') <= 20 * 1024, none }).toEqual({ long: true, none: '-' });
  });

  it('is content where it was deleted', async () => {
    ssm.on(UpdateOpsItemCommand).rejects(awsError('OpsItemNotFoundException', 'gone'));
    await expect(tickets.closeTicket('oi-1', 'done')).resolves.toBeUndefined();
  });

  it.each([awsError('ThrottlingException', 'slower'), awsError('AccessDeniedException', 'not permitted')])(
    'throws %s, to be asked again',
    async (error) => {
      ssm.on(UpdateOpsItemCommand).rejects(error);
      await expect(tickets.closeTicket('oi-1', 'done')).rejects.toThrow(error.message);
    },
  );
});
