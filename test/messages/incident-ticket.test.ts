import { type Incident, incidentsOf } from '../../functions/domain/incident.ts';
import type { IncidentRepair } from '../../functions/domain/incident-repair.ts';
import type { Language } from '../../functions/domain/language.ts';
import type { LedgerLine, SessionVerdict } from '../../functions/domain/ledger.ts';
import { incidentTicket } from '../../functions/messages/incident-ticket.ts';
import { aCase, anExecSession, CLUSTER_ARN, SESSION_ID } from '../support/builders.ts';
import { digestOf } from '../support/digest.ts';
import { aLedgerLine, aVerdict } from '../support/ledger.ts';

const CAUSES = [
  { code: 'no-script', detail: 'the image holds no script' },
  { code: 'task-killed', detail: 'the task was stopped' },
];
const CHANGE = {
  changedAt: '2023-02-11T05:00:00Z',
  changedBy: 'arn:aws:iam::111111111111:user/mallory',
  eventId: 'change-1',
  logging: 'NONE',
};

function ticketOf(
  verdict: Partial<SessionVerdict> = {},
  line: Partial<LedgerLine> = {},
  sessionIds: readonly string[] = [SESSION_ID],
  repair: IncidentRepair | null = null,
  language: Language = 'en',
) {
  const settled = aVerdict({ state: 'missing', settledAt: '2023-02-11T08:00:00Z', causes: CAUSES, ...verdict });
  const ledgerLine = aLedgerLine(line);
  const [incident]: readonly (Incident | undefined)[] = incidentsOf(ledgerLine, settled, digestOf);
  if (incident === undefined) throw new Error('no incident');
  const found = aCase({ fingerprint: incident.fingerprint, sessionIds, count: sessionIds.length, logGroupName: null });
  return {
    incident,
    draft: incidentTicket(
      { found, incident, line: ledgerLine, verdict: settled, repair, deploymentId: 'exec-log' },
      language,
    ),
  };
}

describe('the ticket of an unrecorded session', () => {
  it('says what happened, who opened it, why, and how to accept the gap', () => {
    const { incident, draft } = ticketOf({ endedAt: '2023-02-11T06:40:00Z' }, { sourceIdentity: 'ada' });
    expect(draft).toEqual({
      fingerprint: incident.fingerprint,
      title:
        'Unrecorded ECS Exec session: the session ended, and no transcript of it arrived (nginx-sample-cluster, 111111111111 ap-northeast-1)',
      severity: 'medium',
      facts: {
        account: '111111111111',
        region: 'ap-northeast-1',
        cluster: CLUSTER_ARN,
        role: 'nginx-sample-task-nginx-role',
        cause: 'no-script',
        incident: 'unrecorded-missing',
        firstSeen: '2023-02-11T06:35:04Z',
        lastSeen: '2023-02-11T06:35:04Z',
        sessions: '1',
        people: 'arn:aws:sts::111111111111:assumed-role/Developer/ada@example.com',
      },
      body: expect.any(String),
    });
    expect(draft.body.split('\n')).toEqual([
      `In cluster \`${CLUSTER_ARN}\` (account \`111111111111\`, Region \`ap-northeast-1\`), the session ended, and no transcript of it arrived. Nobody can read what was done in it, and the transcript does not come back.`,
      '',
      '## Why, the likeliest first',
      '1. the image holds no script (`no-script`)',
      '2. the task was stopped (`task-killed`)',
      '',
      '## Sessions',
      `- \`${SESSION_ID}\` by \`Developer/ada@example.com\` (\`arn:aws:sts::111111111111:assumed-role/Developer/ada@example.com\`), source identity \`ada\`, opened 2023-02-11T06:30:00Z, ended 2023-02-11T06:40:00Z, container \`nginx\` of task \`${anExecSession().taskArn}\``,
      '',
      '## Accept the gap',
      'It stays open until a person other than the one of the session accepts it; repairing the cause closes nothing. For each session:',
      '```sh',
      `exec-log accept ${SESSION_ID} --reason 'why the gap is acceptable' --region ap-northeast-1`,
      '```',
      '',
      'See every session and what became of it:',
      '```sh',
      'exec-log report',
      '```',
    ]);
  });

  it('lists the other sessions of the case, bounded', () => {
    const ids = [...Array.from({ length: 16 }, (_, at) => `other-${at}`), SESSION_ID];
    const { body } = ticketOf({}, {}, ids).draft;
    expect(body).toContain('- `other-15`');
    expect(body).toContain('- and 1 more');
    expect(body).not.toContain('`other-0`');
  });

  it('names the person behind an SSO role, and nobody where none is known', () => {
    const sso = 'arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/grace';
    expect(ticketOf({}, { session: anExecSession({ personArn: sso }) }).draft.body).toContain('by `grace` (`arn:');
    expect(ticketOf({}, { session: anExecSession({ personArn: null }) }).draft.body).toContain('by `unknown`, opened');
  });

  it('lets no name write markup or a second command', () => {
    const session = anExecSession({ sessionId: "x'; rm -rf ~ #\n`", containerName: '`<b>@channel' });
    const { body } = ticketOf({ causes: [{ code: 'a`b', detail: '[x](https://evil)' }] }, { session }, []).draft;
    expect(body).toContain("exec-log accept 'x'\\''; rm -rf ~ #");
    expect(body).toContain("container `'<b>@channel`");
    expect(body).toContain('\\[x\\](https:\u2060//evil)');
  });
});

