import { Agent, request, type Server } from 'node:http';
import { addressOf } from './loopback.ts';

/** The DynamoDB emulation behind the account: started by the first request, and ended with the account. */
export class DynamoEmulation {
  private starting: Promise<{ server: Server; port: number }> | undefined;
  private readonly agent = new Agent({ keepAlive: true });

  async forward(body: string, headers: Readonly<Record<string, string>>): Promise<{ status: number; body: string }> {
    this.starting ??= this.start();
    const { port } = await this.starting;
    return new Promise((resolve, reject) => {
      const forwarded = request(
        {
          host: '127.0.0.1',
          port,
          method: 'POST',
          agent: this.agent,
          headers: {
            'content-type': headers['content-type'] ?? 'application/x-amz-json-1.0',
            'x-amz-target': headers['x-amz-target'] ?? '',
            authorization: headers['authorization'] ?? '',
            'x-amz-date': headers['x-amz-date'] ?? '',
            'content-length': Buffer.byteLength(body),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 500, body: Buffer.concat(chunks).toString('utf8') }),
          );
        },
      );
      forwarded.on('error', reject);
      forwarded.end(body);
    });
  }

  async close(): Promise<void> {
    this.agent.destroy();
    if (this.starting === undefined) return;
    const { server } = await this.starting;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  private async start(): Promise<{ server: Server; port: number }> {
    const { default: dynalite } = await import('dynalite');
    const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    return { server, port: await addressOf(server) };
  }
}
