import { ListParentsCommand, ListTagsForResourceCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { mockClient } from 'aws-sdk-client-mock';
import { createOrganizationReader } from '../../../functions/adapters/aws/organization-reader.ts';
import { awsError, CLIENT } from '../aws-error.ts';

const client = new OrganizationsClient(CLIENT);
const organizations = mockClient(client);
const reader = createOrganizationReader(client);

const ACCOUNT = '111111111111';
const OTHER = '222222222222';
const UNIT = 'ou-ab12-sandbox1';
const TEAM = 'ou-ab12-teamblue';
const parents: Readonly<Record<string, string>> = { [ACCOUNT]: TEAM, [OTHER]: TEAM, [TEAM]: UNIT, [UNIT]: 'r-ab12' };

const childrenAsked = () =>
  organizations.commandCalls(ListParentsCommand).map(({ args: [command] }) => command.input.ChildId);

beforeEach(() => {
  organizations.reset();
  organizations.on(ListTagsForResourceCommand).resolves({ Tags: [{ Key: 'exec-log-mode', Value: 'attach' }] });
  for (const [ChildId, Id] of Object.entries(parents)) {
    organizations.on(ListParentsCommand, { ChildId }).resolves({ Parents: [{ Id }] });
  }
});

describe('given an account in an organisation', () => {
  it('finds its path from the root, and its tags', async () => {
    await expect(reader.findPlace(ACCOUNT)).resolves.toEqual({
      kind: 'read',
      value: { path: ['r-ab12', UNIT, TEAM, ACCOUNT], tags: { 'exec-log-mode': 'attach' } },
    });
    expect(childrenAsked()).toEqual([ACCOUNT, TEAM, UNIT]);
  });

  it('finds an account directly below the root', async () => {
    organizations.on(ListParentsCommand, { ChildId: ACCOUNT }).resolves({ Parents: [{ Id: 'r-ab12' }] });
    await expect(reader.findPlace(ACCOUNT)).resolves.toMatchObject({ value: { path: ['r-ab12', ACCOUNT] } });
  });

  it('reads all pages, also behind an empty one', async () => {
    organizations
      .on(ListParentsCommand, { ChildId: ACCOUNT })
      .resolvesOnce({ Parents: [], NextToken: 'more' })
      .resolves({ Parents: [{ Id: 'r-ab12' }] });
    organizations
      .on(ListTagsForResourceCommand)
      .resolvesOnce({ Tags: [{ Key: 'team', Value: 'blue' }], NextToken: 'more' })
      .resolves({ Tags: [{ Key: 'empty', Value: '' }] });
    await expect(reader.findPlace(ACCOUNT)).resolves.toEqual({
      kind: 'read',
      value: { path: ['r-ab12', ACCOUNT], tags: { team: 'blue', empty: '' } },
    });
    expect(organizations.commandCalls(ListTagsForResourceCommand).map(({ args: [command] }) => command.input)).toEqual([
      { ResourceId: ACCOUNT, NextToken: undefined },
      { ResourceId: ACCOUNT, NextToken: 'more' },
    ]);
  });

  it('takes five units above each other and no more', async () => {
    const unit = (level: number) => `ou-ab12-level${level}xxx`;
    const chain = (levels: number) => {
      const ids = [ACCOUNT, ...Array.from({ length: levels }, (_, level) => unit(level)), 'r-ab12'];
      ids.slice(0, -1).forEach((ChildId, index) => {
        organizations.on(ListParentsCommand, { ChildId }).resolves({ Parents: [{ Id: ids[index + 1] }] });
      });
      return reader.findPlace(ACCOUNT);
    };
    expect((await chain(5)).kind).toBe('read');
    expect(await chain(6)).toEqual({ kind: 'unreadable', because: 'organizations:ListParents leads to no root' });
  });

  it('asks for each unit once in a run that keeps them, and again after a failure', async () => {
    const keeping = createOrganizationReader(client, { keepsUnits: true });
    organizations
      .on(ListParentsCommand, { ChildId: TEAM })
      .rejectsOnce(awsError('TooManyRequestsException'))
      .resolves({ Parents: [{ Id: UNIT }] });
    await expect(keeping.findPlace(ACCOUNT)).rejects.toThrow('synthetic');
    const places = [await keeping.findPlace(ACCOUNT), await keeping.findPlace(OTHER)];
    expect(places.map(({ kind }) => kind)).toEqual(['read', 'read']);
    expect(childrenAsked()).toEqual([ACCOUNT, TEAM, ACCOUNT, TEAM, UNIT, OTHER]);
  });
});

describe('given an account that cannot be placed', () => {
  const denied = 'organizations:ListParents is not permitted (AccessDenied)';

  it.each([
    ['AccessDeniedException', { kind: 'unreadable', because: denied }],
    [
      'AWSOrganizationsNotInUseException',
      { kind: 'unreadable', because: 'organizations:ListParents failed (AWSOrganizationsNotInUse)' },
    ],
    [
      'UnsupportedAPIEndpointException',
      { kind: 'unreadable', because: 'organizations:ListParents failed (UnsupportedAPIEndpoint)' },
    ],
    ['ChildNotFoundException', { kind: 'absent' }],
  ])('reads %s of its parents', async (name, reading) => {
    organizations.on(ListParentsCommand, { ChildId: ACCOUNT }).rejects(awsError(name));
    await expect(reader.findPlace(ACCOUNT)).resolves.toEqual(reading);
  });

  it.each([
    [
      'AccessDeniedException',
      { kind: 'unreadable', because: 'organizations:ListTagsForResource is not permitted (AccessDenied)' },
    ],
    ['TargetNotFoundException', { kind: 'absent' }],
  ])('reads %s of its tags', async (name, reading) => {
    organizations.on(ListTagsForResourceCommand).rejects(awsError(name));
    await expect(reader.findPlace(ACCOUNT)).resolves.toEqual(reading);
  });

  it('reads a unit above it that is denied, or gone meanwhile, or without a parent', async () => {
    const unit = organizations.on(ListParentsCommand, { ChildId: UNIT });
    unit
      .rejectsOnce(awsError('AccessDeniedException'))
      .rejectsOnce(awsError('ChildNotFoundException'))
      .resolves({ Parents: [] });
    const unreadable = (because: string) => ({ kind: 'unreadable', because });
    expect([await reader.findPlace(ACCOUNT), await reader.findPlace(ACCOUNT), await reader.findPlace(ACCOUNT)]).toEqual(
      [
        unreadable(denied),
        unreadable(`organizations:ListParents does not know ${UNIT}, named as a parent`),
        unreadable('organizations:ListParents gave 0 parents'),
      ],
    );
  });

  it.each(['TooManyRequestsException', 'ServiceException', 'ExpiredTokenException'])('throws %s', async (name) => {
    organizations.on(ListParentsCommand, { ChildId: UNIT }).rejects(awsError(name));
    await expect(reader.findPlace(ACCOUNT)).rejects.toThrow('synthetic');
    organizations.on(ListTagsForResourceCommand).rejects(awsError(name));
    await expect(reader.findPlace(ACCOUNT)).rejects.toThrow('synthetic');
  });
});
