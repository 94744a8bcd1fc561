import {
  DescribeAccountCommand,
  DescribeOrganizationalUnitCommand,
  ListAccountsCommand,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';
import type { ObservedAccount } from '../../domain/hub-diagnosis.ts';
import type { Reading } from '../../domain/observation.ts';
import { read, readingOf } from './errors.ts';
import { allPages } from './lots.ts';

const UNREADABLE = ['AWSOrganizationsNotInUse', 'UnsupportedAPIEndpoint'];

/** All accounts of the organisation, in AWS's order; unreadable where nobody may look or there is none. */
export function listAccounts(client: OrganizationsClient): Promise<Reading<readonly ObservedAccount[]>> {
  const ask = async () =>
    read(
      await allPages(async (NextToken) => {
        const { Accounts = [], NextToken: next } = await client.send(new ListAccountsCommand({ NextToken }));
        return {
          items: Accounts.flatMap(({ Id, Name = '', State = 'ACTIVE' }) =>
            Id === undefined ? [] : [{ id: Id, name: Name, isActive: State === 'ACTIVE' }],
          ),
          next,
        };
      }),
    );
  return readingOf(ask(), { call: 'organizations:ListAccounts', unreadable: UNREADABLE });
}

/** The name of one account; absent where the organisation does not know it. */
export function findAccountName(client: OrganizationsClient, AccountId: string): Promise<Reading<string>> {
  const ask = async () => {
    const { Account } = await client.send(new DescribeAccountCommand({ AccountId }));
    return read(Account?.Name ?? AccountId);
  };
  return readingOf(ask(), {
    call: 'organizations:DescribeAccount',
    absent: ['AccountNotFound'],
    unreadable: UNREADABLE,
  });
}

/** The name of a unit; absent where there is none of this id. */
export function findUnitName(client: OrganizationsClient, unit: string): Promise<Reading<string>> {
  const ask = async () => {
    const { OrganizationalUnit } = await client.send(
      new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: unit }),
    );
    return read(OrganizationalUnit?.Name ?? unit);
  };
  return readingOf(ask(), {
    call: 'organizations:DescribeOrganizationalUnit',
    absent: ['OrganizationalUnitNotFound'],
    unreadable: UNREADABLE,
  });
}
