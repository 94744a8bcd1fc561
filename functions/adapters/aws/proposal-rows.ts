import * as z from 'zod/mini';
import type { ExecSession } from '../../domain/exec-session.ts';
import type { ObservedTask, ObservedTaskDefinition } from '../../domain/observation.ts';
import type { Proposal, ProposalAnswer } from '../../domain/proposal.ts';
import { expiryAfter, type Row } from './table.ts';
import { TABLE_KEYS } from './table-keys.ts';

/** Kept behind its end, so that a late click is told what became of it. */
const DAYS_BEHIND_ITS_END = 14;

const text = z.string();
const filled = z.string().check(z.minLength(1));
const moment = z.iso.datetime();

const session = z.object({
  sessionId: filled,
  account: filled,
  partition: filled,
  region: filled,
  clusterArn: filled,
  taskArn: filled,
  taskId: filled,
  containerName: filled,
  personArn: z.nullable(text),
  startedAt: moment,
  eventId: filled,
}) satisfies z.ZodMiniType<ExecSession>;

const task = z.object({
  taskArn: filled,
  clusterArn: filled,
  taskDefinitionArn: filled,
  taskRoleArnOverride: z.nullable(text),
  executionRoleArnOverride: z.nullable(text),
  lastStatus: z.nullable(text),
  containers: z.array(z.object({ name: text, runtimeId: z.nullable(text) })),
}) satisfies z.ZodMiniType<ObservedTask>;

const taskDefinition = z.object({
  taskDefinitionArn: filled,
  taskRoleArn: z.nullable(text),
  executionRoleArn: z.nullable(text),
  containers: z.array(
    z.object({
      name: text,
      logDriver: z.nullable(text),
      logOptions: z.record(text, text),
      router: z.optional(z.nullable(z.object({ type: z.enum(['fluentbit', 'fluentd']) }))),
    }),
  ),
}) satisfies z.ZodMiniType<ObservedTaskDefinition>;

const evidence = z.object({ event: z.unknown(), session: z.nullable(session), task, taskDefinition });

const answer = z.object({
  action: z.enum(['approve', 'reject']),
  slackUserId: filled,
  clickedAt: moment,
}) satisfies z.ZodMiniType<ProposalAnswer>;

const proposalSchema = z.object({
  proposalId: filled,
  fingerprint: filled,
  planHash: filled,
  proposedAt: moment,
  endsAt: moment,
  evidence: filled,
  answer: z.nullable(answer),
  version: z.int().check(z.minimum(0)),
});

/** The item of a proposal. The evidence is one text: an event may hold what DynamoDB would read back otherwise. */
export function rowOfProposal({ expiresAt, evidence, ...proposal }: Proposal): Row {
  return {
    ...proposal,
    // The table's own attribute says under `expiresAt` when the item may go.
    endsAt: expiresAt,
    evidence: JSON.stringify(evidence),
    [TABLE_KEYS.ttl]: expiryAfter(new Date(expiresAt), DAYS_BEHIND_ITS_END),
  };
}

/** Reads a proposal back; throws on an item that is none, because nobody could say what was approved. */
export function proposalOfRow(row: Row, proposalId: string): Proposal {
  const read = z.safeParse(proposalSchema, row);
  const stored = read.success ? z.safeParse(evidence, parsedJson(read.data.evidence)) : null;
  if (!read.success || !stored?.success || read.data.proposalId !== proposalId) {
    throw new Error(`The proposal ${proposalId} in the table is malformed.`);
  }
  const { endsAt: expiresAt, ...proposal } = read.data;
  return { ...proposal, expiresAt, evidence: stored.data };
}

function parsedJson(document: string): unknown {
  try {
    return JSON.parse(document);
  } catch {
    return undefined;
  }
}
