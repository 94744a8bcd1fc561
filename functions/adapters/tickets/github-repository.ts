import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../ports.ts';
import { TrackerRefusal } from './tracker.ts';
import {
  createVendor,
  retrySeconds,
  type VendorAnswer,
  type VendorCall,
  VendorRefusal,
  type VendorSecret,
} from './vendor-request.ts';
import { secretTexts } from './vendor-shape.ts';

const VENDOR = 'GitHub';
const PUBLIC_HOST = 'api.github.com';

/** The repository that our tickets go to. */
export interface GitHubSettings {
  readonly owner: string;
  readonly repo: string;
  /** `https://HOST/api/v3` of a GitHub Enterprise Server, `https://api.NAME.ghe.com`; without it `https://api.github.com`. */
  readonly apiUrl?: string;
}

export interface GitHubOptions {
  readonly settings: GitHubSettings;
  /**
   * `{"token"}`, and for a GitHub Enterprise Server `{"token", "host"}`: whoever may change the settings must not thereby send the
   * token elsewhere.
   */
  readonly secret: VendorSecret;
  /** Also permits `http` to this machine itself: for tests and the simulated account, never in a Lambda. */
  readonly allowLoopback?: boolean;
  /** For each request; 10 s where it is left out. */
  readonly timeoutMilliseconds?: number;
  readonly clock?: Clock;
}

/** The REST API of one repository: `path` begins behind `/repos/OWNER/REPO/`. */
export interface GitHubRepository {
  /** `OWNER/REPO`, as people write it. */
  readonly name: string;
  ask(method: VendorCall['method'], path: string, body?: unknown): Promise<VendorAnswer>;
  /** Where a person finds an issue. */
  pageOf(issueNumber: number): string;
}

const ADVICE: Readonly<Record<number, string>> = {
  401: 'the token of the secret is wrong, revoked or expired',
  403: 'the token of the secret needs write access to the issues of the repository',
  404: 'there is no such repository or issue, or the token of the secret may not see it',
  410: 'the repository has no issues, or somebody deleted this one',
};

/**
 * The REST API of a repository, by a token as bearer.
 * https://docs.github.com/rest/authentication/authenticating-to-the-rest-api
 */
export function createGitHubRepository({ settings, ...options }: GitHubOptions): GitHubRepository {
  const { clock = () => new Date() } = options;
  const vendor = createVendor({
    ...options,
    vendor: VENDOR,
    headersOf(secret) {
      const { token } = secretTexts(VENDOR, secret, ['token']);
      return {
        authorization: `Bearer ${token}`,
        accept: 'application/vnd.github+json',
        'x-github-api-version': '2022-11-28',
      };
    },
    isHost,
    wordsOf,
    laterOf: (status, headers, body) => laterOf(status, headers, body, clock()),
    advice: ADVICE,
  });
  const { owner, repo } = settings;
  return {
    name: `${owner}/${repo}`,
    async ask(method, path, body) {
      const url = new URL(`${apiOf(settings)}/repos/${segment(owner)}/${segment(repo)}/${path}`);
      return vendor({ method, url, ...(body === undefined ? {} : { body }) });
    },
    pageOf: (issueNumber) => `${webOf(settings)}/${segment(owner)}/${segment(repo)}/issues/${issueNumber}`,
  };
}

/** Names of GitHub's; `..` would lead to another resource. */
function segment(name: string): string {
  if (!/^[\w.-]{1,100}$/.test(name) || /^\.+$/.test(name)) {
    throw new TrackerRefusal('owner and repo of GitHub must be names as they stand in the address of the repository');
  }
  return name;
}

function apiOf({ apiUrl = `https://${PUBLIC_HOST}` }: GitHubSettings): string {
  const url = URL.canParse(apiUrl) ? new URL(apiUrl) : null;
  const path = url?.pathname.replace(/\/$/, '') ?? '';
  const isPath = url !== null && path === (isCloud(url.hostname) ? '' : '/api/v3');
  if (url === null || !isPath || url.search !== '' || url.hash !== '') {
    throw new TrackerRefusal('the apiUrl of GitHub must be https://HOST/api/v3, or be left out for github.com');
  }
  return `${url.origin}${path}`;
}

function webOf(settings: GitHubSettings): string {
  const { origin, hostname } = new URL(apiOf(settings));
  return isCloud(hostname) ? `https://${hostname.slice('api.'.length)}` : origin;
}

/** github.com, and the data residency of GitHub Enterprise Cloud. */
function isCloud(hostname: string): boolean {
  return hostname === PUBLIC_HOST || /^api\.[a-z0-9-]+\.ghe\.com$/.test(hostname);
}

function isHost(hostname: string, secret: unknown): boolean {
  if (isCloud(hostname)) return true;
  const host: unknown = typeof secret === 'object' && secret !== null ? Reflect.get(secret, 'host') : null;
  return typeof host === 'string' && host.toLowerCase() === hostname;
}

/**
 * The primary limit answers 403 or 429 with no requests left until a time; a secondary one 403 or 429, with `Retry-After`, or else
 * asks for a minute at least.
 * https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
 */
function laterOf(status: number, headers: IncomingHttpHeaders, body: unknown, now: Date): number | null {
  if (status !== 403 && status !== 429) return null;
  if (headers['retry-after'] !== undefined) return retrySeconds(headers['retry-after'], now);
  if (headers['x-ratelimit-remaining'] === '0') {
    const reset = Number(headers['x-ratelimit-reset']);
    return Number.isFinite(reset) ? reset - now.getTime() / 1000 : retrySeconds(undefined, now);
  }
  return status === 429 || /secondary rate limit|abuse/i.test(wordsOf(body).join(' '))
    ? retrySeconds(undefined, now)
    : null;
}

/**
 * GitHub's own words: `{"message": "Validation Failed", "errors": [{"resource", "field", "code", "message"?}]}`.
 * https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api#validation-failed
 */
function wordsOf(body: unknown): readonly string[] {
  const errors = textOrList(body, 'errors');
  return [
    textOrList(body, 'message'),
    ...(Array.isArray(errors) ? errors : []).map((error) =>
      typeof error === 'string'
        ? error
        : (textOrList(error, 'message') ??
          [textOrList(error, 'field'), textOrList(error, 'code')].filter((word) => typeof word === 'string').join(' ')),
    ),
  ].filter((word): word is string => typeof word === 'string' && word !== '');
}

function textOrList(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** Whether GitHub itself says that it has no such issue; 404 is what it says where a token may not see it, too. */
export function isGoneFromGitHub(error: unknown): boolean {
  return error instanceof VendorRefusal && (error.status === 404 || error.status === 410) && error.words !== '';
}

/** Whether what was to be made is there already. */
export function isThereAlready(error: unknown): boolean {
  return error instanceof VendorRefusal && error.status === 422 && /already_exists/.test(error.words);
}
