import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { TABLE_INDEXES, TABLE_PREFIXES } from '../../functions/adapters/aws/table-keys.ts';
import type { Grant } from './grant.ts';

const SOURCE = 'infra/permissions/table.ts';

type Kind = keyof typeof TABLE_PREFIXES;

const WRITTEN_BY_THE_REMEDIATOR: readonly Kind[] = [
  'case',
  'event',
  'attachedPolicy',
  'writes',
  'denial',
  'ticket',
  'proposal',
  'digest',
];

const READS = ['dynamodb:GetItem'];
const WRITES = ['dynamodb:PutItem', 'dynamodb:UpdateItem'];

/** What the recorder may do with the table: add sessions, and open their verdicts. */
export function recorderTableGrants(table: Table): readonly Grant[] {
  return [
    rowsGrant('ReadSessions', 'what the ledger knows costs no reads of ECS', READS, ['session', 'verdict'], table),
    rowsGrant(
      'WriteSessions',
      'the recorder alone writes the ledger, so that a forged session needs its role; a verdict begins as open',
      ['dynamodb:PutItem'],
      ['session', 'verdict'],
      table,
    ),
  ];
}

/** What the remediator may do with the table: read what it decides by, and write what it vouches for; no session, no verdict. */
export function remediatorTableGrants(table: Table): readonly Grant[] {
  return [
    rowsGrant(
      'ReadSessionsAndCases',
      'a decision is derived from the ledger and from what was decided before, an order from its verdict',
      READS,
      ['session', 'verdict', ...WRITTEN_BY_THE_REMEDIATOR],
      table,
    ),
    rowsGrant(
      'WriteCases',
      'the remediator alone writes cases, leases, attached policies, announced writes, what tickets say, which case a denial belongs to, proposals with their answers and the digest',
      WRITES,
      WRITTEN_BY_THE_REMEDIATOR,
      table,
    ),
    rowsGrant(
      'ReleaseLeases',
      'an event that goes back to the queue must be free again; nothing else is ever deleted by hand',
      ['dynamodb:DeleteItem'],
      ['event'],
      table,
    ),
  ];
}

/** What the auditor may do with the table: read the ledger and what is left to do, and write verdicts and its own progress. */
export function auditorTableGrants(table: Table): readonly Grant[] {
  return [
    rowsGrant(
      'ReadSessionsAndCases',
      'a verdict is derived from the ledger, from the denials and from the cases',
      READS,
      ['session', 'verdict', 'denial', 'case', 'attachedPolicy', 'audit'],
      table,
    ),
    {
      sid: 'ReadIndexes',
      because:
        'what is due and what a day held stand in the two indexes, so that no function scans; they hold nothing else',
      source: SOURCE,
      actions: ['dynamodb:Query'],
      resources: Object.values(TABLE_INDEXES).map(({ name }) => `${table.tableArn}/index/${name}`),
    },
    rowsGrant(
      'WriteVerdicts',
      'the auditor alone settles verdicts and keeps its progress; sessions, cases and acceptances are out of its reach',
      WRITES,
      ['verdict', 'audit'],
      table,
    ),
  ];
}

/** What the acceptor may do with the table: read what it judges by, and add acceptances. */
export function acceptorTableGrants(table: Table): readonly Grant[] {
  return [
    rowsGrant(
      'ReadVerdicts',
      'who opened the session and whether it has a gap are derived from the verdict',
      READS,
      ['verdict', 'acceptance'],
      table,
    ),
    rowsGrant(
      'WriteAcceptances',
      'the acceptor alone adds acceptances, so that a forged one needs its role',
      ['dynamodb:PutItem'],
      ['acceptance'],
      table,
    ),
  ];
}

function rowsGrant(
  sid: string,
  because: string,
  actions: readonly string[],
  kinds: readonly Kind[],
  table: Table,
): Grant {
  return {
    sid,
    because,
    source: SOURCE,
    actions,
    resources: [table.tableArn],
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': kinds.map((kind) => `${TABLE_PREFIXES[kind]}*`) },
      // ForAllValues also holds where a request carries no key at all.
      Null: { 'dynamodb:LeadingKeys': 'false' },
    },
  };
}
