import type { Clock } from '../../ports.ts';
import { TrackerRefusal } from './tracker.ts';
import {
  createVendor,
  type VendorAnswer,
  type VendorCall,
  VendorRefusal,
  type VendorSecret,
} from './vendor-request.ts';
import { secretTexts } from './vendor-shape.ts';

const VENDOR = 'Jira';
/** A conflicting update is over in a moment. */
const AFTER_CONFLICT_SECONDS = 10;

/** Where in Jira Cloud our tickets go. */
export interface JiraSettings {
  /** `https://NAME.atlassian.net`, and nothing after it. */
  readonly site: string;
  /** Such as `OPS`. */
  readonly projectKey: string;
  /** By its name in that project, such as `Task`. */
  readonly issueType: string;
  /** Labels beside ours, without white space. */
  readonly labels?: readonly string[];
}

export interface JiraOptions {
  readonly settings: JiraSettings;
  /** `{"email", "apiToken"}`. */
  readonly secret: VendorSecret;
  /** Also permits `http` to this machine itself: for tests and the simulated account, never in a Lambda. */
  readonly allowLoopback?: boolean;
  /** For each request; 10 s where it is left out. */
  readonly timeoutMilliseconds?: number;
  readonly clock?: Clock;
}

/** The site's REST API, version 3: `path` begins behind `/rest/api/3/`. */
export interface JiraSite {
  ask(method: VendorCall['method'], path: string, body?: unknown): Promise<VendorAnswer>;
  /** Where a person finds an issue. */
  pageOf(key: string): string;
}

const ADVICE: Readonly<Record<number, string>> = {
  401: 'the email or the API token of the secret is wrong, or the token has expired',
  403: 'the account of the secret may not do this in the project, or has to solve a CAPTCHA by signing in once',
  404: 'there is no such site, project or issue, or the account of the secret may not see it',
};

/**
 * The REST API of a Jira Cloud site, by basic authentication with an API token; only hosts of atlassian.net get it.
 * https://developer.atlassian.com/cloud/jira/platform/basic-auth-for-rest-apis/
 */
export function createJiraSite({ settings, ...options }: JiraOptions): JiraSite {
  const vendor = createVendor({
    ...options,
    vendor: VENDOR,
    headersOf(secret) {
      const { email, apiToken } = secretTexts(VENDOR, secret, ['email', 'apiToken']);
      return { authorization: `Basic ${Buffer.from(`${email}:${apiToken}`, 'utf8').toString('base64')}` };
    },
    isHost: (hostname) => /^[a-z0-9][a-z0-9-]*\.atlassian\.net$/.test(hostname),
    wordsOf,
    laterOf: (status) => (status === 409 ? AFTER_CONFLICT_SECONDS : null),
    advice: ADVICE,
  });
  return {
    ask: async (method, path, body) =>
      vendor({
        method,
        url: new URL(`${originOf(settings)}/rest/api/3/${path}`),
        ...(body === undefined ? {} : { body }),
      }),
    pageOf: (key) => `${originOf(settings)}/browse/${encodeURIComponent(key)}`,
  };
}

function originOf({ site }: JiraSettings): string {
  const url = URL.canParse(site) ? new URL(site) : null;
  if (url === null || url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new TrackerRefusal('the site of Jira must be given as https://NAME.atlassian.net');
  }
  return url.origin;
}

/**
 * Jira's own words: `{"errorMessages": ["..."], "errors": {"summary": "..."}}`, fields first.
 * https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/#status-codes
 */
function wordsOf(body: unknown): readonly string[] {
  if (typeof body !== 'object' || body === null) return [];
  const errors: unknown = Reflect.get(body, 'errors');
  const messages: unknown = Reflect.get(body, 'errorMessages');
  return [
    ...(typeof errors === 'object' && errors !== null ? Object.entries(errors) : [])
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      .map(([field, message]) => `${field}: ${message}`),
    ...(Array.isArray(messages) ? messages : []).filter((message) => typeof message === 'string'),
  ];
}

/** Whether Jira itself, not a page in front of a site that is not there, says that it has no such issue. */
export function isGone(error: unknown): boolean {
  return error instanceof VendorRefusal && error.status === 404 && error.words !== '';
}

/** Whether a field was refused that the project does not have, or not with this value. */
export function isRefusedField(error: unknown, field: string): boolean {
  return error instanceof VendorRefusal && error.status === 400 && `; ${error.words}`.includes(`; ${field}: `);
}
