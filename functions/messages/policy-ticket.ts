import { parseRoleArn } from '../domain/arn.ts';
import type { Case } from '../domain/case.ts';
import type { Reason, RemediationPolicy } from '../domain/decision.ts';
import type { TicketDraft } from '../ports.ts';
import { causeOf } from './cause.ts';
import { revertCommand } from './commands.ts';
import { markdownBlock, markdownCode, markdownText, plainText } from './escape.ts';
import { patchesOf } from './ticket-patches.ts';

const TITLE_MAX = 200;
const BODY_MAX = 20_000;
const FACT_MAX = 256;

/** What the ticket of a policy that we attached tells of. */
export interface PolicyNews {
  readonly found: Case;
  readonly reason: Reason;
  readonly policyName: string;
  /** What the code of the role should say; null where the log target is not known any more. */
  readonly policy: RemediationPolicy | null;
  readonly stackName: string | null;
  readonly deploymentId: string;
}

/** The ticket of an attached policy that somebody removed or changed, or that stands for too long: what to do, and the patch. */
export function policyTicket({ found, reason, policyName, policy, stackName, deploymentId }: PolicyNews): TicketDraft {
  const roleName = parseRoleArn(found.roleArn)?.roleName ?? found.roleArn;
  const cause = causeOf(found, { reasons: [reason] });
  const isGone = reason.code === 'policy-removed';
  const body = [
    `On the role ${markdownCode(roleName, 100)} (account ${markdownCode(found.account, 20)}, Region ${markdownCode(found.region, 50)}), ` +
      `about the inline policy ${markdownCode(policyName, 200)} of exec-log: ${markdownText(reason.detail, 500)}.`,
    `## Cause and owner\n${cause.what} **Owner: ${cause.owner}.**`,
    isGone
      ? '## What to do\nIt is not attached again. Until the code of the role holds the permission, the transcripts of its sessions are lost and do not come back.'
      : `## What to do\nAdd the permission to the code of the role. To take our policy off by hand:\n${markdownBlock('sh', revertCommand(roleName, found.region, deploymentId))}`,
  ].join('\n\n');
  const room = BODY_MAX - body.length - 2;
  const patches = policy === null ? '' : patchesOf(policy, stackName, room);
  const facts = {
    account: found.account,
    region: found.region,
    role: roleName,
    policy: policyName,
    logGroup: found.logGroupName ?? '',
    cluster: found.clusterArn ?? '',
    cause: cause.code,
    denials: String(found.count),
    firstSeen: found.firstSeenAt,
    lastSeen: found.lastSeenAt,
  };
  return {
    fingerprint: found.fingerprint,
    title: plainText(
      `ECS Exec stop-gap policy of ${roleName}: ${cause.what} (${found.account} ${found.region})`,
      TITLE_MAX,
    ),
    body: patches === '' ? body : `${body}\n\n${patches}`,
    severity: cause.severity,
    facts: Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, plainText(value, FACT_MAX)])),
  };
}
