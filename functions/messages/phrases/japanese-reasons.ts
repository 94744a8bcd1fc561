import type { GuardrailCode } from '../../domain/decision.ts';
import type { SessionCauseCode } from '../../domain/session-causes.ts';
import type { CauseCode } from '../cause-codes.ts';
import { japaneseCauses } from './japanese-causes.ts';
import { JAPANESE_INCIDENTS } from './japanese-news.ts';

const GUARDRAILS: Readonly<Record<GuardrailCode, string>> = {
  'mode-allows-attach': '設定、デプロイの上限、またはタグにより、自動でのポリシー付与は許可されていません。',
  'identity-policy-missing': 'アイデンティティベースのポリシーの不足による、暗黙的な拒否ではありません。',
  'real-session': '拒否された呼び出しに対応する ECS Exec セッションを確認できません。',
  'real-router': '拒否された呼び出しに対応するログルーターのタスクを確認できません。',
  'target-confirmed': '拒否された呼び出しの宛先が、ECS の構成から求めた配信先と一致することを確認できません。',
  'role-confirmed': 'ロールが、このタスクの実際のタスクロールであることを確認できません。',
  'role-allowed': '設定またはデプロイの上限により、このロールは変更の対象外です。',
  'role-unmanaged': 'このロールは CloudFormation スタックで管理されています。',
  'group-allowed': '設定またはデプロイの上限により、このロググループは対象外です。',
  'bucket-allowed': '設定またはデプロイの上限により、この S3 バケットは対象外です。',
  'key-allowed': '設定、デプロイの上限、またはキーの状態により、この KMS キーは対象外です。',
  'same-owner': 'ロググループ、クラスター、ロールの所有者タグが一致しません。',
  'names-safe': 'ポリシーに書けない文字を含む名前があります。',
  'grant-helps': 'シミュレーションで、ポリシーの付与による解決を確認できません。',
  fits: 'ロールに、ポリシーを追加できる余地がありません。',
  'name-free': '同じ名前のポリシーがすでにあり、exec-log が残した状態ではありません。',
  fresh: 'イベントが古すぎるか、承認の期限が切れています。',
  'first-time': 'この原因は以前に修復されたか、修復が取り消されたか、却下されています。',
  'breaker-closed': 'サーキットブレーカーが開いているため、書き込みを停止しています。',
};

type CodeOfCause = SessionCauseCode & CauseCode;

const SESSION_CAUSES: Readonly<Record<Exclude<SessionCauseCode, CodeOfCause>, string>> = {
  'transcript-found': 'セッションログは所定の場所にあります。',
  'only-bucket': 'セッションログは S3 バケットにありますが、ロググループにはありません。',
  'only-log-group': 'セッションログはロググループにありますが、S3 バケットにはありません。',
  'denied-create-log-stream':
    'タスクロールは、セッションのログストリームに対する logs:CreateLogStream を拒否されました。',
  'describe-log-groups-denied': '暗号化が必須ですが、タスクロールは logs:DescribeLogGroups を拒否されました。',
  'bucket-encryption-denied': '暗号化が必須ですが、タスクロールは s3:GetEncryptionConfiguration を拒否されました。',
  'session-key-denied': 'タスクロールは、セッション用 KMS キーでの kms:Decrypt を拒否されました。',
  'put-object-denied': 'タスクロールは、セッションのオブジェクトに対する s3:PutObject を拒否されました。',
  'log-group-not-encrypted':
    '暗号化が必須ですが、ロググループが存在しないか、カスタマーマネージドキーで暗号化されていません。',
  'put-events-denied':
    'ログストリームは作成されましたが、何も書き込まれていません。logs:PutLogEvents が許可されていません。',
  'transcript-before-session': 'セッションログの場所にあるものは、セッションの開始より前に書き込まれています。',
  'delivery-not-allowed':
    '拒否された書き込みの痕跡が残らない場合があります（s3:PutObject、または VPC エンドポイントポリシーやバケットポリシー）。',
  'container-stopped': 'セッションの終了前に、コンテナがエージェントとともに停止しました。',
  'script-missing': 'エージェントがセッションログの作成に使う `script` または `cat` が、イメージにありません。',
  'target-unreadable': '監査機能に、セッションログの配信先を確認する許可がありません。',
  'line-gone': 'セッションの台帳の行がなく、セッションログの配信先が分かりません。',
  'target-unresolved': 'ECS を読み取れず、セッションログの配信先が分かりません。',
  'history-unreadable': 'CloudTrail のイベント履歴をすべては読み取れず、拒否を見落としている可能性があります。',
  'denial-unreadable':
    'タスクロールは logs:CreateLogStream を拒否されましたが、記録からログストリームを特定できません。',
  'container-unknown': 'タスク定義に、セッションの名前のコンテナがありません。',
  'outside-exec': 'セッションは ssm:StartSession で開かれ、ECS Exec とそのログ記録を経由していません。',
  'lifetime-unknown': 'Systems Manager ではセッションの終了日時が分からないため、開始からの経過時間で判断しています。',
};

