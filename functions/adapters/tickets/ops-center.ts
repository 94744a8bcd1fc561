import { CreateOpsItemCommand, type OpsItemDataValue, type SSMClient, UpdateOpsItemCommand } from '@aws-sdk/client-ssm';
import type { FiledTicket, TicketDraft, TicketSystem } from '../../ports.ts';
import { errorName } from '../aws/errors.ts';
import { pieces, shortened } from './bounded-text.ts';

/** The limits of the OpsItem API. */
const MAX_TITLE = 1024;
const MAX_DESCRIPTION = 2048;
const MAX_DATA_KEY = 128;
const MAX_DATA_BYTES = 20 * 1024;

/** A body longer than that is no ticket; the whole OpsItem stays far below the API's request limit. */
const MAX_BODY_PIECES = 3;
/** Facts are for filters: names, ARNs, codes. */
const MAX_FACT_BYTES = 2048;

/** Must not contain `aws` or `amazon`. */
const SOURCE = 'exec-log';

/** OpsCenter counts from 1 (critical) to 4 (low). A lost transcript is never critical: nothing stands still. */
const SEVERITIES = { high: '2', medium: '3', low: '4' } as const;

type OperationalData = Record<string, OpsItemDataValue>;

/**
 * Tickets as OpsItems of this account and Region. OpsCenter itself keeps one open OpsItem for each deduplication string, so
 * that a ticket opened twice is one.
 */
export function createOpsCenter(client: SSMClient): TicketSystem {
  return {
    async fileTicket(draft) {
      const filed = await create(client, draft);
      if (!filed.opened) {
        const OperationalData = { ...spentPieces(), ...dataOf(draft) };
        await client.send(new UpdateOpsItemCommand({ OpsItemId: filed.ticketId, ...fieldsOf(draft), OperationalData }));
      }
      const ticketUrl = pageOf(filed.ticketId, await client.config.region());
      return ticketUrl === null ? filed : { ...filed, ticketUrl };
    },
    async closeTicket(ticketId, evidence) {
      // The id of another system that was in use before this one.
      if (!ticketId.startsWith('oi-')) return;
      const [text = '-'] = pieces(evidence, MAX_DATA_BYTES, 1);
      // The description stays: it says what had happened.
      const OperationalData: OperationalData = { [dataKey('evidence')]: { Type: 'String', Value: text } };
      try {
        await client.send(new UpdateOpsItemCommand({ OpsItemId: ticketId, Status: 'Resolved', OperationalData }));
      } catch (error) {
        if (errorName(error) !== 'OpsItemNotFound') throw error;
      }
    },
  };
}

/** What `CreateOpsItem` is sent for a draft. */
export function opsItemOf(draft: TicketDraft) {
  return { ...fieldsOf(draft), Source: SOURCE, OperationalData: { ...dataOf(draft), ...dedupOf(draft) } };
}

async function create(client: SSMClient, draft: TicketDraft): Promise<FiledTicket> {
  try {
    const { OpsItemId: ticketId } = await client.send(new CreateOpsItemCommand(opsItemOf(draft)));
    if (ticketId === undefined) throw new Error('OpsCenter opened an OpsItem without an id');
    return { ticketId, opened: true };
  } catch (error) {
    const ticketId = existingId(error);
    if (ticketId === null) throw error;
    return { ticketId, opened: false };
  }
}

/** The consoles by the beginning of a Region's name, of the partitions that have a public one. */
const CONSOLES = [
  { begins: /^cn-/, console: 'console.amazonaws.cn' },
  { begins: /^us-gov-/, console: 'console.amazonaws-us-gov.com' },
  // The isolated partitions, and the European one, have others.
  { begins: /^(?!us-iso|eu-iso|eusc-)[a-z]{2,4}-[a-z]+-\d$/, console: 'console.aws.amazon.com' },
];

/** Where a person opens an OpsItem; null in a partition whose console we do not know. */
function pageOf(ticketId: string, region: string): string | null {
  const found = CONSOLES.find(({ begins }) => begins.test(region));
  const path = `systems-manager/opsitems/${encodeURIComponent(ticketId)}`;
  return found === undefined ? null : `https://${region}.${found.console}/${path}`;
}

function fieldsOf({ title, body, severity }: TicketDraft) {
  return {
    // A title is one line.
    Title: shortened(title.replace(/\s+/g, ' ').trim(), MAX_TITLE),
    Description: shortened(body, MAX_DESCRIPTION),
    Severity: SEVERITIES[severity],
    Category: 'Security',
  };
}

/** The facts, which can be searched, and the whole body, of which the description shows only the beginning. */
function dataOf({ facts, body }: TicketDraft): OperationalData {
  const data: OperationalData = {};
  for (const [name, value] of Object.entries(facts)) {
    const [text] = pieces(value, MAX_FACT_BYTES, 1);
    // OpsCenter refuses an empty value.
    if (text !== undefined && text.trim() !== '') data[dataKey(name)] = { Type: 'SearchableString', Value: text };
  }
  for (const [index, Value] of pieces(body, MAX_DATA_BYTES, MAX_BODY_PIECES).entries()) {
    data[bodyKey(index)] = { Type: 'String', Value };
  }
  return data;
}

/** `/aws/dedup` is the one key of AWS's own that a caller sets. */
function dedupOf({ fingerprint }: TicketDraft): OperationalData {
  return { '/aws/dedup': { Type: 'SearchableString', Value: JSON.stringify({ dedupString: fingerprint }) } };
}

/** An update merges by key, so the pieces of a longer, earlier body are overwritten. */
function spentPieces(): OperationalData {
  const keys = Array.from({ length: MAX_BODY_PIECES - 1 }, (_, index) => bodyKey(index + 1));
  return Object.fromEntries(keys.map((key) => [key, { Type: 'String', Value: '-' }]));
}

/** Under a prefix of our own, because AWS refuses names that begin with `aws`, `amazon` or `ssm`. */
function dataKey(name: string): string {
  return `${SOURCE}/${name}`.slice(0, MAX_DATA_KEY);
}

function bodyKey(index: number): string {
  return dataKey(`body-${index + 1}`);
}

function existingId(error: unknown): string | null {
  if (errorName(error) !== 'OpsItemAlreadyExists' || !(error instanceof Error)) return null;
  const id: unknown = Reflect.get(error, 'OpsItemId');
  return typeof id === 'string' && id !== '' ? id : null;
}
