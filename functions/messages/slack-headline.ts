import { parseRoleArn } from '../domain/arn.ts';
import type { Case, CaseState, Notice } from '../domain/case.ts';
import { INCIDENT_CODES } from '../domain/incident.ts';
import { parseClusterArn } from '../domain/task.ts';
import { type SignalTexts, signalTextsOf } from './signal-texts.ts';

/** What happened, as the header and the notification say it, and what to do about it. */
export interface Headline {
  readonly title: string;
  readonly nextStep: string;
  /** Whether the message gives the command that takes our policy off again. */
  readonly policyStands: boolean;
}

interface HeadlineText {
  readonly title: (name: string, texts: SignalTexts) => string;
  readonly nextStep: string | ((texts: SignalTexts) => string);
  /** Our policy is gone, or known not to be needed. */
  readonly withoutPolicy?: true;
}

const BY_STATE: Readonly<Record<CaseState, HeadlineText>> = {
  repaired: {
    title: (role, { may }) => `✅ Repaired: ${role} may ${may} again`,
    nextStep: ({ check }) =>
      `${check.charAt(0).toUpperCase()}${check.slice(1)}. Add the permission to the code of the role.`,
  },
  ticketed: {
    title: (role, { logs, fate }) => `🎫 Ticket: ${logs} of ${role} are ${fate}`,
    nextStep: 'Nothing was changed. The ticket holds the cause, its owner and the patch.',
  },
  proposed: {
    title: (role, { may }) => `🙋 Approval asked: a policy so that ${role} may ${may}`,
    nextStep: ({ isOfSessions }) =>
      `Check what the policy would allow, then approve or reject it with the buttons of the case's message. Nothing is written before.${isOfSessions ? ' Whoever opened one of its sessions cannot answer.' : ''}`,
  },
  observed: {
    title: (role, { logs, fate }) => `👀 Observed: ${logs} of ${role} are ${fate}`,
    nextStep: 'Nothing was changed: mode observe. Add the permission to the code of the role, or raise the mode.',
  },
  unverified: {
    title: (role) => `⚠️ Not verified: the repair of ${role} did not read back as written`,
    nextStep: 'Look at the policies of the role: what IAM shows is not what was written. Nothing is written again.',
  },
  closed: {
    title: (role, { may }) => `✅ Closed: ${role} may ${may} by now`,
    nextStep: 'Nothing to do. The role was changed by somebody else.',
  },
  suppressed: {
    title: (role, { logs, fate }) => `🔇 Muted: ${logs} of ${role} are ${fate}`,
    nextStep: 'Nothing was changed. The record is kept.',
  },
  verified: {
    title: (role) => `✅ Verified: a transcript of ${role} arrived`,
    nextStep:
      'Nothing to do for the repair. The sessions before it stay unrecorded until somebody accepts each gap (`exec-log accept`).',
  },
};

/** By the first reason of the case: news that no denial brought, and a denial after our repair. */
const BY_REASON: Readonly<Record<string, HeadlineText>> = {
  'proposal-rejected': {
    title: (role, { logs, fate }) => `🎫 Rejected: ${logs} of ${role} stay ${fate}`,
    nextStep: 'Nothing was changed, and nobody is asked again. The ticket holds the cause, its owner and the patch.',
  },
  'proposal-expired': {
    title: (role, { logs, fate }) => `🎫 Nobody answered: ${logs} of ${role} are ${fate}`,
    nextStep: 'Nothing was changed. The ticket holds the cause, its owner and the patch.',
  },
  'policy-removed': {
    title: (role) => `🎫 Somebody removed our policy from ${role}`,
    nextStep: 'It is not attached again. Add the permission to the code of the role; the ticket holds the patch.',
    withoutPolicy: true,
  },
  'policy-changed': {
    title: (role) => `🎫 Somebody changed our policy on ${role}`,
    nextStep:
      'Nothing was changed back. Look at who changed it and why; the ticket holds the policy as it was written.',
  },
  'policy-old': {
    title: (role) => `⏳ Stop-gap still attached: ${role} lives on our policy`,
    nextStep:
      'Add the permission to the code of the role: then our policy is taken off by itself. In 7 days it is a ticket.',
  },
  'policy-overdue': {
    title: (role) => `🎫 Stop-gap overdue: ${role} still lives on our policy`,
    nextStep: 'Add the permission to the code of the role: then our policy is taken off by itself.',
  },
  'policy-not-needed': {
    title: (role) => `🎫 Not needed any more: ${role} may do without our policy`,
    nextStep: 'The role is allowed without it. Nothing was changed: take the policy off by hand.',
  },
  'policy-blocks-deletion': {
    title: (role) => `🎫 In the way: a stack cannot delete ${role} while our policy stands`,
    nextStep: 'Nothing was changed: take the policy off by hand, then delete the stack again.',
  },
  'removal-refused': {
    title: (role) => `⚠️ Our policy could not be taken off ${role}`,
    nextStep: 'It is not needed any more. Take the policy off by hand.',
  },
  'fixed-in-code': {
    title: (role) => `✅ Fixed in code: our policy is off ${role}`,
    nextStep: 'Nothing to do. The role is allowed by its own policies, and ours was removed.',
    withoutPolicy: true,
  },
  'stack-deletion': {
    title: (role) => `✅ Out of the way: our policy is off ${role}`,
    nextStep: 'Delete the stack again: it could not delete the role while our policy stood on it.',
    withoutPolicy: true,
  },
  'role-gone': {
    title: (role) => `✅ Closed: the role ${role} of the case is gone`,
    nextStep: 'Nothing to do. A role of the same name is another one, and is judged anew.',
    withoutPolicy: true,
  },
};

