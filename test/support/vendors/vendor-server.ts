import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as a vendor received it. */
export interface VendorCallReceived {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Its JSON; null without a body. */
  readonly body: unknown;
}

/** What a vendor answers: JSON unless it is a string; `silence` never answers, `drip` never ends. */
export type Reply =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | 'silence'
  | 'drip';

/** A vendor on loopback. */
export interface VendorServer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly calls: VendorCallReceived[];
  /** Answers the next requests, instead of the vendor's own rules; null lets one through. */
  fail(...replies: (Reply | null)[]): void;
  /** Takes back what `fail` announced and nobody has got yet. */
  recover(): void;
  /** Carries out the next request, and then lets its answer be lost. */
  loseNextAnswer(): void;
  stop(): Promise<void>;
}

/** Serves a vendor's rules over HTTP, with failures on demand. */
export async function serveVendor(answer: (call: VendorCallReceived) => Reply): Promise<VendorServer> {
  const calls: VendorCallReceived[] = [];
  const failures: (Reply | null)[] = [];
  let isLost = false;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const { method = '', url: path = '', headers } = request;
      const call = { method, path, headers, body: text === '' ? null : (JSON.parse(text) as unknown) };
      calls.push(call);
      const reply = failures.shift() ?? answer(call);
      if (isLost) {
        isLost = false;
        request.socket.destroy();
        return;
      }
      if (reply === 'silence') return;
      if (reply === 'drip') {
        const timer = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(timer));
        return;
      }
      const content =
        reply.body === undefined ? '' : typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
      response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers }).end(content);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    fail: (...replies) => void failures.push(...replies),
    recover: () => void failures.splice(0),
    loseNextAnswer: () => {
      isLost = true;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What stands in an object of unknown shape; undefined where there is nothing. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

/** A secret that holds one document, and the next after it was forgotten. */
export function secretOf(...documents: readonly [unknown, ...unknown[]]) {
  let turn = 0;
  return {
    read: async () => documents[Math.min(turn, documents.length - 1)],
    forget: () => {
      turn += 1;
    },
  };
}
