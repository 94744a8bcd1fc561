import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export type IncidentRecord = Readonly<Record<string, string>>;

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const PATH = '/api/now/table/';
/** The columns' sizes in the database; what is longer is cut without a word. */
const SIZES: Readonly<Record<string, number>> = {
  short_description: 160,
  correlation_id: 100,
  correlation_display: 100,
  close_code: 40,
};
const COLUMNS = new Set([
  ...Object.keys(SIZES),
  ...['number', 'state', 'description', 'urgency', 'impact', 'work_notes', 'close_notes', 'assignment_group'],
  ...['caller_id', 'sys_id', 'sys_created_on'],
]);
const RESOLVED = '6';
const FINAL = new Set(['7', '8']);

const failure = (status: number, message: string, detail: string | null): Answer => ({
  status,
  body: { error: { message, detail }, status: 'failure' },
});

/**
 * A ServiceNow instance's incident table on loopback, with the rules of the Table API that we meet: authentication, columns and
 * their sizes, encoded queries (whose invalid parts are dropped), the data policy of a resolved incident, and that a closed one
 * is not edited. `user` and `password`, or `token`, are the valid credentials.
 */
export class ServiceNowServer {
  readonly records: Record<string, string>[] = [];
  /** The notes of each record by its number, oldest first: `work_notes` is a journal. */
  readonly notes = new Map<string, readonly string[]>();
  /** Values that the database had to cut. */
  readonly cut: string[] = [];
  readonly requests: { readonly method: string; readonly url: URL; readonly body: unknown }[] = [];
  /** Answers that the next requests get instead. */
  troubles: Answer[] = [];
  credentials = { user: 'exec-log', password: 'synthetic-password', token: 'synthetic-token' };
  /** The choice of `close_code` where the instance accepts no other. */
  closeCodes: readonly string[] = ['Solution provided', 'Resolved by change'];
  private server: Server | undefined;
  private counter = 0;

  async start(): Promise<string> {
    const server = createServer((request, response) => {
      this.answer(request).then(
        (answer) => send(response, answer),
        (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
      );
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port.');
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  recordOf(number: string): Record<string, string> | undefined {
    return this.records.find((record) => record['number'] === number);
  }

  /** As a person does it in the instance. */
  change(number: string, fields: IncidentRecord): void {
    Object.assign(this.recordOf(number) ?? {}, fields);
  }

  remove(number: string): void {
    const at = this.records.findIndex((record) => record['number'] === number);
    if (at >= 0) this.records.splice(at, 1);
  }

  private async answer(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? '/', 'http://instance');
    const text = await bodyOf(request);
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    this.requests.push({ method: request.method ?? '', url, body });
    const trouble = this.troubles.shift();
    if (trouble !== undefined) return trouble;
    if (!this.isAuthenticated(request.headers.authorization)) {
      return failure(401, 'User Not Authenticated', 'Required to provide Auth information');
    }
    const [table = '', sysId] = url.pathname.slice(PATH.length).split('/');
    if (!url.pathname.startsWith(PATH) || table !== 'incident') return failure(400, `Invalid table ${table}`, null);
    const fields = fieldsOf(body);
    switch (request.method) {
      case 'GET':
        return { status: 200, body: { result: this.query(url.searchParams) } };
      case 'POST':
        return this.insert(fields, url.searchParams);
      case 'PATCH':
        return this.patch(sysId ?? '', fields, url.searchParams);
      default:
        return failure(405, 'Method not supported', null);
    }
  }

  private isAuthenticated(authorization: string | undefined): boolean {
    const { user, password, token } = this.credentials;
    const basic = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    return authorization === basic || authorization === `Bearer ${token}`;
  }

  private query(parameters: URLSearchParams): readonly IncidentRecord[] {
    const parts = (parameters.get('sysparm_query') ?? '').split('^');
    const conditions = parts.flatMap((part) => {
      const [, field = '', value = ''] = /^([a-z_]+)=(.*)$/s.exec(part) ?? [];
      return COLUMNS.has(field) ? [{ field, value }] : [];
    });
    const orders = parts.flatMap((part) => /^ORDERBYDESC([a-z_]+)$/.exec(part)?.[1] ?? []);
    const found = this.records.filter((record) => conditions.every(({ field, value }) => record[field] === value));
    const sorted = found.toSorted((left, right) => {
      const order = orders.find((field) => left[field] !== right[field]);
      return order === undefined ? 0 : (left[order] ?? '') < (right[order] ?? '') ? 1 : -1;
    });
    return sorted
      .slice(0, Number(parameters.get('sysparm_limit') ?? 10_000))
      .map((record) => shown(record, parameters));
  }

  private insert(fields: IncidentRecord, parameters: URLSearchParams): Answer {
    this.counter += 1;
    const number = `INC${String(10_000 + this.counter).padStart(7, '0')}`;
    const record = {
      sys_id: this.counter.toString(16).padStart(32, '0'),
      number,
      state: '1',
      sys_created_on: '2026-03-01 10:00:00',
      correlation_id: '',
      correlation_display: '',
    };
    const refusal = this.write(record, fields);
    if (refusal !== null) return refusal;
    this.records.push(record);
    return { status: 201, body: { result: shown(record, parameters) } };
  }

  private patch(sysId: string, fields: IncidentRecord, parameters: URLSearchParams): Answer {
    const record = this.records.find((candidate) => candidate['sys_id'] === sysId);
    if (record === undefined) {
      return failure(404, 'No Record found', "Record doesn't exist or ACL restricts the record retrieval");
    }
    if (FINAL.has(record['state'] ?? '')) {
      return failure(403, 'Operation Failed', 'ACL Exception Update Failed due to security constraints');
    }
    return this.write(record, fields) ?? { status: 200, body: { result: shown(record, parameters) } };
  }

  /** Unknown fields are ignored. */
  private write(record: Record<string, string>, fields: IncidentRecord): Answer | null {
    const { work_notes: note = '', ...values } = fields;
    const next = { ...record, ...Object.fromEntries(Object.entries(values).filter(([name]) => COLUMNS.has(name))) };
    if (next['state'] === RESOLVED) {
      const missing = { close_notes: 'Resolution notes', close_code: 'Resolution code' };
      const names = Object.entries(missing).flatMap(([field, label]) => ((next[field] ?? '') === '' ? [label] : []));
      const detail = `Data Policy Exception: The following fields are mandatory: ${names.join(', ')}`;
      if (names.length > 0) return failure(403, 'Operation Failed', detail);
      if (!this.closeCodes.includes(next['close_code'] ?? '')) {
        return failure(403, 'Operation Failed', 'Data Policy Exception: Resolution code is invalid');
      }
    }
    for (const [name, value] of Object.entries(next)) {
      const size = SIZES[name];
      if (size !== undefined && value.length > size) this.cut.push(name);
      record[name] = size === undefined ? value : value.slice(0, size);
    }
    const number = record['number'] ?? '';
    if (note !== '') this.notes.set(number, [...(this.notes.get(number) ?? []), note]);
    return null;
  }
}

function shown(record: IncidentRecord, parameters: URLSearchParams): IncidentRecord {
  const names = parameters.get('sysparm_fields')?.split(',') ?? Object.keys(record);
  return Object.fromEntries(names.flatMap((name) => (record[name] === undefined ? [] : [[name, record[name]]])));
}

function fieldsOf(body: unknown): IncidentRecord {
  const entries = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, { status, headers = {}, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
}
