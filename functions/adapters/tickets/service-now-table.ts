import * as z from 'zod/mini';
import type { Language } from '../../domain/language.ts';
import type { Clock } from '../../ports.ts';
import { TrackerRefusal } from './tracker.ts';
import { createVendor, VendorRefusal, type VendorSecret } from './vendor-request.ts';
import { secretTexts, shaped } from './vendor-shape.ts';

const VENDOR = 'ServiceNow';
const HOST = /^[a-z0-9][a-z0-9-]*\.(service-now|servicenowservices)\.com$/;
const DEFAULT_TABLE = 'incident';
const FIELDS = 'sys_id,number,state,correlation_id,correlation_display';
/** An invalid part of a query is dropped, and the rest may match every record: what comes back is compared. */
const MAX_FOUND = 5;

/** Where in ServiceNow our tickets go. */
export interface ServiceNowSettings {
  /** `https://NAME.service-now.com`, and nothing after it. */
  readonly instance: string;
  /** `incident`, or a table that extends it and keeps its states; `incident` where it is left out. */
  readonly table?: string;
  /** The sys_id of a group. */
  readonly assignmentGroup?: string;
  /** The sys_id of the user in whose name incidents are opened. */
  readonly callerId?: string;
  /** A choice of `close_code`; `Solution provided` where it is left out. */
  readonly closeCode?: string;
}

export interface ServiceNowOptions {
  readonly settings: ServiceNowSettings;
  /** Of what we add to a ticket's text; English where it is left out. */
  readonly language?: Language;
  /** `{"username", "password"}`, or `{"token"}` of OAuth. */
  readonly secret: VendorSecret;
  /** Also permits `http` to this machine itself: for tests and the simulated account, never in a Lambda. */
  readonly allowLoopback?: boolean;
  /** For each request; 10 s where it is left out. */
  readonly timeoutMilliseconds?: number;
  readonly clock?: Clock;
}

const recordSchema = z.object({
  sys_id: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
  number: z.string().check(z.minLength(1)),
  state: z.string(),
  correlation_id: z.string(),
  correlation_display: z.string(),
});

export type ServiceNowRecord = z.output<typeof recordSchema>;

const oneSchema = z.object({ result: recordSchema });
// Each record for itself: a query that was dropped may bring foreign ones.
const manySchema = z.object({ result: z.array(z.unknown()) });

/** The fields of a record to write, by the names of their columns. */
export type ServiceNowFields = Readonly<Record<string, string>>;

/**
 * The Table API of one table. https://support.servicenow.com/kb?id=kb_article_view&sysparm_article=KB0534905
 * https://www.servicenow.com/docs/r/zurich/api-reference/rest-api-explorer/inbound-REST-API-rate-limiting.html
 */
export interface ServiceNowTable {
  /** The newest record whose field has exactly this value, or null. `value` holds letters, digits, `_` and `-` only. */
  newest(field: 'correlation_id' | 'number', value: string): Promise<ServiceNowRecord | null>;
  insert(fields: ServiceNowFields): Promise<ServiceNowRecord>;
  /** `gone` where somebody deleted it, or hid it from our user. */
  patch(sysId: string, fields: ServiceNowFields): Promise<'patched' | 'gone'>;
  /** Where a person finds a record. */
  pageOf(sysId: string): string;
}

const ADVICE: Readonly<Record<number, string>> = {
  400: 'the table or a field of the settings is not there',
  401: 'the user name, the password or the token of the secret is wrong or has expired, or the user is locked',
  403: 'the user of the secret lacks a role for this table (sn_incident_write or itil), or a rule of the instance demands a field',
  404: 'there is no such instance or record, or the user of the secret may not read it',
};

