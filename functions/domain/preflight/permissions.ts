import { keyPolicyMayGrant } from '../key-policy.ts';
import type { SimulatedCall } from '../observation.ts';
import { type PreflightCall, preflightCalls } from './calls.ts';
import type { PreflightCheck } from './check.ts';
import { found, type PreflightCheckCode } from './codes.ts';
import type { PreflightSubject } from './subject.ts';

interface AnsweredCall {
  readonly call: PreflightCall;
  /** null where the simulation did not answer for it. */
  readonly answer: SimulatedCall | null;
}

/** Whether the role, as it is now, may make every call of the session. What the simulator is not sure of is never a pass. */
export function permissionChecks(subject: PreflightSubject): readonly PreflightCheck[] {
  const { calls: reading, target } = subject;
  if (reading.kind !== 'read') {
    return [found('calls-unreadable', reading.kind === 'unreadable' ? `${reading.because}.` : '')];
  }
  const answered = answersTo(preflightCalls(target), reading.value);
  const checks = [
    ...list(
      'calls-incomplete',
      answered.filter(({ answer }) => answer === null),
    ),
    ...list(
      'context-missing',
      answered.filter(({ answer }) => answer !== null && !isCertain(answer)),
      missingContext,
    ),
    ...REASONS.flatMap(({ code, applies }) =>
      list(
        code,
        denied(answered, 'required').filter(
          (one) => one.answer !== null && applies(one.answer) && !mayBeGrantedByKey(one, subject),
        ),
      ),
    ),
    ...list(
      'call-not-granted',
      denied(answered, 'required').filter((one) => mayBeGrantedByKey(one, subject)),
      () => " The key's own policy may allow it all the same.",
      'lowered',
    ),
    ...(isPartialGrant(answered) ? [found('partial-grant')] : []),
    ...list('large-transcript-denied', denied(answered, 'large-transcripts')),
    ...list('advisory-call-denied', denied(answered, 'advisory')),
  ];
  return checks.length === 0 ? [found('calls-allowed')] : checks;
}

/** A call may stand in the list twice, once for each service that makes it: the answers keep the order of the calls. */
function answersTo(calls: readonly PreflightCall[], answers: readonly SimulatedCall[]): readonly AnsweredCall[] {
  const left = [...answers];
  return calls.map((call) => {
    const at = left.findIndex(({ action, resource }) => action === call.action && resource === call.resource);
    return { call, answer: at === -1 ? null : (left.splice(at, 1)[0] ?? null) };
  });
}

const isCertain = ({ missingContextValues }: SimulatedCall): boolean => missingContextValues.length === 0;

function denied(answered: readonly AnsweredCall[], need: PreflightCall['need']): readonly AnsweredCall[] {
  return answered.filter(
    ({ call, answer }) => call.need === need && answer !== null && !answer.allowed && isCertain(answer),
  );
}

/** Why a call is denied; the first that applies names who can change it. */
const REASONS: readonly { readonly code: PreflightCheckCode; readonly applies: (call: SimulatedCall) => boolean }[] = [
  { code: 'call-denied-by-organization', applies: (call) => call.deniedByOrganization },
  { code: 'call-denied-by-boundary', applies: (call) => !call.deniedByOrganization && call.deniedByBoundary },
  {
    code: 'call-denied-explicitly',
    applies: (call) => !call.deniedByOrganization && !call.deniedByBoundary && call.explicitDeny,
  },
  {
    code: 'call-not-granted',
    applies: (call) => !call.deniedByOrganization && !call.deniedByBoundary && !call.explicitDeny,
  },
];

/** A key's policy grants on its own where it names the role: only what IAM merely does not grant is left to it. */
function mayBeGrantedByKey({ call, answer }: AnsweredCall, { sessionKey, bucketKey, role }: PreflightSubject): boolean {
  const isImplicit =
    answer !== null && !answer.deniedByOrganization && !answer.deniedByBoundary && !answer.explicitDeny;
  if (!isImplicit || !call.action.startsWith('kms:') || role.kind !== 'read') return false;
  const key = call.viaService === undefined ? sessionKey : bucketKey;
  // A key that is not there is red for that; of one that may not be read, nobody knows what its policy says.
  if (key.kind !== 'read') return key.kind === 'unreadable';
  if (key.value.policy.kind !== 'read') return true;
  const { roleArn } = role.value;
  const use = { keyArn: call.resource, actions: [call.action], roleArn, viaService: call.viaService ?? null };
  return keyPolicyMayGrant(key.value.policy.value, use);
}

/** The role may certainly create the stream and certainly not write to it. */
function isPartialGrant(answered: readonly AnsweredCall[]): boolean {
  const answerTo = (action: string) => answered.find(({ call }) => call.action === action)?.answer ?? null;
  const create = answerTo('logs:CreateLogStream');
  const put = answerTo('logs:PutLogEvents');
  return create !== null && put !== null && [create, put].every(isCertain) && create.allowed && !put.allowed;
}

function list(
  code: PreflightCheckCode,
  calls: readonly AnsweredCall[],
  more: (calls: readonly AnsweredCall[]) => string = () => '',
  lowered: 'lowered' | null = null,
): readonly PreflightCheck[] {
  if (calls.length === 0) return [];
  const names = calls.map(
    ({ call }) => `${call.action}${call.viaService === undefined ? '' : ` through ${call.viaService}`}`,
  );
  const consequences = [
    ...new Set(calls.map(({ call }) => CONSEQUENCES[call.action] ?? '').filter((text) => text !== '')),
  ];
  const lost = code.startsWith('call-') && consequences.length > 0 ? ` (${consequences.join('; ')})` : '';
  return [found(code, `${names.join(', ')}${lost}.${more(calls)}`, lowered)];
}

/** What a denied call costs, where it is required. */
const CONSEQUENCES: Readonly<Record<string, string>> = {
  'ssmmessages:CreateControlChannel': 'no shell opens',
  'ssmmessages:CreateDataChannel': 'no shell opens',
  'ssmmessages:OpenControlChannel': 'no shell opens',
  'ssmmessages:OpenDataChannel': 'no shell opens',
  'kms:Decrypt': 'the session fails as it starts, before anything is logged',
  'logs:DescribeLogGroups': 'the agent refuses the session and calls the group not encrypted',
  's3:GetEncryptionConfiguration': 'the agent refuses the session',
  's3:PutObject': 'nothing arrives in the bucket',
  'kms:GenerateDataKey': 'nothing arrives in the bucket',
  'logs:CreateLogStream': 'nothing arrives in the log group',
  'logs:PutLogEvents': 'nothing arrives in the log group',
};

function missingContext(calls: readonly AnsweredCall[]): string {
  const keys = [...new Set(calls.flatMap(({ answer }) => answer?.missingContextValues ?? []))];
  return ` Not known: ${keys.join(', ')}.`;
}
