import type { CaseSignal } from '../../functions/domain/case.ts';
import type { Decision } from '../../functions/domain/decision.ts';
import { ticketDraft } from '../../functions/messages/ticket.ts';
import { unmutedTicket } from '../../functions/messages/unmuted-ticket.ts';
import { aCase } from '../support/builders.ts';
import { played, RECURRED, TICKETED } from './rendered-cases.ts';

const STACK = { stack: { kind: 'read', value: { stackName: 'nginx-sample' } } } as const;

/** Fenced code and code spans: what AWS, IAM and the team's own code read. */
const codeIn = (body: string) => body.match(/^```[\s\S]*?^```$|`[^`\n]+`/gm);

describe('given a denial and a team that reads Japanese', () => {
  const { found, finding, decision } = played({ ...TICKETED, observation: STACK });
  const [english, japanese] = (['en', 'ja'] as const).map((language) =>
    ticketDraft(found, finding, decision, 'exec-log', language),
  );

  it('says what happened, whose matter it is, what is known, and how to check it', () => {
    const [summary, ...sections] =
      (japanese?.body ?? '').split('\n\n## コードに追加する許可')[0]?.split('\n\n## ') ?? [];
    const check = sections.findIndex((section) => section.startsWith('確認'));
    expect([japanese?.title, summary, ...sections.filter((_, at) => at !== check)]).toEqual([
      'ECS Exec のセッションログ消失: nginx-sample-task-nginx-role の /ecs/nginx-sample/nginx への配信が拒否されました (111111111111 ap-northeast-1)',
      'クラスター `arn:aws:ecs:ap-northeast-1:111111111111:cluster/nginx-sample` で、タスクロール `nginx-sample-task-nginx-role` による、' +
        '`/ecs/nginx-sample/nginx` への ECS Exec のセッションログの配信が AWS に拒否されました（アカウント `111111111111`、' +
        'リージョン `ap-northeast-1`、2023-02-11T06:35:04Z から 2023-02-11T06:35:04Z までに 1 件）。' +
        'シェルは正常に開始・終了していますが、セッションログは失われ、復元できません。',
      '原因と担当\nタスクロールのアイデンティティベースのポリシーに、この呼び出しの許可がありません。 **担当: タスクロールの担当チーム**',
      '記録のないセッション\n- `ecs-execute-command-0289df90ce62e19cc`: 実行者 ' +
        '`arn:aws:sts::111111111111:assumed-role/Developer/ada@example.com`、開始 2023-02-11T06:30:00Z、コンテナ `nginx`、' +
        'タスク `arn:aws:ecs:ap-northeast-1:111111111111:task/nginx-sample/a9112a0a96ed445cbc93a90807e34e37`',
      [
        '根拠',
        '- AWS のメッセージ: `User: arn:aws:sts::111111111111:assumed-role/nginx-sample-task-nginx-role/a9112a0a96ed445cbc93a90807e34e37 ' +
          'is not authorized to perform: logs:CreateLogStream on resource: arn:aws:logs:ap-northeast-1:111111111111:log-group:' +
          '/ecs/nginx-sample/nginx:log-stream:ecs-execute-command-0289df90ce62e19cc because no identity-based policy allows ' +
          'the logs:CreateLogStream action`',
        '- アクション: `logs:CreateLogStream`',
        '- リソース: `arn:aws:logs:ap-northeast-1:111111111111:log-group:/ecs/nginx-sample/nginx:log-stream:ecs-execute-command-0289df90ce62e19cc`',
        '- ポリシータイプ: `identity-based`',
        '- 拒否の種類: `implicit`',
        '- プリンシパル: `arn:aws:sts::111111111111:assumed-role/nginx-sample-task-nginx-role/a9112a0a96ed445cbc93a90807e34e37`',
        '- CloudTrail イベント: `95a42f28-d6de-406c-91df-e24980696995`',
        '- 発生日時: `2023-02-11T06:35:04Z`',
        '- シミュレーション: `logs:CreateLogStream` は、現在は許可なし、ポリシーを付与した場合は許可',
        '- シミュレーション: `logs:PutLogEvents` は、現在は許可なし、ポリシーを付与した場合は許可',
      ].join('\n'),
      'ポリシーを付与しなかった理由\n' +
        '- `mode-allows-attach`: 設定、デプロイの上限、またはタグにより、自動でのポリシー付与は許可されていません（mode ticket: the settings say ticket）\n' +
        '- `role-unmanaged`: ロールは CloudFormation スタックに属しています（stack nginx-sample owns the role: the permission belongs in its template）',
    ]);
    expect(sections[check]?.split('\n')[1]).toBe(
      '変更後、次のコマンドで IAM の評価結果を確認し、続いて新しい ECS Exec セッションを開き、セッションログが届くことを確認してください。',
    );
    expect(japanese?.body).toContain(
      'そのスタックのテンプレートにあるロールのポリシーにステートメントを追加してください。',
    );
  });

  it('leaves names, commands and patches as they are', () => {
    const sorted = (draft: typeof english) => [...(codeIn(draft?.body ?? '') ?? [])].sort();
    expect(sorted(japanese)).toEqual(sorted(english));
    expect(sorted(japanese).length).toBeGreaterThan(20);
  });

  it('claims nothing of a guardrail that nobody could evaluate', () => {
    const guardrails = [
      { code: 'name-free', holds: null, detail: 'no policy was planned' },
      { code: 'name-free', holds: false, detail: 'a policy of our name' },
      { code: 'role-unmanaged', holds: null, cause: 'stack-owned', detail: 'not readable' },
    ] as const;
    const { body } = ticketDraft(found, finding, { ...decision, guardrails }, 'exec-log', 'ja');
    expect(body.split('\n').filter((text) => /^- `(name-free|role-unmanaged)`/.test(text))).toEqual([
      '- `name-free`（評価不能）: 満たしているかどうかを確認できませんでした（no policy was planned）',
      '- `name-free`: 同じ名前のポリシーがすでにあり、exec-log が残した状態ではありません（a policy of our name）',
      '- `role-unmanaged`（評価不能）: ロールは CloudFormation スタックに属しています（not readable）',
    ]);
  });

  it('keeps facts and severity, by which tickets are compared and searched, whatever the language', () => {
    expect([japanese?.facts, japanese?.severity]).toEqual([english?.facts, english?.severity]);
  });
});