/** What else a decision, an order or an answer gives as its reason. */
const OTHERS: Readonly<Record<string, string>> = {
  'other-action': 'ログの配信とは別の呼び出しです。',
  'not-an-exec-stream': 'ECS Exec セッションのログストリームではありません。',
  'awslogs-driver': 'awslogs ドライバーによる、タスク実行ロールでの呼び出しです。',
  suppressed: '設定により通知が抑止されています。',
  'tag-off': 'クラスターまたはロールのタグにより通知が抑止されています。',
  'already-repaired': 'この原因に対するポリシーは付与済みで、拒否はその効力が生じる前のものです。',
  'call-not-needed': 'クラスターは暗号化を要求していないため、この呼び出しが拒否されても何も失われません。',
  'already-allowed': 'シミュレーションでは、必要な呼び出しはすべて許可されています。',
  'all-guardrails-hold': 'すべてのガードレールを満たしています。',
  'not-permitted-by-deployment': 'デプロイの上限により許可されていません。',
  'never-role': 'デプロイの設定により、このロールは決して変更しません。',
  'boundary-missing': 'デプロイが要求するアクセス許可の境界が、ロールにありません。',
  'boundary-other': 'ロールのアクセス許可の境界が、デプロイの要求するものと異なります。',
  'task-not-found': 'タスクが見つかりません。',
  'cluster-not-found': 'クラスターが見つかりません。',
  'task-definition-not-found': 'タスク定義が見つかりません。',
  'role-not-found': 'ロールが見つかりません。',
  'role-recreated': '同じ名前で作り直された別のロールです。',
  'role-elsewhere': 'ロールが別のアカウントにあります。',
  'shared-with-execution-role': 'タスクロールとタスク実行ロールが同じロールです。',
  'in-instance-profile': 'ロールがインスタンスプロファイルにも含まれています。',
  'service-linked': 'サービスにリンクされたロールは変更しません。',
  'identity-center-role': 'IAM アイデンティティセンターのロールは変更しません。',
  'own-role': 'exec-log 自身のロールは変更しません。',
  'trust-wide': 'ロールの信頼ポリシーが、ECS タスク以外も信頼しています。',
  'trust-not-ecs-tasks': 'ロールの信頼ポリシーが、ecs-tasks.amazonaws.com を信頼していません。',
  'trust-unreadable': 'ロールの信頼ポリシーを解釈できません。',
  'stack-owned': 'ロールは CloudFormation スタックに属しています。',
  'group-built-in-denied': 'サービスまたは監査用のロググループは対象外です。',
  'simulation-incomplete': 'ポリシーの評価に必要なコンテキスト値が不明なため、シミュレーションを完了できません。',
  'simulation-missing': 'シミュレーションの結果がありません。',
  'policy-too-large': 'ロールのインラインポリシーのサイズ上限を超えます。',
  'too-many-attached': 'ロールにアタッチできる管理ポリシーの数の上限を超えます。',
  'group-not-prepared': 'このロググループに対して、修復用のポリシーが用意されていません。',
  'other-way-stands': '別の方式で付与した exec-log のポリシーがロールに残っています。',
  'too-many-targets': '1 つのポリシーに入れられる配信先の上限を超えます。',
  'simulated-denied': 'シミュレーションで、タスクロールの呼び出しが拒否されています。',
  'transcript-delivered': '修復後のセッションログが届きました。',
  'fixed-in-code': 'ロールは自身のポリシーで許可されているため、exec-log のポリシーを外しました。',
  'stack-deletion':
    'スタックによるロールの削除を妨げていた exec-log のポリシーを外しました。スタックをもう一度削除してください。',
  'role-gone': '対象のロールがなくなりました。',
  'policy-old': 'exec-log のポリシーが長期間残っており、ロールはまだそれを必要としています。',
  'nobody-to-ask': '承認を依頼できる相手または Slack チャンネルが設定されていません。',
  'proposal-rejected': '修復の提案は却下されました。',
  'proposal-expired': '修復の提案は、回答がないまま期限が切れました。',
  'proposal-unknown': '該当する修復の提案がありません。',
  'proposal-replaced': '修復の提案は、新しい提案に置き換えられています。',
  'proposal-answered': '修復の提案には、すでに回答があります。',
  'wrong-message': '回答は、この提案のメッセージからのものではありません。',
  'approver-unmapped': '回答した Slack ユーザーは、設定で承認者として登録されていません。',
  'own-session': 'セッションの実行者は、自身のセッションに関する修復を承認できません。',
  'person-unknown': 'セッションの実行者が不明なため、承認を受け付けられません。',
  'evidence-not-kept': '回答の判断に必要な根拠が大きすぎて保存できないため、承認を依頼できません。',
  'plan-changed': '提案後に状況が変わり、承認された内容と一致しなくなりました。',
};

/** By code: what a reason says in Japanese. */
const SENTENCES: ReadonlyMap<string, string> = new Map([
  ...Object.entries(OTHERS),
  ...Object.entries(SESSION_CAUSES),
  ...Object.entries(JAPANESE_INCIDENTS).map(([code, what]) => [code, `${what}。`] as const),
  ...Object.entries(japaneseCauses).map(([code, { what }]) => [code, what] as const),
  ...Object.entries(GUARDRAILS),
]);

/** The sentence of the code, and the detail as evidence; a code that nobody translated leaves the detail alone. */
export function japaneseReason(code: string, detail: string): string {
  const sentence = SENTENCES.get(code);
  return sentence === undefined ? detail : `${sentence.replace(/。$/, '')}（${detail}）`;
}