export function createServiceNowTable({ settings, ...options }: ServiceNowOptions): ServiceNowTable {
  const vendor = createVendor({
    ...options,
    vendor: VENDOR,
    headersOf,
    isHost: isServiceNowHost,
    wordsOf,
    advice: ADVICE,
  });
  const ask = async (
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    query: URLSearchParams,
    body?: ServiceNowFields,
  ) => {
    // References come back as texts, and choices as the values that are written.
    query.set('sysparm_exclude_reference_link', 'true');
    query.set('sysparm_display_value', 'false');
    query.set('sysparm_fields', FIELDS);
    const url = new URL(`${originOf(settings)}/api/now/table/${tableOf(settings)}${path}?${query.toString()}`);
    const answer = await vendor({ method, url, ...(body === undefined ? {} : { body }) });
    return answer.body;
  };
  return {
    async newest(field, value) {
      const query = new URLSearchParams({
        // `^` joins conditions and has no escape: https://servicenow.github.io/sdk/guides/encoded-query-guide
        sysparm_query: `${field}=${queryValue(value)}^ORDERBYDESCsys_created_on^ORDERBYDESCnumber`,
        sysparm_limit: String(MAX_FOUND),
      });
      const body = await ask('GET', '', query).catch(unlessNoRecord);
      if (body === null) return null;
      const { result } = shaped(VENDOR, manySchema, body);
      const records = result.flatMap((record) => {
        const read = recordSchema.safeParse(record);
        return read.success ? [read.data] : [];
      });
      // A user who may not read these fields would open a new ticket each time.
      if (records.length === 0 && result.length > 0) shaped(VENDOR, recordSchema, result[0]);
      return records.find((record) => record[field] === value) ?? null;
    },

    async insert(fields) {
      return shaped(VENDOR, oneSchema, await ask('POST', '', new URLSearchParams(), fields)).result;
    },

    async patch(sysId, fields) {
      const body = await ask('PATCH', `/${sysId}`, new URLSearchParams(), fields).catch(unlessNoRecord);
      return body === null ? 'gone' : 'patched';
    },

    pageOf(sysId) {
      const page = new URL('/nav_to.do', originOf(settings));
      page.searchParams.set('uri', `${tableOf(settings)}.do?sys_id=${sysId}`);
      return page.href;
    },
  };
}

/** Whether credentials may go there: instances of the commercial and of the government cloud. */
export function isServiceNowHost(hostname: string): boolean {
  return HOST.test(hostname);
}

/** ServiceNow's own 404, not that of a page in front of an instance that is not there. */
function unlessNoRecord(error: unknown): null {
  if (error instanceof VendorRefusal && error.status === 404 && error.words.includes('No Record found')) return null;
  throw error;
}

function headersOf(secret: unknown): Readonly<Record<string, string>> {
  const token: unknown = typeof secret === 'object' && secret !== null ? Reflect.get(secret, 'token') : undefined;
  if (token !== undefined) return { authorization: `Bearer ${secretTexts(VENDOR, secret, ['token']).token}` };
  const { username, password } = secretTexts(VENDOR, secret, ['username', 'password']);
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}` };
}

function originOf({ instance }: ServiceNowSettings): string {
  const url = URL.canParse(instance) ? new URL(instance) : null;
  if (url === null || url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new TrackerRefusal('the instance of ServiceNow must be given as https://NAME.service-now.com');
  }
  return url.origin;
}

function tableOf({ table = DEFAULT_TABLE }: ServiceNowSettings): string {
  if (!/^[a-z][a-z0-9_]{0,79}$/.test(table)) throw new TrackerRefusal('the table of ServiceNow has no valid name');
  return table;
}

function queryValue(value: string): string {
  if (!/^[\w-]{1,100}$/.test(value))
    throw new TrackerRefusal('ServiceNow is not asked for a value with other characters');
  return value;
}

/** `{"error": {"message": "...", "detail": "..."}, "status": "failure"}`; the detail may be null. */
function wordsOf(body: unknown): readonly string[] {
  const error: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'error') : null;
  if (typeof error === 'string') return [error];
  if (typeof error !== 'object' || error === null) return [];
  return [Reflect.get(error, 'message'), Reflect.get(error, 'detail')].filter(
    (words): words is string => typeof words === 'string' && words !== '',
  );
}
