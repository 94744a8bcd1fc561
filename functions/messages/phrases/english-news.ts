import { whatHappened } from '../../domain/incident.ts';
import type { IncidentPhrases, PolicyPhrases, UnmutedPhrases } from './phrases.ts';

const UNRECORDED = 'Unrecorded ECS Exec session';

/** The ticket of a policy that we attached. */
export const englishPolicy: PolicyPhrases = {
  title: (roleName, what) => `ECS Exec stop-gap policy of ${roleName}: ${what}`,
  about: ({ role, account, region }, policy, what) =>
    `On the role ${role} (account ${account}, Region ${region}), about the policy ${policy} of exec-log: ${what}.`,
  whatToDo: 'What to do',
  gone:
    'It is not attached again. Until the code of the role holds the permission, the transcripts of its sessions are lost ' +
    'and do not come back.',
  stands: 'Add the permission to the code of the role. To take our policy off by hand:',
};

/** The ticket of an incident. */
export const englishIncident: IncidentPhrases = {
  titles: {
    'unrecorded-missing': UNRECORDED,
    'unrecorded-refused': UNRECORDED,
    'unrecorded-off': UNRECORDED,
    'unrecorded-outside-exec': UNRECORDED,
    'half-delivered': 'ECS Exec transcript in one place only',
    'logging-changed': 'ECS Exec logging changed',
  },
  happened: whatHappened,
  summary: ({ cluster, account, region }, happened, meaning) =>
    `In cluster ${cluster} (account ${account}, Region ${region}), ${happened}. ${meaning}`,
  changed: (what) => `${sentence(what)} See that it was meant so, and who may call it.`,
  halfDelivered: 'It can be read there; whoever looks in the other place finds nothing, and nothing tells them so.',
  unreadable: 'Nobody can read what was done in it, and the transcript does not come back.',
  causes: 'Why, the likeliest first',
  calls: 'What the task role may do',
  notSimulated: (because) => `The simulation could not be read: ${because}.`,
  allAllowed:
    'The simulation allows every call of the delivery: look at endpoint, bucket and key policies, and at the container.',
  denied: 'The simulation denies it these calls of the delivery; one that is missing loses the transcript:',
  deniedCall: (action, resource, through) => `${action} on ${resource}${through === null ? '' : ` through ${through}`}`,
  accept: 'Accept the gap',
  howToAccept:
    'It stays open until a person other than the one of the session accepts it; repairing the cause closes nothing. For each session:',
  report: 'See every session and what became of it:',
};

/** The ticket of a case whose suppression has ended. */
export const englishUnmuted: UnmutedPhrases = {
  title: (what) => `ECS Exec, no longer muted: ${what}`,
  summary: ({ role, account, region }, cluster, first, last) =>
    `Messages about the role ${role}${cluster === null ? '' : ` in cluster ${cluster}`} (account ${account}, Region ` +
    `${region}) were suppressed, and are no more. This is what they were about, seen between ${first} and ${last}.`,
  known: 'What is known',
  howToAccept: 'A person other than the one of the session accepts a gap with a reason, for each session:',
  undo: 'Add the permission to the code of the role. To take our policy off by hand, where it still stands:',
};

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
