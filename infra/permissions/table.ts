import { TABLE_PREFIXES } from '../../functions/adapters/aws/table-keys.ts';
import type { Grant } from './grant.ts';

type Kind = keyof typeof TABLE_PREFIXES;

const WRITTEN_BY_THE_REMEDIATOR: readonly Kind[] = ['case', 'event', 'attachedPolicy', 'writes'];

/** What the recorder may do with the table: add sessions. */
export function recorderTableGrants(tableArn: string): readonly Grant[] {
  return [
    {
      sid: 'WriteSessions',
      because: 'the recorder alone writes the ledger, so that a forged session needs its role',
      actions: ['dynamodb:PutItem'],
      resources: [tableArn],
      conditions: rowsOf(['session']),
    },
  ];
}

/** What the remediator may do with the table: read it, and write all but sessions. */
export function remediatorTableGrants(tableArn: string): readonly Grant[] {
  return [
    {
      sid: 'ReadSessionsAndCases',
      because: 'a decision is derived from the ledger and from what was decided before',
      actions: ['dynamodb:GetItem'],
      resources: [tableArn],
      conditions: rowsOf(['session', ...WRITTEN_BY_THE_REMEDIATOR]),
    },
    {
      sid: 'WriteCases',
      because: 'the remediator alone writes cases, leases, attached policies and announced writes, and never a session',
      actions: ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
      resources: [tableArn],
      conditions: rowsOf(WRITTEN_BY_THE_REMEDIATOR),
    },
    {
      sid: 'ReleaseLeases',
      because: 'an event that goes back to the queue must be free again; nothing else is ever deleted by hand',
      actions: ['dynamodb:DeleteItem'],
      resources: [tableArn],
      conditions: rowsOf(['event']),
    },
  ];
}

function rowsOf(kinds: readonly Kind[]) {
  return {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': kinds.map((kind) => `${TABLE_PREFIXES[kind]}*`) },
    // ForAllValues also holds where a request carries no key at all.
    Null: { 'dynamodb:LeadingKeys': 'false' },
  };
}
