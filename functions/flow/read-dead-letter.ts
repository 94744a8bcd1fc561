import { readJson, readRecord } from '../domain/cloudtrail-record.ts';
import { type ParsedExecuteCommand, parseExecuteCommand } from '../domain/execute-command.ts';
import { parseDenial } from '../domain/parse-denial.ts';
import type { Refusal } from '../domain/refusal.ts';
import { readFailedDeletion } from '../domain/stack-deletion.ts';
import { type ParsedStartSession, parseStartSession } from '../domain/start-session.ts';
import { memberOf } from '../domain/unread-json.ts';
import { isApprovalMessage } from './approval-message.ts';
import { readOwnMessage } from './own-messages.ts';

/** What a message in a queue of failures is, as far as a person needs it to find the cause. Nothing else of its text is kept. */
export type DeadLetter =
  | {
      readonly kind: 'denial';
      readonly action: string;
      readonly logGroupName: string | null;
      readonly roleName: string | null;
      readonly account: string | null;
      readonly region: string | null;
      readonly eventId: string | null;
      readonly eventTime: string | null;
    }
  | {
      readonly kind: 'session';
      readonly sessionId: string;
      readonly clusterArn: string;
      readonly personArn: string | null;
      readonly eventId: string;
      readonly eventTime: string;
    }
  /** A call that opened no session. */
  | { readonly kind: 'no-session'; readonly because: string; readonly eventId: string | null }
  /** What we send to our own queue, or an event orders of us: an order, or a notice that is due. */
  | { readonly kind: 'order' | 'notice'; readonly what: string; readonly about: string }
  /** An answer in Slack: who, what and where stand in the part that Slack signed, which is shown to nobody. */
  | { readonly kind: 'click' }
  /** A run that Lambda kept with its error. */
  | { readonly kind: 'failed-run'; readonly condition: string; readonly error: string }
  | { readonly kind: 'refusal'; readonly refusal: Refusal };

/** Reads one body with the readers of the functions; total. */
export function readDeadLetter(body: string): DeadLetter {
  const json = readJson(body);
  if (json.kind === 'refusal') return json;
  const { value } = json;
  if (isApprovalMessage(value)) return { kind: 'click' };
  const run = readFailedRun(value);
  if (run !== null) return run;
  const own = readOwnMessage(value);
  if (own === null) return readEvent(value);
  switch (own.kind) {
    case 'deferred-denial':
      return readEvent(own.event);
    case 'notice':
      return { kind: 'notice', what: 'notice', about: own.fingerprint };
    case 'review':
      return { kind: 'order', what: own.kind, about: own.roleId };
    case 'stack-deletion':
      return { kind: 'order', what: own.kind, about: own.roleName };
    case 'incident':
    case 'delivered':
      return { kind: 'order', what: own.kind, about: own.sessionId };
    case 'digest':
      return { kind: 'order', what: own.kind, about: own.openedAt };
    default:
      return { kind: 'order', what: own.kind, about: own.fingerprint };
  }
}

function readEvent(event: unknown): DeadLetter {
  const deletion = readFailedDeletion(event);
  if (deletion !== null) return { kind: 'order', what: 'stack-deletion', about: deletion.roleName };
  const reading = readRecord(event);
  const call = reading.kind === 'record' ? reading.record.eventName : null;
  if (call === 'ExecuteCommand') return sessionOf(parseExecuteCommand(event));
  if (call === 'StartSession') return sessionOf(parseStartSession(event));
  const parsed = parseDenial(event);
  if (parsed.kind === 'refusal') return { kind: 'refusal', refusal: parsed.refusal };
  const { action, logGroupName, roleName, account, region, eventId, eventTime } = parsed.denial;
  return { kind: 'denial', action, logGroupName, roleName, account, region, eventId, eventTime };
}

function sessionOf(parsed: ParsedExecuteCommand | ParsedStartSession): DeadLetter {
  switch (parsed.kind) {
    case 'session': {
      const { sessionId, clusterArn, personArn, eventId, startedAt } = parsed.session;
      return { kind: 'session', sessionId, clusterArn, personArn, eventId, eventTime: startedAt };
    }
    case 'refusal':
      return parsed;
    default:
      return { kind: 'no-session', because: parsed.kind, eventId: parsed.eventId };
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function readFailedRun(value: unknown): DeadLetter | null {
  const condition = memberOf(memberOf(value, 'requestContext'), 'condition');
  if (typeof condition !== 'string') return null;
  const error = memberOf(memberOf(value, 'responsePayload'), 'errorMessage');
  return { kind: 'failed-run', condition, error: typeof error === 'string' ? error : '' };
}