const SIGNALS: readonly (readonly [string, CaseSignal, string])[] = [
  [
    'a refused session',
    { kind: 'exec-companion', companion: 'session-key' },
    'による、ECS Exec セッションの記録に必要な `kms:Decrypt` の呼び出しが',
  ],
  [
    'a router',
    { kind: 'router', routerName: 'log_router', createsGroup: false },
    'による、ログルーター `log_router` から `/ecs/nginx-sample/nginx` へのアプリケーションログの配信が',
  ],
  [
    'a router that nobody knows',
    { kind: 'router', routerName: null, createsGroup: false },
    'による、FireLens のログルーターから',
  ],
  [
    'a driver',
    { kind: 'awslogs-driver' },
    'タスク実行ロール `nginx-sample-task-nginx-role` による、`/ecs/nginx-sample/nginx` へのコンテナログの配信が',
  ],
];

describe('given another signal', () => {
  const decision: Decision = { disposition: 'open-ticket', mode: 'ticket', reasons: [], guardrails: [], policy: null };

  it.each(SIGNALS)('says of %s what was denied', (_name, signal, text) => {
    expect(ticketDraft(aCase({ signal }), null, decision, 'exec-log', 'ja').body).toContain(text);
  });
});

describe('given a role that carries our policy, and a team that reads Japanese', () => {
  it('says how to take it off, and what takes it off by itself', () => {
    const { found, finding, decision } = played(RECURRED);
    const { body } = ticketDraft(found, finding, decision, 'exec-log', 'ja');
    expect(body).toContain('## 確認と取り消し\n');
    expect(body).toContain(
      'exec-log のポリシーをロールから外すには、次のコマンドを実行してください。\n```sh\nexec-log revert nginx-sample-task-nginx-role',
    );
    expect(body).toContain(
      '## exec-log のポリシーが外される可能性\n- **Terraform:** このロールの `aws_iam_role_policies_exclusive`、',
    );
  });
});

describe('given a suppression that has ended, and a team that reads Japanese', () => {
  it('says what was muted, with the codes, and how to accept the gap', () => {
    const reasons = [
      { code: 'unrecorded-missing', detail: 'The log group does not exist.' },
      { code: 'suppression-expired', detail: 'no suppression holds any more' },
    ];
    const { title, body } = unmutedTicket(aCase(), reasons, 'exec-log', 'ja');
    expect(title).toMatch(
      /^ECS Exec 通知抑止の終了: セッションは終了しましたが、セッションログが届いていません（The log group/,
    );
    expect(body.split('\n').filter((line) => /^## |^- .*\(`/.test(line))).toEqual([
      '## 判明していること',
      '- セッションは終了しましたが、セッションログが届いていません（The log group does not exist.） (`unrecorded-missing`)',
      '- このロールに関する通知は抑止されていましたが、有効な抑止はなくなりました。次に拒否が発生すると、その原因が分かります' +
        '（no suppression holds any more） (`suppression-expired`)',
      '## セッション',
    ]);
    expect(body).toContain('理由を添えて、セッションごとに欠落を承認してください。\n```sh\nexec-log accept ');
  });
});
