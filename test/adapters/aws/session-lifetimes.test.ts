import {
  DescribeSessionsCommand,
  type DescribeSessionsCommandInput,
  type Session,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { createSessionLifetimes } from '../../../functions/adapters/aws/session-lifetimes.ts';
import { awsError, CLIENT } from '../aws-error.ts';

const ID = 'ecs-execute-command-egv8enfq3l9zptzgnrlq6szeji';

const client = new SSMClient(CLIENT);
const ssm = mockClient(client);
const find = () => createSessionLifetimes(client).findLifetime(ID);
const session = (fields: Partial<Session> = {}): Session => ({ SessionId: ID, ...fields });
const inputs = () => ssm.commandCalls(DescribeSessionsCommand).map(({ args: [command] }) => command.input);
const asked = (State: 'Active' | 'History'): DescribeSessionsCommandInput => ({
  State,
  Filters: [{ key: 'SessionId', value: ID }],
});

beforeEach(() => {
  ssm.reset();
  ssm.on(DescribeSessionsCommand).resolves({ Sessions: [] });
});

describe('given a session among the active ones', () => {
  it.each<Session['Status']>(['Connected', 'Connecting', 'Disconnected', 'Terminating'])(
    'runs while it is %s, and the ended ones are not asked for',
    async (Status) => {
      ssm.on(DescribeSessionsCommand, asked('Active')).resolves({ Sessions: [session({ Status })] });
      await expect(find()).resolves.toEqual({ kind: 'read', value: { kind: 'running' } });
      expect(inputs()).toEqual([asked('Active')]);
    },
  );

  it.each<[string, Partial<Session>, string | null]>([
    ['terminated', { Status: 'Terminated' }, null],
    ['failed', { Status: 'Failed' }, null],
    ['shown with its end', { EndDate: new Date('2026-11-20T09:30:00Z') }, '2026-11-20T09:30:00.000Z'],
  ])('has ended where it is %s', async (_, fields, endedAt) => {
    ssm.on(DescribeSessionsCommand, asked('Active')).resolves({ Sessions: [session(fields)] });
    await expect(find()).resolves.toEqual({ kind: 'read', value: { kind: 'ended', endedAt } });
  });
});

describe('given a session among the ended ones', () => {
  it.each([
    ['its end', { EndDate: new Date('2026-11-20T09:30:00Z') }, '2026-11-20T09:30:00.000Z'],
    ['no end', {}, null],
  ])('tells %s, after a look at the active ones', async (_, fields, endedAt) => {
    ssm.on(DescribeSessionsCommand, asked('History')).resolves({ Sessions: [session(fields)] });
    await expect(find()).resolves.toEqual({ kind: 'read', value: { kind: 'ended', endedAt } });
    expect(inputs()).toEqual([asked('Active'), asked('History')]);
  });

  it('finds the one of exactly this id on a later page', async () => {
    ssm
      .on(DescribeSessionsCommand, asked('History'))
      .resolvesOnce({ Sessions: [session({ SessionId: `${ID}-2` })], NextToken: 'page-2' });
    ssm
      .on(DescribeSessionsCommand, { ...asked('History'), NextToken: 'page-2' })
      .resolves({ Sessions: [session({ EndDate: new Date('2026-11-20T09:30:00Z') })] });
    await expect(find()).resolves.toEqual({
      kind: 'read',
      value: { kind: 'ended', endedAt: '2026-11-20T09:30:00.000Z' },
    });
    expect(inputs()).toEqual([asked('Active'), asked('History'), { ...asked('History'), NextToken: 'page-2' }]);
  });
});

describe('given a session that Systems Manager does not show', () => {
  it('is absent', async () => {
    await expect(find()).resolves.toEqual({ kind: 'absent' });
  });

  it('is unreadable after five pages with more to come', async () => {
    ssm.on(DescribeSessionsCommand).resolves({ Sessions: [], NextToken: 'more' });
    await expect(find()).resolves.toEqual({
      kind: 'unreadable',
      because: 'more than 5 pages of Active sessions, without the one asked for',
    });
    expect(inputs()).toHaveLength(5);
  });

  it.each([
    ['AccessDeniedException', 'ssm:DescribeSessions is not permitted (AccessDenied)'],
    ['InvalidFilterKey', 'ssm:DescribeSessions failed (InvalidFilterKey)'],
  ])('is unreadable after %s', async (name, because) => {
    ssm.on(DescribeSessionsCommand).rejects(awsError(name));
    await expect(find()).resolves.toEqual({ kind: 'unreadable', because });
  });

  it('throws throttling', async () => {
    ssm.on(DescribeSessionsCommand).rejects(awsError('ThrottlingException'));
    await expect(find()).rejects.toThrow('synthetic');
  });
});
