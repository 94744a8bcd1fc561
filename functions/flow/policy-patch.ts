import { parseArn, parseRoleArn } from '../domain/arn.ts';
import type { Case } from '../domain/case.ts';
import type { PolicyDocument, RemediationPolicy } from '../domain/decision.ts';
import type { LogTarget } from '../domain/log-target.ts';
import type { AttachedPolicy } from '../domain/observation.ts';
import { readOwnDocument } from '../domain/own-document.ts';
import { mergedWithEarlier, policyDocumentFor } from '../domain/remediation-policy.ts';
import type { LedgerLines } from '../ports.ts';

/** A session's line may be gone, or its target unresolved; an older one of the same case will do. */
const MAX_LINES_READ = 3;

/**
 * What the code of the role should say: the standing document where it is ours, else put together from the targets of the cases'
 * sessions as the ledger resolved them. A case without such a session gives its log group alone.
 */
export async function policyForCode(
  record: AttachedPolicy,
  standing: string | null,
  cases: readonly Case[],
  lines: LedgerLines,
): Promise<RemediationPolicy | null> {
  const own = standing === null ? null : readOwnDocument(standing, null);
  const document: PolicyDocument | null =
    own === null
      ? documentFor(await Promise.all(cases.map((found) => targetOf(found, lines))))
      : { Version: '2012-10-17', Statement: own };
  const roleName = parseRoleArn(record.roleArn)?.roleName;
  return document === null || roleName === undefined ? null : { roleName, policyName: record.policyName, document };
}

function documentFor(targets: readonly (LogTarget | null)[]): PolicyDocument | null {
  return targets.reduce<PolicyDocument | null>((document, target) => {
    const added = target === null ? null : policyDocumentFor(target);
    if (added === null || document === null) {
      return added ?? document;
    }
    return mergedWithEarlier(JSON.stringify(document), added) ?? document;
  }, null);
}

async function targetOf(found: Case, lines: LedgerLines): Promise<LogTarget | null> {
  for (const sessionId of found.sessionIds.slice(-MAX_LINES_READ).reverse()) {
    const line = await lines.findLine(sessionId);
    const target = line.kind === 'read' ? line.value.target : null;
    if (target?.kind === 'target' && target.logGroupName === found.logGroupName) {
      return target;
    }
  }
  return {
    kind: 'target',
    logging: 'DEFAULT',
    partition: parseArn(found.roleArn)?.partition ?? 'aws',
    account: found.account,
    region: found.region,
    logGroupName: found.logGroupName,
    encryptionRequired: false,
    bucket: null,
    sessionKey: null,
    otherRegionOption: null,
    otherContainerGroups: [],
  };
}