describe('the ticket of an incident, for a team that reads Japanese', () => {
  it('says what happened, who opened it, why, and how to accept the gap', () => {
    const causes = [{ code: 'script-missing', detail: 'The image lacks it.' }];
    const { draft } = ticketOf({ causes, endedAt: '2023-02-11T06:40:00Z' }, {}, [SESSION_ID, 'other'], null, 'ja');
    expect(draft.title).toBe(
      '記録のない ECS Exec セッション: セッションは終了しましたが、セッションログが届いていません (nginx-sample-cluster, 111111111111 ap-northeast-1)',
    );
    expect(draft.body.split('\n')).toEqual([
      `クラスター \`${CLUSTER_ARN}\`（アカウント \`111111111111\`、リージョン \`ap-northeast-1\`）: セッションは終了しましたが、セッションログが届いていません。セッション内の操作は誰にも確認できず、セッションログは復元できません。`,
      '',
      '## 考えられる原因（可能性の高い順）',
      '1. エージェントがセッションログの作成に使う \\`script\\` または \\`cat\\` が、イメージにありません（The image lacks it.） (`script-missing`)',
      '',
      '## セッション',
      `- \`${SESSION_ID}\`: 実行者 \`Developer/ada@example.com\` (\`arn:aws:sts::111111111111:assumed-role/Developer/ada@example.com\`)、開始 2023-02-11T06:30:00Z、終了 2023-02-11T06:40:00Z、コンテナ \`nginx\`、タスク \`${anExecSession().taskArn}\``,
      '- `other`',
      '',
      'ほかのセッションの実行者は、レポートで確認できます。',
      '',
      '## 欠落の承認',
      'セッションの実行者以外の人が承認するまで、未解決のまま残ります。原因を修復しても解決にはなりません。セッションごとに、次のコマンドで承認してください。',
      '```sh',
      `exec-log accept ${SESSION_ID} --reason 'why the gap is acceptable' --region ap-northeast-1`,
      '```',
      '',
      'すべてのセッションとその結果は、次のコマンドで確認できます。',
      '```sh',
      'exec-log report',
      '```',
    ]);
  });

  it('says who changed the logging, as it was recorded', () => {
    const { body } = ticketOf({ state: 'recorded', loggingChange: CHANGE }, {}, [SESSION_ID], null, 'ja').draft;
    expect(body).toContain(
      '意図した変更であること、および変更できる権限の範囲を確認してください。記録: the exec logging of the cluster was set to NONE',
    );
  });
});

describe('the ticket of a change of logging', () => {
  it('says who changed what, and asks nobody to accept a gap', () => {
    const { draft } = ticketOf({ state: 'recorded', loggingChange: CHANGE });
    expect(draft).toMatchObject({ severity: 'high', facts: { incident: 'logging-changed' } });
    expect(draft.title).toMatch(/^ECS Exec logging changed: the exec logging of the cluster was changed within a day/);
    expect(draft.body).toContain('was set to NONE at 2023-02-11T05:00:00Z by arn:aws:iam::111111111111:user/mallory.');
    expect(draft.body).not.toContain('exec-log accept');
  });
});
