import { englishCauses, englishRouterCauses } from './english-causes.ts';
import { englishIncident, englishPolicy, englishUnmuted } from './english-news.ts';
import { englishSignals } from './english-signals.ts';
import type {
  ClosingPhrases,
  EvidencePhrases,
  PatchPhrases,
  Phrases,
  RouterPhrases,
  SessionPhrases,
  TicketPhrases,
} from './phrases.ts';

const ticket: TicketPhrases = {
  title: (roleName, denied) => `${roleName} is denied ${'call' in denied ? denied.call : `on ${denied.group}`}`,
  unknownTarget: 'its log target',
  summary: ({ isExecutionRole, role, cluster, denied, account, region, denials, first, last, consequence }) =>
    [
      `AWS denied the ${isExecutionRole ? 'task execution role' : 'task role'}`,
      `${role}${cluster === null ? '' : ` in cluster ${cluster}`} ${denied}`,
      `(account ${account}, Region ${region}):`,
      `${denials} ${denials === 1 ? 'denial' : 'denials'} between ${first} and ${last}.`,
      consequence,
    ].join(' '),
  deniedCall: (call) => `${call}, which the delivery of ECS Exec sessions needs`,
  deniedDelivery: (group) => `the delivery of ECS Exec transcripts to ${group}`,
  deniedRouter: (routerName, group) =>
    `the delivery of application logs by ${routerName === null ? 'a FireLens log router' : `the log router ${routerName}`} to ${group}`,
  deniedDriver: (group) => `the delivery of container logs to ${group}`,
  cause: 'Cause and owner',
  owner: (owner) => `Owner: ${owner}.`,
  check: 'Check',
  checkAndUndo: 'Check and undo',
  askIamAnd: (check) => `After the change, ask IAM, then ${check}:`,
  afterChange: (check) => `After the change, ${check}.`,
  undo: 'To take our policy off the role again:',
  guardrails: 'Why no policy was attached',
  notEvaluable: ' (not evaluable)',
  notKnown: (because) => because,
};

const sessions: SessionPhrases = {
  heading: 'Sessions',
  unrecorded: 'Unrecorded sessions',
  person: 'an unnamed person',
  opened: ({ sessionId, person, source, startedAt, endedAt, container, task }) =>
    `${sessionId} by ${person}${source === null ? '' : `, source identity ${source}`}, opened ${startedAt}` +
    `${endedAt === null ? '' : `, ended ${endedAt}`}, container ${container} of task ${task}`,
  more: (count) => `and ${count} more`,
  noneKnown: 'No session id is known.',
  othersInLedger: 'Who opened the other sessions stands in the session ledger.',
  othersInReport: 'Who opened the other sessions stands in the report.',
};

const evidence: EvidencePhrases = {
  heading: 'Evidence',
  names: {
    sentence: 'AWS says',
    action: 'Action',
    resource: 'Resource',
    policyType: 'Policy type',
    kind: 'Kind',
    policy: 'Denying policy',
    principal: 'Principal',
    event: 'CloudTrail event',
    time: 'Time',
  },
  notNamed: 'not named by AWS',
  simulation: (action, now, withPolicy) =>
    `Simulation: ${action} is ${now} now${withPolicy === null ? '' : `, with the policy ${withPolicy}`}`,
  unreadable: (because) => `Simulation: not readable, ${because}`,
  verdicts: {
    allowed: 'allowed',
    organization: 'denied by the organisation',
    boundary: 'denied by the permissions boundary',
    explicit: 'denied explicitly',
    denied: 'not allowed',
  },
};

