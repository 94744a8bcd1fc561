import type { Case } from '../domain/case.ts';
import type { Decision } from '../domain/decision.ts';
import type { Finding } from '../domain/finding.ts';
import type { SimulatedCall } from '../domain/observation.ts';
import { markdownCode, markdownText } from './escape.ts';

const MAX_SESSIONS_SHOWN = 20;
const NAME_MAX = 300;
const ARN_MAX = 700;

/** Which sessions left no transcript, and who opened the one that was looked at. */
export function sessionsOf(found: Case, finding: Finding | null): string {
  const session = finding?.session ?? null;
  const others = found.sessionIds.filter((sessionId) => sessionId !== session?.sessionId);
  const shown = others.slice(-MAX_SESSIONS_SHOWN);
  const lines = ['## Unrecorded sessions'];
  if (session !== null) {
    const person = session.personArn === null ? 'an unnamed person' : markdownCode(session.personArn, ARN_MAX);
    lines.push(
      `- ${markdownCode(session.sessionId, NAME_MAX)} by ${person} at ${markdownText(session.startedAt, 40)}, ` +
        `container ${markdownCode(session.containerName, NAME_MAX)} of task ${markdownCode(session.taskArn, ARN_MAX)}`,
    );
  }
  lines.push(...shown.map((sessionId) => `- ${markdownCode(sessionId, NAME_MAX)}`));
  if (others.length > shown.length) {
    lines.push(`- and ${others.length - shown.length} more`);
  }
  if (lines.length === 1) {
    lines.push('No session id is known.');
  } else if (others.length > 0) {
    lines.push('', 'Who opened the other sessions stands in the session ledger.');
  }
  return lines.join('\n');
}

/** What AWS itself said about the denied call, and what its simulator says about the role. */
export function evidenceOf(finding: Finding): string {
  const { denial } = finding;
  const facts: readonly (readonly [string, string | null, number])[] = [
    ['Action', denial.action, NAME_MAX],
    ['Resource', denial.resource, ARN_MAX * 2],
    ['Policy type', denial.policyType ?? 'not named by AWS', NAME_MAX],
    ['Kind', denial.denialKind, NAME_MAX],
    ['Denying policy', denial.policyArn, ARN_MAX],
    ['Principal', denial.principalArn, ARN_MAX],
    ['CloudTrail event', denial.eventId, NAME_MAX],
    ['Time', denial.eventTime, 40],
  ];
  const lines = facts.flatMap(([name, value, max]) =>
    value === null ? [] : [`- ${name}: ${markdownCode(value, max)}`],
  );
  return ['## Evidence', ...lines, ...simulationOf(finding)].join('\n');
}

function simulationOf({ observation }: Finding): readonly string[] {
  const { simulation } = observation;
  if (simulation.kind !== 'read') {
    return simulation.kind === 'absent' ? [] : [`- Simulation: not readable, ${markdownText(simulation.because, 300)}`];
  }
  const { now, withPolicy } = simulation.value;
  return now.map((call, index) => {
    const after = withPolicy[index];
    const verdict = after === undefined ? '' : `, with the policy ${verdictOf(after)}`;
    return `- Simulation: ${markdownCode(call.action, 100)} is ${verdictOf(call)} now${verdict}`;
  });
}

function verdictOf(call: SimulatedCall): string {
  if (call.allowed) {
    return 'allowed';
  }
  if (call.deniedByOrganization) {
    return 'denied by the organisation';
  }
  if (call.deniedByBoundary) {
    return 'denied by the permissions boundary';
  }
  return call.explicitDeny ? 'denied explicitly' : 'not allowed';
}

/** Every guardrail that failed or could not be evaluated; empty where none did. */
export function failedGuardrailsOf(decision: Decision): string {
  const failed = decision.guardrails.filter((result) => result.holds !== true);
  if (failed.length === 0) {
    return '';
  }
  return [
    '## Why no policy was attached',
    ...failed.map((result) => {
      const unevaluated = result.holds === null ? ' (not evaluable)' : '';
      return `- ${markdownCode(result.code, 60)}${unevaluated}: ${markdownText(result.detail, 500)}`;
    }),
  ].join('\n');
}
