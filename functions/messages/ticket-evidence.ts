import type { Case } from '../domain/case.ts';
import type { Decision, GuardrailResult } from '../domain/decision.ts';
import type { Finding } from '../domain/finding.ts';
import type { SimulatedCall } from '../domain/observation.ts';
import { markdownCode, markdownText } from './escape.ts';
import type { EvidencePhrases, Phrases, Verdict } from './phrases/phrases.ts';

const MAX_SESSIONS_SHOWN = 20;
const NAME_MAX = 300;
const ARN_MAX = 700;
/** AWS's sentences name two ARNs, and sometimes a third. */
const SENTENCE_MAX = 2_000;

/** Which sessions left no transcript, and who opened the one that was looked at. */
export function sessionsOf(found: Case, finding: Finding | null, { sessions: words }: Phrases): string {
  const session = finding?.session ?? null;
  const others = found.sessionIds.filter((sessionId) => sessionId !== session?.sessionId);
  const shown = others.slice(-MAX_SESSIONS_SHOWN);
  const lines = [`## ${words.unrecorded}`];
  if (session !== null) {
    const opened = words.opened({
      sessionId: markdownCode(session.sessionId, NAME_MAX),
      person: session.personArn === null ? words.person : markdownCode(session.personArn, ARN_MAX),
      source: null,
      startedAt: markdownText(session.startedAt, 40),
      endedAt: null,
      container: markdownCode(session.containerName, NAME_MAX),
      task: markdownCode(session.taskArn, ARN_MAX),
    });
    lines.push(`- ${opened}`);
  }
  lines.push(...shown.map((sessionId) => `- ${markdownCode(sessionId, NAME_MAX)}`));
  if (others.length > shown.length) {
    lines.push(`- ${words.more(others.length - shown.length)}`);
  }
  if (lines.length === 1) {
    lines.push(words.noneKnown);
  } else if (others.length > 0) {
    lines.push('', words.othersInLedger);
  }
  return lines.join('\n');
}

/** What AWS itself said about the denied call, and what its simulator says about the role. */
export function evidenceOf(finding: Finding, { evidence: words }: Phrases): string {
  const { denial } = finding;
  const facts: readonly (readonly [keyof EvidencePhrases['names'], string | null, number])[] = [
    ['sentence', denial.sentence ?? null, SENTENCE_MAX],
    ['action', denial.action, NAME_MAX],
    ['resource', denial.resource, ARN_MAX * 2],
    ['policyType', denial.policyType ?? words.notNamed, NAME_MAX],
    ['kind', denial.denialKind, NAME_MAX],
    ['policy', denial.policyArn, ARN_MAX],
    ['principal', denial.principalArn, ARN_MAX],
    ['event', denial.eventId, NAME_MAX],
    ['time', denial.eventTime, 40],
  ];
  const lines = facts.flatMap(([name, value, max]) =>
    value === null ? [] : [`- ${words.names[name]}: ${markdownCode(value, max)}`],
  );
  return [`## ${words.heading}`, ...lines, ...simulationOf(finding, words)].join('\n');
}

function simulationOf({ observation }: Finding, words: EvidencePhrases): readonly string[] {
  const { simulation } = observation;
  if (simulation.kind !== 'read') {
    return simulation.kind === 'absent' ? [] : [`- ${words.unreadable(markdownText(simulation.because, 300))}`];
  }
  const { now, withPolicy } = simulation.value;
  return now.map((call, index) => {
    const after = withPolicy[index];
    const verdict = after === undefined ? null : words.verdicts[verdictOf(after)];
    return `- ${words.simulation(markdownCode(call.action, 100), words.verdicts[verdictOf(call)], verdict)}`;
  });
}

function verdictOf(call: SimulatedCall): Verdict {
  if (call.allowed) {
    return 'allowed';
  }
  if (call.deniedByOrganization) {
    return 'organization';
  }
  if (call.deniedByBoundary) {
    return 'boundary';
  }
  return call.explicitDeny ? 'explicit' : 'denied';
}

/** Every guardrail that failed or could not be evaluated; empty where none did. */
export function failedGuardrailsOf(decision: Decision, phrases: Phrases): string {
  const failed = decision.guardrails.filter((result) => result.holds !== true);
  if (failed.length === 0) {
    return '';
  }
  const lines = failed.map((result) => guardrailLine(result, phrases));
  return [`## ${phrases.ticket.guardrails}`, ...lines].join('\n');
}

function guardrailLine({ code, cause, holds, detail }: GuardrailResult, { ticket, reason }: Phrases): string {
  const unevaluated = holds === null ? ticket.notEvaluable : '';
  const why = holds === null && cause === undefined ? ticket.notKnown(detail) : reason(cause ?? code, detail);
  return `- ${markdownCode(code, 60)}${unevaluated}: ${markdownText(why, 700)}`;
}
