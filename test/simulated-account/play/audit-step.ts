import type { SessionVerdict } from '../../../functions/domain/ledger.ts';
import { personOf } from '../../../functions/domain/person.ts';
import type { ExecLog } from '../deployment/exec-log.ts';
import type { AuditedSession, PlayStep } from './steps.ts';

const MINUTE_MILLISECONDS = 60_000;
/** Sessions that left nothing are waited for: half an hour after their end, and the auditor's next run. */
const UNTIL_JUDGED_MINUTES = 45;

/** The schedule as it would run: once soon after, and once more when a transcript that is still missing is not to be hoped for. */
export async function audited({ deployment, ledger }: ExecLog): Promise<PlayStep> {
  for (const minutes of [10, UNTIL_JUDGED_MINUTES - 10]) {
    await deployment.runFor(minutes * MINUTE_MILLISECONDS);
    await deployment.runSchedule();
  }
  // What the auditor ordered becomes visible a minute later.
  await deployment.runFor(2 * MINUTE_MILLISECONDS);
  const sessions = (await ledger.verdicts()).map(asAudited);
  return { step: 'audit', minutesLater: UNTIL_JUDGED_MINUTES, sessions };
}

function asAudited({ sessionId, personArn, state, causes }: SessionVerdict): AuditedSession {
  return { sessionId, person: personOf(personArn).name, state, causes };
}
