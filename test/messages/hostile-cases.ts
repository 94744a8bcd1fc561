import type { Case, CaseSignal, CaseState, Notice } from '../../functions/domain/case.ts';
import { parseExecuteCommand } from '../../functions/domain/execute-command.ts';
import { INCIDENT_CODES, incidentsOf } from '../../functions/domain/incident.ts';
import { policyDocumentFor } from '../../functions/domain/remediation-policy.ts';
import { incidentTicket } from '../../functions/messages/incident-ticket.ts';
import { policyTicket } from '../../functions/messages/policy-ticket.ts';
import { slackMessage, slackNews } from '../../functions/messages/slack.ts';
import { slackDigest } from '../../functions/messages/slack-digest.ts';
import { refusalWhisper } from '../../functions/messages/slack-whisper.ts';
import { ticketDraft } from '../../functions/messages/ticket.ts';
import { unmutedTicket } from '../../functions/messages/unmuted-ticket.ts';
import type { ChatMessage, TicketDraft } from '../../functions/ports.ts';
import { aCase, anExecSession } from '../support/builders.ts';
import { digestOf } from '../support/digest.ts';
import { aLedgerLine, aVerdict } from '../support/ledger.ts';
import { anExecuteCommandEvent } from '../support/session-events.ts';
import { played, TICKETED } from './rendered-cases.ts';

/** Everything that a hostile account, container or tracker may choose (threat T12). */
export const HOSTILE: Readonly<Record<string, string>> = {
  'a channel': '<!channel> <!here|here> <!subteam^S1> @channel @here @everyone',
  'a person': '<@U0VICTIM> @U0VICTIM @[victim]',
  'a link': '<https://evil.example/|sign in> [sign in](https://evil.example/) https://evil.example www.evil.example',
  bars: 'a|b||c>|<d',
  'backticks and marks': '`a` ``` ~~~ *b* _c_ ~d~ **e** # f\n# g\n- h\n> i',
  'right-to-left marks': 'a\u202eb\u2066c\u2069d\u200fe\u061cf',
  'controls and line breaks': 'a\u0000b\u0007c\r\nd\u2028e\u0085f\u00adg',
  'half of a pair': 'a\ud83d b\udc4d',
  markup: `<script>alert(1)</script><img src=x onerror='alert(1)'> <!-- x [code]<b>x</b>[/code]`,
  entities: '&lt;!channel&gt; &amp;lt;!here&amp;gt; &#60;',
  '10,000 characters': 'w'.repeat(10_000),
  '10,000 characters that are escaped': '<&>`'.repeat(2_500),
};

/** The one address that a link of ours may lead to. */
export const TICKETS = 'https://tickets.example/browse/';
/** The one person whom a message of ours may mention. */
export const ANSWERER = 'U0ALICE';

const STATES: readonly CaseState[] = [
  ...(['observed', 'suppressed', 'ticketed', 'proposed', 'repaired', 'unverified', 'closed', 'verified'] as const),
];
const PROPOSAL_STATES = ['open', 'approved', 'rejected', 'expired', 'replaced'] as const;

const signalsOf = (text: string): readonly (CaseSignal | undefined)[] => [
  undefined,
  { kind: 'router', routerName: text, createsGroup: true },
  { kind: 'exec-companion', companion: 'object', bucketName: text },
  { kind: 'awslogs-driver' },
];

/** A case in which this text stands wherever another can choose it. */
function hostileCase(text: string, parts: Partial<Case>): Case {
  return aCase({
    account: text,
    region: text,
    roleArn: text,
    clusterArn: text,
    logGroupName: text,
    lastSeenAt: text,
    fingerprint: text,
    ticketId: text,
    ticketUrl: `${TICKETS}${text}`,
    sessionIds: Array.from({ length: 50 }, (_, index) => `${index}${text}`),
    reasons: Array.from({ length: 30 }, (_, index) => ({ code: text, detail: `${index} ${text}` })),
    ...parts,
  });
}

