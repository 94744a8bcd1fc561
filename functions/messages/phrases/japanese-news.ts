import type { IncidentCode } from '../../domain/incident.ts';
import type { IncidentPhrases, PolicyPhrases, UnmutedPhrases } from './phrases.ts';

const UNRECORDED = '記録のない ECS Exec セッション';

/** What happened to the session of an incident, in a sentence without its end. */
export const JAPANESE_INCIDENTS: Readonly<Record<IncidentCode, string>> = {
  'unrecorded-missing': 'セッションは終了しましたが、セッションログが届いていません',
  'unrecorded-refused': 'エージェントがセッションログの配信を拒否しました',
  'unrecorded-off': 'クラスターがセッションを記録しておらず、意図的なものとして設定にも登録されていません',
  'unrecorded-outside-exec': 'ECS Exec を経由せずにシェルが開かれたため、記録がありません',
  'half-delivered': '2 つの配信先の一方にしかセッションログが届いていません',
  'logging-changed': 'セッション前の 24 時間以内に、クラスターの ECS Exec のログ設定が変更されました',
};

/** The ticket of a policy that we attached. */
export const japanesePolicy: PolicyPhrases = {
  title: (roleName, what) => `ECS Exec の暫定ポリシー（${roleName}）: ${what}`,
  about: ({ role, account, region }, policy, what) =>
    `ロール ${role}（アカウント ${account}、リージョン ${region}）の、exec-log のポリシー ${policy} についてお知らせします。${what}。`,
  whatToDo: '対応',
  gone: 'このポリシーが再び付与されることはありません。ロールのコードに許可を追加するまで、セッションログは失われ続け、復元できません。',
  stands:
    'ロールのコードに許可を追加してください。exec-log のポリシーを手動で外すには、次のコマンドを実行してください。',
};

/** The ticket of an incident. */
export const japaneseIncident: IncidentPhrases = {
  titles: {
    'unrecorded-missing': UNRECORDED,
    'unrecorded-refused': UNRECORDED,
    'unrecorded-off': UNRECORDED,
    'unrecorded-outside-exec': UNRECORDED,
    'half-delivered': 'ECS Exec のセッションログの片側欠落',
    'logging-changed': 'ECS Exec のログ設定の変更',
  },
  happened: (code) => JAPANESE_INCIDENTS[code],
  summary: ({ cluster, account, region }, happened, meaning) =>
    `クラスター ${cluster}（アカウント ${account}、リージョン ${region}）: ${happened}。${meaning}`,
  changed: (what) => `意図した変更であること、および変更できる権限の範囲を確認してください。記録: ${what}。`,
  halfDelivered: '届いた側では読めますが、もう一方を見ても何もなく、欠落に気付けません。',
  unreadable: 'セッション内の操作は誰にも確認できず、セッションログは復元できません。',
  causes: '考えられる原因（可能性の高い順）',
  calls: 'タスクロールの許可',
  notSimulated: (because) => `シミュレーションの結果を取得できませんでした（${because}）。`,
  allAllowed:
    'シミュレーションでは、配信に必要な呼び出しはすべて許可されています。VPC エンドポイントポリシー、バケットポリシー、キーポリシー、およびコンテナを確認してください。',
  denied:
    'シミュレーションでは、配信に必要な次の呼び出しが拒否されています。1 つでも許可がないと、セッションログは失われます。',
  deniedCall: (action, resource, through) =>
    `${resource} に対する ${action}${through === null ? '' : `（${through} 経由）`}`,
  accept: '欠落の承認',
  howToAccept:
    'セッションの実行者以外の人が承認するまで、未解決のまま残ります。原因を修復しても解決にはなりません。セッションごとに、次のコマンドで承認してください。',
  report: 'すべてのセッションとその結果は、次のコマンドで確認できます。',
};

/** The ticket of a case whose suppression has ended. */
export const japaneseUnmuted: UnmutedPhrases = {
  title: (what) => `ECS Exec 通知抑止の終了: ${what}`,
  summary: ({ role, account, region }, cluster, first, last) =>
    `${cluster === null ? '' : `クラスター ${cluster} の`}ロール ${role}（アカウント ${account}、リージョン ${region}）に関する通知の抑止が終了しました。` +
    `抑止されていたのは、${first} から ${last} までに確認された次の内容です。`,
  known: '判明していること',
  howToAccept: 'セッションの実行者以外の人が、理由を添えて、セッションごとに欠落を承認してください。',
  undo: 'ロールのコードに許可を追加してください。exec-log のポリシーがまだ残っている場合、手動で外すには、次のコマンドを実行してください。',
};
