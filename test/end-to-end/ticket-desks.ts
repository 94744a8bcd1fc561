import { GITHUB_SECRET, serveGitHub } from '../support/vendors/github-server.ts';
import { JIRA_SECRET, serveJira } from '../support/vendors/jira-server.ts';
import { ServiceNowServer } from '../support/vendors/service-now-server.ts';

/** A ticket as a person sees it in a vendor's own pages. */
interface SeenTicket {
  readonly isOpen: boolean;
  readonly comments: number;
}

/** A vendor on loopback, as people use it. */
export interface Desk {
  /** The settings' key `ticket`. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secret: unknown;
  /** In the order in which they were opened; a deleted one is left out. */
  tickets(): readonly SeenTicket[];
  closeByHand(): void;
  deleteAll(): void;
  /** Answers 503 to everybody until it is `up` again. */
  down(): void;
  up(): void;
  stop(): Promise<void>;
}

const SECRET = 'secretsmanager:exec-log/tickets';
const AWAY = { status: 503, headers: { 'retry-after': '300' } };
/** More than anybody asks in an hour. */
const AN_HOUR_OF_ANSWERS = Array.from({ length: 1000 }, () => AWAY);

async function jiraDesk(): Promise<Desk> {
  const site = await serveJira();
  return {
    settings: { system: 'jira', secret: SECRET, jira: { site: site.origin, projectKey: 'OPS' } },
    secret: JIRA_SECRET,
    tickets: () =>
      [...site.issues.values()].map(({ status, comments }) => ({
        isOpen: status !== 'Done',
        comments: comments.length,
      })),
    closeByHand: () => {
      for (const issue of site.issues.values()) issue.status = 'Done';
    },
    deleteAll: () => site.issues.clear(),
    down: () => site.fail(...AN_HOUR_OF_ANSWERS),
    up: () => site.recover(),
    stop: () => site.stop(),
  };
}

async function gitHubDesk(): Promise<Desk> {
  const hub = await serveGitHub();
  return {
    settings: { system: 'github', secret: SECRET, github: { owner: 'acme', repo: 'ops', apiUrl: hub.apiUrl } },
    secret: GITHUB_SECRET,
    tickets: () =>
      [...hub.issues.values()].flatMap((issue) =>
        issue === 'deleted' ? [] : [{ isOpen: issue.state === 'open', comments: issue.comments.length }],
      ),
    closeByHand: () => {
      for (const number of hub.issues.keys()) hub.closeByHand(number);
    },
    deleteAll: () => {
      for (const number of hub.issues.keys()) hub.issues.set(number, 'deleted');
    },
    down: () => hub.fail(...AN_HOUR_OF_ANSWERS),
    up: () => hub.recover(),
    stop: () => hub.stop(),
  };
}

async function serviceNowDesk(): Promise<Desk> {
  const instance = new ServiceNowServer();
  const origin = await instance.start();
  const { user: username, password } = instance.credentials;
  return {
    settings: { system: 'service-now', secret: SECRET, serviceNow: { instance: origin } },
    secret: { username, password },
    tickets: () =>
      instance.records.map(({ number = '', state = '', description = '' }) => ({
        isOpen: Number(state) < 6,
        // A text that is too long for the description stands whole in the first note.
        comments: (instance.notes.get(number) ?? []).length - (description.includes('work notes') ? 1 : 0),
      })),
    closeByHand: () => {
      for (const { number = '' } of instance.records) {
        instance.change(number, { state: '6', close_notes: 'done', close_code: 'Solution provided' });
      }
    },
    deleteAll: () => {
      for (const { number = '' } of [...instance.records]) instance.remove(number);
    },
    down: () => {
      instance.troubles = [...AN_HOUR_OF_ANSWERS];
    },
    up: () => {
      instance.troubles = [];
    },
    stop: () => instance.stop(),
  };
}

/** By the name of the system in the settings. */
export const DESKS = { jira: jiraDesk, github: gitHubDesk, 'service-now': serviceNowDesk } as const;