/** Every message of Slack's in which this text can stand. */
export function hostileMessages(text: string): readonly ChatMessage[] {
  const person = { personArn: text, containerName: text, expiresAt: text };
  const statements = [{ actions: [text, 'logs:PutLogEvents'], resources: Array.from({ length: 10 }, () => text) }];
  const cases = [
    ...STATES.flatMap((state) => signalsOf(text).map((signal) => hostileCase(text, { state, signal }))),
    ...[...INCIDENT_CODES, 'recurrence', 'proposal-rejected', 'policy-removed'].map((code) =>
      hostileCase(text, { state: 'ticketed', reasons: [{ code, detail: text }] }),
    ),
    ...PROPOSAL_STATES.flatMap((state) =>
      [text, ANSWERER].map((answeredBy) => {
        const proposal = {
          ...person,
          proposalId: 'synthetic-proposal',
          state,
          statements,
          answeredBy,
          answeredAt: text,
        };
        return hostileCase(text, { state: state === 'open' ? 'proposed' : 'ticketed', proposal });
      }),
    ),
  ];
  return [
    ...cases.flatMap((found) => {
      const notice: Notice = { noticeId: 'n', state: found.state, createdAt: text, announcedAt: text };
      return [slackMessage(found, notice, text), slackNews(found, notice, text)];
    }),
    ...hostileDigests(text),
    refusalWhisper('own-session', text),
    refusalWhisper(text, text),
  ];
}

function hostileDigests(text: string): readonly ChatMessage[] {
  const line = { fingerprint: text, roleArn: text, clusterArn: text, ticketId: text };
  const lines = [`${TICKETS}${text}`, `${TICKETS}T-1`].flatMap((ticketUrl) =>
    Array.from({ length: 5 }, () => ({ ...line, ticketUrl })),
  );
  const [moments, texts] = [{ openedAt: text, until: text, dueAt: text, closedAt: null }, { recentCauses: [text] }];
  const digest = {
    account: text,
    region: text,
    ...moments,
    ...texts,
    lines,
    causes: 30,
    chatChannel: text,
    chat: null,
    shownCauses: null,
  };
  const limits = { writesPerHour: 20, casesPerHour: 50 };
  return (['cases', 'writes'] as const).flatMap((because) =>
    [null, { at: text, by: text, reason: text }].map((reclosed) =>
      slackDigest(
        { ...digest, because, turn: 1, version: 1 },
        { isOpen: reclosed === null, until: text, limits, reclosed },
        { deploymentId: text, account: text },
      ),
    ),
  );
}

/** Every ticket in which this text can stand. */
export function hostileDrafts(text: string): readonly TicketDraft[] {
  const { finding, decision } = played(TICKETED);
  const found = hostileCase(text, { fingerprint: 'f00d' });
  const session = { ...anExecSession(), personArn: text, containerName: text, clusterArn: text, taskArn: text };
  const reasons = [{ code: 'recurrence', detail: text }];
  const denial = { ...finding.denial, sentence: text, resource: text, principalArn: text, eventTime: text };
  const { target } = aLedgerLine();
  const document = target.kind === 'target' ? policyDocumentFor(target) : null;
  const policy = document === null ? null : { roleName: text, policyName: text, document };
  const line = aLedgerLine({ session, sourceIdentity: text });
  const causes = [{ code: 'no-script', detail: text } as const];
  const settled = aVerdict({ state: 'missing', settledAt: '2023-02-11T08:00:00Z', causes, taskRoleArn: text });
  const incidents = incidentsOf(line, settled, digestOf);
  const judged = { ...decision, reasons, guardrails: [{ code: 'fresh', holds: false, detail: text } as const] };
  return (['en', 'ja'] as const).flatMap((language) => [
    ticketDraft(found, { ...finding, denial, session }, judged, text, language),
    policyTicket({ found, reason: { code: 'policy-removed', detail: text }, ...tidings(text), policy }, language),
    unmutedTicket(found, [{ code: 'role-gone', detail: text }], text, language),
    ...incidents.map((incident) =>
      incidentTicket({ found, incident, line, verdict: settled, repair: null, deploymentId: text }, language),
    ),
  ]);
}

function tidings(text: string) {
  return { policyName: text, stackName: text, deploymentId: text };
}

/** Everything that is rendered of a session whose record holds a command line with a secret. */
export function renderedWithCommand(): { readonly secret: string; readonly rendered: readonly unknown[] } {
  const event = anExecuteCommandEvent(anExecSession());
  const parsed = parseExecuteCommand(event);
  if (parsed.kind !== 'session') throw new Error(parsed.kind);
  const { found, finding, decision, notice } = played({
    ...TICKETED,
    observation: { session: { kind: 'read', value: parsed.session } },
  });
  const draft = ticketDraft(found, { ...finding, session: parsed.session }, decision, 'exec-log', 'en');
  const rendered = [slackMessage(found, notice, 'exec-log'), slackNews(found, notice, 'exec-log'), draft, finding];
  return { secret: 'secret-word', rendered };
}
