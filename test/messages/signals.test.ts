import type { Case, CaseSignal, Notice } from '../../functions/domain/case.ts';
import type { Reason } from '../../functions/domain/decision.ts';
import { correlate } from '../../functions/domain/finding.ts';
import { causeOf } from '../../functions/messages/cause.ts';
import { toExplanation } from '../../functions/messages/explanation.ts';
import { slackMessage } from '../../functions/messages/slack.ts';
import { explainCard } from '../../functions/messages/terminal-card.ts';
import { ticketDraft } from '../../functions/messages/ticket.ts';
import { aCase } from '../support/builders.ts';
import { aRouterWorld, ROUTER_GROUP } from '../support/other-signals.ts';

const ROUTER: CaseSignal = { kind: 'router', routerName: 'log_router', createsGroup: false };
const KEY: CaseSignal = { kind: 'exec-companion', companion: 'session-key' };
const OBJECT: CaseSignal = { kind: 'exec-companion', companion: 'object' };
const DRIVER: CaseSignal = { kind: 'awslogs-driver' };

const decided = (...codes: readonly string[]) => ({
  disposition: 'open-ticket' as const,
  mode: 'ticket' as const,
  reasons: codes.map((code): Reason => ({ code, detail: code })),
  guardrails: [],
  policy: null,
});
const ofSignal = (signal: CaseSignal, overrides: Partial<Case> = {}) => {
  const isOfGroup = signal.kind !== 'exec-companion';
  const about = { signal, logGroupName: isOfGroup ? ROUTER_GROUP : null };
  return aCase({ ...about, ...(signal.kind === 'exec-companion' ? {} : { sessionIds: [] }), ...overrides });
};
const noticeOf = (state: Case['state']): Notice => ({
  noticeId: 'n1',
  state,
  createdAt: '2023-02-11T06:36:04Z',
  announcedAt: '2023-02-11T06:36:04Z',
});
const slackOf = (found: Case) => {
  const { text, blocks } = slackMessage(found, noticeOf(found.state), 'exec-log');
  return { text, blocks: JSON.stringify(blocks) };
};

describe('the cause of a decision', () => {
  it.each([
    ['no-log-router', 'the security team', 'high'],
    ['router-target-baked-in', 'the team that owns the task definition and the image of its log router', 'medium'],
    ['router-target-template', 'the team that owns the task definition and the image of its log router', 'medium'],
    ['router-other-role', 'the team that owns the task definition and the image of its log router', 'medium'],
    ['router-region-elsewhere', 'the team that owns the task definition and the image of its log router', 'medium'],
    ['router-group-unreadable', 'the team that owns the task definition and the image of its log router', 'medium'],
    ['key-missing', 'the team that owns the cluster and its exec configuration', 'medium'],
    ['key-disabled', 'the owner of the KMS key', 'medium'],
    ['key-elsewhere', 'the owner of the KMS key', 'medium'],
    ['key-not-delegating', 'the owner of the KMS key', 'medium'],
    ['key-policy-unreadable', 'the owner of the KMS key', 'medium'],
    ['key-unresolved', 'the owner of the KMS key', 'medium'],
    ['bucket-missing', 'the team that owns the cluster and its exec configuration', 'medium'],
    ['bucket-encryption-unreadable', "the bucket's owner", 'medium'],
    ['execution-role-denied', "the task execution role's team", 'medium'],
  ])('%s belongs to %s', (code, owner, severity) => {
    expect(causeOf(aCase(), decided('mode-allows-attach', code))).toMatchObject({ code, owner, severity });
  });

  it.each([
    [ofSignal(ROUTER), "The denied call did not go to the log group of the task's log router."],
    [aCase(), "The denied call did not go to the session's own log target."],
  ])('of a call to another group says whose target it was not', (found, text) => {
    expect(causeOf(found, decided('target-unexpected')).what).toContain(text);
  });
});

describe('the message of a log router', () => {
  it('says that application logs are lost, and counts no sessions', () => {
    const { text, blocks } = slackOf(ofSignal(ROUTER, { count: 172_800 }));
    expect(text).toBe('🎫 Ticket: application logs of nginx-sample-task-nginx-role are lost');
    expect(blocks).toContain('*Denials*\\n172800"');
    expect(blocks).toContain('twice a second');
    expect(blocks).not.toContain('session');
  });

  it('asks to look for new log events once it is repaired', () => {
    const { text, blocks } = slackOf(ofSignal(ROUTER, { state: 'repaired', repairedAt: '2023-02-11T06:36:04Z' }));
    expect(text).toBe('✅ Repaired: nginx-sample-task-nginx-role may deliver application logs again');
    expect(blocks).toContain(
      'See that new log events arrive in the group. Add the permission to the code of the role.',
    );
  });
});

describe('the message of a refused session', () => {
  it('names the denied call in place of a log group', () => {
    const { text, blocks } = slackOf(ofSignal(KEY));
    expect(text).toBe('🎫 Ticket: exec sessions of nginx-sample-task-nginx-role are refused');
    expect(blocks).toContain('*Denied call*\\n`kms:Decrypt`');
    expect(blocks).not.toContain('*Log group*');
  });
});

describe('the ticket of a signal', () => {
  it.each([
    [
      KEY,
      'ECS Exec sessions refused: nginx-sample-task-nginx-role is denied kms:Decrypt (111111111111 ap-northeast-1)',
    ],
    [
      OBJECT,
      'ECS Exec transcripts lost: nginx-sample-task-nginx-role is denied s3:PutObject (111111111111 ap-northeast-1)',
    ],
    [
      ROUTER,
      `FireLens logs lost: nginx-sample-task-nginx-role is denied on ${ROUTER_GROUP} (111111111111 ap-northeast-1)`,
    ],
    [
      DRIVER,
      `Container logs lost: nginx-sample-task-nginx-role is denied on ${ROUTER_GROUP} (111111111111 ap-northeast-1)`,
    ],
  ])('of %j is titled by what is lost', (signal, title) => {
    expect(ticketDraft(ofSignal(signal), null, decided(), 'exec-log', 'en').title).toBe(title);
  });

  it.each([
    ['describe-log-groups', 'asks for an encrypted log group'],
    ['bucket-encryption', 'asks for an encrypted bucket'],
    ['session-key', 'may not decrypt with the session key'],
    ['object', 'not in the bucket'],
  ] as const)('of %s says what follows from it', (companion, text) => {
    const found = ofSignal({ kind: 'exec-companion', companion });
    expect(ticketDraft(found, null, decided(), 'exec-log', 'en').body).toContain(text);
  });

  it('of the driver names the execution role, and asks for no session', () => {
    const { body } = ticketDraft(ofSignal(DRIVER), null, decided('execution-role-denied'), 'exec-log', 'en');
    expect(body).toContain('AWS denied the task execution role');
    expect(body).not.toContain('Unrecorded sessions');
  });
});

describe('the explanation of a router’s denial', () => {
  const world = aRouterWorld();
  const finding = correlate(world.denial, 'f'.repeat(32), world.observation, null);
  const explanation = toExplanation({
    input: 'event.json',
    matchesRule: false,
    parsed: { kind: 'denial', denial: world.denial },
    finding,
    decision: decided(),
  });

  it('says where the router delivers', () => {
    expect(explanation.finding?.router).toMatchObject({ kind: 'router-target', logGroupName: ROUTER_GROUP });
    const same = (text: string) => text;
    const paint = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };
    const card = explainCard(explanation, paint);
    expect(card).toContain(`Router     log_router: ${ROUTER_GROUP} (by the task definition)`);
    expect(card).not.toContain('Session ');
  });
});
