import type { Digest } from '../domain/canonical.ts';
import type { Case, CaseProposal } from '../domain/case.ts';
import type { Outcome } from '../domain/case-outcome.ts';
import type { RemediationPolicy } from '../domain/decision.ts';
import type { Finding } from '../domain/finding.ts';
import { approverObjection } from '../domain/people.ts';
import { openProposal, type ProposalEvidence, planHashOf } from '../domain/proposal.ts';
import type { Settings } from '../domain/settings.ts';
import type { Chats, Clock, ProposalStore, RolePolicyWriter } from '../ports.ts';
import { type Lowered, lowered, NO_WRITER } from './attach.ts';
import { RetryLater } from './retry-later.ts';

/** What asking somebody needs. */
export interface ProposePorts {
  readonly writer: RolePolicyWriter | null;
  readonly proposals: ProposalStore;
  readonly chats: Chats;
  /** A new opaque id of 128 random bits at least. */
  readonly newId: () => string;
  readonly clock: Clock;
  readonly digest: Digest;
}

export interface ProposeRequest {
  readonly finding: Finding | null;
  readonly found: Case;
  /** As it was received: it is parsed again when somebody answers. */
  readonly event: unknown;
  /** Who can be asked, where, and for how long. */
  readonly settings: Pick<Settings, 'slack' | 'people' | 'limits'>;
}

type Proposed = Extract<Outcome, { kind: 'proposed' }> | Lowered;

const MILLISECONDS_PER_HOUR = 3_600_000;
/** DynamoDB takes 400 KB an item; a task definition has 64 KB at most, an event of EventBridge 1 MB. */
const MAX_EVIDENCE_BYTES = 200 * 1024;

/**
 * Asks people for a repair that everything else speaks for. Writes the proposal's row and nothing else: until the case names it,
 * nobody can answer it. A question that is open already stays as it was asked. Never writes to a role.
 */
export async function propose(
  request: ProposeRequest,
  policy: RemediationPolicy,
  ports: ProposePorts,
): Promise<Proposed> {
  const { finding, found, event, settings } = request;
  const role = finding?.observation.role;
  if (ports.writer === null || finding === null || role?.kind !== 'read') {
    return lowered('not-permitted-by-deployment', NO_WRITER);
  }
  const lacking = await nobodyToAsk(request, ports);
  if (lacking !== null) return lowered('nobody-to-ask', lacking);
  const planHash = planHashOf(role.value.roleId, policy, ports.digest);
  const now = ports.clock();
  const standing = await standingOf(found, planHash, now, ports);
  if (standing !== null) return { kind: 'proposed', proposal: standing, isNew: false };
  const evidence = evidenceOf(finding, event);
  if (evidence === null) {
    return lowered('evidence-not-kept', 'what a later answer has to be judged by is not known, or larger than 200 KB');
  }
  const proposalId = ports.newId();
  const expiresAt = new Date(now.getTime() + settings.limits.proposalTtlHours * MILLISECONDS_PER_HOUR).toISOString();
  const { fingerprint } = found;
  const asked = { proposalId, fingerprint, planHash, proposedAt: now.toISOString(), expiresAt, evidence };
  if ((await ports.proposals.saveProposal({ ...asked, answer: null, version: 1 }, null)) === 'conflict') {
    throw new RetryLater('the id of the proposal is taken');
  }
  return { kind: 'proposed', proposal: openProposal(asked, policy, evidence.session), isNew: true };
}

/** What is missing to ask somebody, as a sentence; null where nothing is. */
async function nobodyToAsk(
  { finding, found, settings }: ProposeRequest,
  { chats }: ProposePorts,
): Promise<string | null> {
  const { slack, people } = settings;
  if (slack === null) return 'the settings name no Slack';
  if ((await chats.find(slack.secret)) === null)
    return "the secret of Slack holds no bot's token, and a webhook takes no answers";
  if ((found.chatChannel ?? slack.channel) === null) return 'the settings name no channel of Slack for this case';
  if (people.length === 0)
    return 'the settings list no people who could approve, or the deployment permits none of them';
  // Who opened the case's other sessions is asked at the click; nobody is asked where even the one denied leaves nobody.
  const personArn = finding?.session?.personArn ?? null;
  const opener = finding?.session == null ? null : { personArn, sourceIdentity: null };
  const mayAnswer = people.some(
    ({ slack: slackUserId }) => approverObjection({ slackUserId, opener, otherOpeners: [] }, people) === null,
  );
  return mayAnswer ? null : 'each of the people in the settings may be the one who opened the session';
}

/**
 * The question that stands: the same plan, and not over. An answer that is not carried out yet stands as well: nobody is asked anew
 * behind the back of whoever gave it.
 */
async function standingOf(
  { proposal, state }: Case,
  planHash: string,
  now: Date,
  { proposals }: ProposePorts,
): Promise<CaseProposal | null> {
  if (proposal?.state === 'approved' && state === 'proposed') return proposal;
  if (proposal?.state !== 'open') return null;
  const asked = await proposals.findProposal(proposal.proposalId);
  if (asked === undefined) return null;
  const stands = asked.planHash === planHash && now.getTime() < Date.parse(asked.expiresAt);
  return stands || asked.answer !== null ? proposal : null;
}

/** Whether a person said no and the case does not show it yet: whoever raised the mode meanwhile repairs nothing behind their back. */
export async function isRejected({ proposal }: Case, { proposals }: Pick<ProposePorts, 'proposals'>): Promise<boolean> {
  if (proposal?.state !== 'open') return false;
  const asked = await proposals.findProposal(proposal.proposalId);
  return asked?.answer?.action === 'reject';
}

/** null where it is not whole, or larger than a row may be. */
function evidenceOf({ signal, session, observation }: Finding, event: unknown): ProposalEvidence | null {
  const { task, taskDefinition } = observation;
  if (task.kind !== 'read' || taskDefinition.kind !== 'read' || (session === null && signal !== 'router')) return null;
  const evidence = { event, session, task: task.value, taskDefinition: taskDefinition.value };
  return Buffer.byteLength(JSON.stringify(evidence)) > MAX_EVIDENCE_BYTES ? null : evidence;
}
