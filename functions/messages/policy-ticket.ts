import { parseRoleArn } from '../domain/arn.ts';
import type { Case } from '../domain/case.ts';
import type { Reason, RemediationPolicy } from '../domain/decision.ts';
import type { Language } from '../domain/language.ts';
import { isPreparedName } from '../domain/prepared-policy.ts';
import type { TicketDraft } from '../ports.ts';
import { causeOf } from './cause.ts';
import { revertCommand } from './commands.ts';
import { markdownBlock, markdownCode, markdownText, plainText } from './escape.ts';
import { isWantedStill } from './own-policy.ts';
import { phrasesIn } from './phrases/phrasebook.ts';
import type { Phrases } from './phrases/phrases.ts';
import { exclusiveWarningOf, patchesOf, removalCauseOf } from './ticket-patches.ts';

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
export function policyTicket(news: PolicyNews, language: Language): TicketDraft {
  const { found, reason, policyName, policy, stackName } = news;
  const phrases = phrasesIn(language);
  const roleName = parseRoleArn(found.roleArn)?.roleName ?? found.roleArn;
  const cause = causeOf(found, { reasons: [reason] }, language);
  const body = [
    about(news, roleName, phrases),
    `## ${phrases.ticket.cause}\n${cause.what} **${phrases.ticket.owner(cause.owner)}**`,
    ...whatToDo(news, roleName, phrases),
  ].join('\n\n');
  const room = BODY_MAX - body.length - 2;
  const patches = policy === null ? '' : patchesOf(policy, stackName, room, phrases);
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
    title: plainText(`${phrases.policy.title(roleName, cause.what)} (${found.account} ${found.region})`, TITLE_MAX),
    body: patches === '' ? body : `${body}\n\n${patches}`,
    severity: cause.severity,
    facts: Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, plainText(value, FACT_MAX)])),
  };
}

function about({ found, reason, policyName }: PolicyNews, roleName: string, { policy, reason: said }: Phrases): string {
  const place = {
    role: markdownCode(roleName, 100),
    account: markdownCode(found.account, 20),
    region: markdownCode(found.region, 50),
  };
  return policy.about(place, markdownCode(policyName, 200), markdownText(said(reason.code, reason.detail), 700));
}

/** What stands may be taken off by the code of others; what is gone was, most likely. */
function whatToDo(
  { found, reason, policyName, stackName, deploymentId }: PolicyNews,
  roleName: string,
  phrases: Phrases,
) {
  const isPrepared = isPreparedName(policyName);
  const { whatToDo: heading, gone, stands } = phrases.policy;
  if (reason.code === 'policy-removed') {
    return [removalCauseOf(stackName, isPrepared, phrases), `## ${heading}\n${gone}`];
  }
  const undo = markdownBlock('sh', revertCommand(roleName, found.region, deploymentId));
  const warning = isWantedStill([reason]) ? [exclusiveWarningOf(stackName, isPrepared, phrases)] : [];
  return [`## ${heading}\n${stands}\n${undo}`, ...warning];
}
