import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { STSClient } from '@aws-sdk/client-sts';
import { type AcceptorAnswer, postToAcceptor } from '../adapters/aws/acceptor-client.ts';
import { clientSettings } from '../adapters/aws/client-settings.ts';
import { readStackOutput } from '../adapters/aws/stack-outputs.ts';
import { readAcceptanceRequest } from '../domain/acceptance.ts';
import { personOf } from '../domain/person.ts';
import { memberOf } from '../domain/unread-json.ts';
import { asciiJson, plainText } from '../messages/escape.ts';
import { configuredRegion } from './configured-region.ts';
import { FailureError, UsageError } from './failures.ts';
import { EXIT, paintFor, type Terminal } from './terminal.ts';

export interface AcceptOptions {
  readonly reason: string;
  readonly region?: string;
  readonly deploymentId: string;
  readonly url?: string;
  readonly json?: boolean;
}

/** How the acceptor answered: one sentence for a person, and what a script reads. */
interface Accepted {
  readonly result: 'accepted' | 'refused';
  readonly sessionId: string;
  readonly code: string | null;
  readonly detail: string;
}

/** The output of the stack that holds the acceptor's URL. */
const URL_OUTPUT = 'AcceptUrl';

/** Accepts the gap of one session in the caller's own name: the acceptor takes it from the signature. Findings if it refuses. */
export async function accept(sessionId: string, options: AcceptOptions, terminal: Terminal): Promise<number> {
  const asked = readAcceptanceRequest({ sessionId, reason: options.reason });
  if (asked.kind === 'refused') throw new UsageError(`${asked.detail} Asked was for session "${sessionId}".`);
  const region = await configuredRegion(options.region);
  const configuration = { region, ...clientSettings() };
  const url = readUrl(options.url ?? (await deployedUrl(options, configuration)));
  const { credentials } = new STSClient(configuration).config;
  const answer = await postToAcceptor({ url, region: regionOf(url) ?? region, credentials, body: asked.request });
  const accepted = readAnswer(asked.request.sessionId, answer);
  const paint = paintFor(terminal);
  const mark = accepted.result === 'accepted' ? paint.green('✓') : paint.red('✗');
  terminal.stdout.write(
    options.json === true ? `${asciiJson(accepted)}\n` : `${mark} ${plainText(accepted.detail, 1000)}\n`,
  );
  return accepted.result === 'accepted' ? EXIT.done : EXIT.findings;
}

async function deployedUrl(
  { deploymentId }: AcceptOptions,
  configuration: { readonly region: string } & ReturnType<typeof clientSettings>,
): Promise<string> {
  const output = await readStackOutput(new CloudFormationClient(configuration), deploymentId, URL_OUTPUT);
  if (output.kind === 'read') return output.value;
  const why = output.kind === 'unreadable' ? ` (${output.because})` : '';
  throw new FailureError(
    `the stack ${deploymentId} in ${configuration.region} shows no output ${URL_OUTPUT}${why}: name the deployment with --deployment-id and --region, or the acceptor with --url`,
  );
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** A signed request carries the session's token: it leaves this machine encrypted or not at all. */
function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname)))) {
    throw new UsageError(`--url: expected the https address of the acceptor's function URL, found "${text}"`);
  }
  return url;
}

/** A function URL names its Region, for which the request has to be signed. */
function regionOf({ hostname }: URL): string | null {
  return /^[a-z0-9]+\.lambda-url\.([a-z0-9-]+)\.on\.aws$/.exec(hostname)?.[1] ?? null;
}

function readAnswer(sessionId: string, { status, body }: AcceptorAnswer): Accepted {
  const accepted = memberOf(body, 'accepted');
  if (status === 200 && accepted !== undefined) {
    const [by, reason] = [textAt(accepted, 'acceptedBy'), textAt(accepted, 'reason')];
    const detail = `The gap of session ${sessionId} is accepted by ${personOf(by).name}: ${reason}`;
    return { result: 'accepted', sessionId, code: null, detail };
  }
  const refused = memberOf(body, 'refused');
  const [code, detail] = [textAt(refused, 'code'), textAt(refused, 'detail')];
  if (code !== '' && status >= 400 && status < 500) {
    return { result: 'refused', sessionId, code, detail: `Not accepted: ${detail}` };
  }
  // What Lambda itself answers to a caller whom IAM does not let through.
  if (status === 403) {
    const because = 'these credentials may not call the acceptor (lambda:InvokeFunctionUrl)';
    return { result: 'refused', sessionId, code: 'not-authorized', detail: `Not accepted: ${because}.` };
  }
  throw new FailureError(
    `the acceptor answered ${status}${detail === '' ? '' : `: ${detail}`}; nothing says that the gap was accepted, and asking again is harmless`,
  );
}

function textAt(value: unknown, name: string): string {
  const member = memberOf(value, name);
  return typeof member === 'string' ? member : '';
}
