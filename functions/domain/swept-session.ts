import type { ExecSession } from './exec-session.ts';
import { parseExecuteCommand } from './execute-command.ts';
import type { Refusal } from './refusal.ts';
import { parseStartSession } from './start-session.ts';

/** The calls that open sessions, by their names in CloudTrail. */
export const SESSION_CALLS = ['ExecuteCommand', 'StartSession'] as const;

/** Why a record that may have opened a session cannot be read; null for every other record. */
export function sweptRefusal(record: unknown, eventName: (typeof SESSION_CALLS)[number]): Refusal | null {
  const parsed = eventName === 'ExecuteCommand' ? parseExecuteCommand(record) : parseStartSession(record);
  return parsed.kind === 'refusal' ? parsed.refusal : null;
}

/** The session that a record of CloudTrail's history opened; null for refused calls, dry runs and sessions on other targets. */
export function sweptSession(record: unknown, eventName: (typeof SESSION_CALLS)[number]): ExecSession | null {
  const parsed = eventName === 'ExecuteCommand' ? parseExecuteCommand(record) : parseStartSession(record);
  return parsed.kind === 'session' ? parsed.session : null;
}