const RECURRED: HeadlineText = {
  title: (role, { logs, fate }) => `🔁 Denied again after the repair: ${logs} of ${role} are ${fate}`,
  nextStep: 'The policy did not settle it. The ticket holds what is known; look at the role before the next session.',
};

const ACCEPT = 'Look at the session, and accept the gap with a reason once it is understood (`exec-log accept`).';

interface IncidentHeadline {
  readonly title: (cluster: string) => string;
  readonly nextStep: string;
}

/** Of incidents, which are about a cluster. */
const BY_INCIDENT: Readonly<Record<(typeof INCIDENT_CODES)[number], IncidentHeadline>> = {
  'unrecorded-missing': {
    title: (cluster) => `🕳️ Unrecorded session in ${cluster}: no transcript arrived`,
    nextStep: ACCEPT,
  },
  'unrecorded-refused': {
    title: (cluster) => `🕳️ Unrecorded session in ${cluster}: the agent refused to deliver`,
    nextStep: `Make the log target what the cluster asks for. ${ACCEPT}`,
  },
  'unrecorded-off': {
    title: (cluster) => `🕳️ Unrecorded session in ${cluster}: logging is off`,
    nextStep: `Turn the exec logging of the cluster on, or list the cluster in the settings. ${ACCEPT}`,
  },
  'unrecorded-outside-exec': {
    title: (cluster) => `🚨 Unrecorded session in ${cluster}: opened past ECS Exec`,
    nextStep: `Ask who opened it, and take away \`ssm:StartSession\` on ECS targets. ${ACCEPT}`,
  },
  'half-delivered': {
    title: (cluster) => `🌗 Transcripts of ${cluster} arrive in one of two places only`,
    nextStep: 'The ticket names the calls that the role is not allowed, and the patch that allows them.',
  },
  'logging-changed': {
    title: (cluster) => `🚨 Exec logging of ${cluster} was changed shortly before a session`,
    nextStep: 'Ask who changed it and why. Nothing was changed back.',
  },
};

/** The headline of a notice: by the case's first reason where that is news of its own, else by its state. */
export function headlineOf(found: Case, notice: Notice): Headline {
  const roleName = parseRoleArn(found.roleArn)?.roleName ?? found.roleArn;
  const code = found.reasons[0]?.code ?? '';
  const incident = INCIDENT_CODES.find((candidate) => candidate === code);
  if (incident !== undefined) {
    const { title, nextStep } = BY_INCIDENT[incident];
    return { title: title(clusterNameOf(found)), nextStep, policyStands: false };
  }
  // Of a case that has gone on since, the notice tells as it stood.
  const isCurrent = notice.state === found.state;
  const { title, nextStep, withoutPolicy } =
    (isCurrent && Object.hasOwn(BY_REASON, code) ? BY_REASON[code] : undefined) ?? byState(found, notice);
  const texts = signalTextsOf(found);
  return {
    title: title(roleName, texts),
    nextStep: typeof nextStep === 'string' ? nextStep : nextStep(texts),
    policyStands: withoutPolicy !== true && found.repairedAt !== null,
  };
}

function byState(found: Case, notice: Notice): HeadlineText {
  const isRecurrence = found.reasons.some((reason) => reason.code === 'recurrence');
  return notice.state === 'ticketed' && isRecurrence ? RECURRED : BY_STATE[notice.state];
}

/** The cluster of a case as people call it. */
export function clusterNameOf({ clusterArn }: Pick<Case, 'clusterArn'>): string {
  return clusterArn === null ? 'not known' : (parseClusterArn(clusterArn)?.clusterName ?? clusterArn);
}