const router: RouterPhrases = {
  heading: 'The log router',
  none: 'No container of the task definition is a log router, as far as ECS shows it.',
  container: (name, type) => `Container: ${name} (${type})`,
  task: (task) => `Task: ${task}`,
  bakedIn:
    'Output: not in the task definition; it is baked into the image of the router, where no AWS API shows it. ' +
    'Declare it in the settings (`fireLens.targets`: role, log group, whether the router creates it), and the repair can be written.',
  output: (group, isDeclared) =>
    `Output: log group ${group}, ${
      isDeclared
        ? 'declared in the settings (`fireLens.targets`), since it is baked into the image of the router'
        : 'by the options of its containers'
    }`,
  needed: (actions) => `Needed there: ${actions}`,
  ownLog: (group) => `What the router itself says of it: log group ${group} of its own standard output`,
};

const patches: PatchPhrases = {
  heading: 'The permission as code',
  ofRole: (role) =>
    `For the code that owns the role ${role}. If that code lists the role's inline policies itself, add it there: ` +
    "to Terraform's `inline_policy` blocks, or by its name to `aws_iam_role_policies_exclusive`.",
  ofStack: (role, stack) =>
    `The role ${role} belongs to stack ${stack}: add the statements to a policy of the role in that ` +
    "stack's own template, not beside it; a policy that the stack does not know blocks the stack's deletion.",
  tooLong: (names) => `Too long to show here: ${names}.`,
  exclusive: 'What may remove our policy',
  terraform:
    '**Terraform:** `aws_iam_role_policies_exclusive` for this role, or an `inline_policy` block in its `aws_iam_role`, owns ' +
    'all inline policies of the role: the next apply removes ours. Add the permission there before it.',
  terraformAttached:
    '**Terraform:** `aws_iam_role_policy_attachments_exclusive` for this role, or `managed_policy_arns` in its `aws_iam_role`, owns ' +
    'all attached policies of the role: the next apply detaches ours. Add the permission there before it.',
  cloudFormation: (stack) =>
    '**CloudFormation and CDK:** the `Policies` of `AWS::IAM::Role` leave ours alone, but deleting ' +
    `${stack === null ? 'a stack that owns the role' : `the stack ${stack}`} fails while ours is on the role: ` +
    'take ours off before (`exec-log revert`), or delete again once we took it off, which the failure makes us do.',
  likelyCause: 'The likeliest cause',
  likelyTerraform:
    'Terraform that owns all inline policies of the role: `aws_iam_role_policies_exclusive`, or an `inline_policy` block in ' +
    'its `aws_iam_role`, removes with every apply what its code does not list. CloudFormation and CDK remove no such policy.',
  likelyTerraformAttached:
    'Terraform that owns all attached policies of the role: `aws_iam_role_policy_attachments_exclusive`, or `managed_policy_arns` ' +
    'in its `aws_iam_role`, detaches with every apply what its code does not list. CloudFormation and CDK detach no such policy.',
  likelyOfStack: (stack, resource) =>
    `The role belongs to stack ${stack}, and CloudFormation removes no policy that it does not know: it was a person, or ` +
    `another tool, such as Terraform with ${resource} for this role.`,
  whoRemoved: (event) =>
    `Who it was stands in CloudTrail: the event ${event} with the names of the role and of the policy.`,
};

const closing: ClosingPhrases = {
  verified: 'Verified',
  arrived: (sessionId, startedAt, container) =>
    `The transcript of a later session arrived: ${sessionId}, opened ${startedAt}, container ${container}.`,
  transcript: (place) => `Transcript: ${place}`,
  found: (at) => `Found: ${at}`,
  gapsStay:
    'The transcripts of the sessions before it do not come back; each stays open until a person accepts the gap.',
  closed: 'Closed',
  because: (what, policy, at) => `${what} (${policy}, ${at}).`,
};

/** Everything in English, whose reasons are the domain's own sentences. */
export const english: Phrases = {
  signals: englishSignals,
  causes: englishCauses,
  routerCauses: englishRouterCauses,
  ticket,
  sessions,
  evidence,
  router,
  patches,
  policy: englishPolicy,
  incident: englishIncident,
  unmuted: englishUnmuted,
  closing,
  reason: (_code, detail) => detail,
};
