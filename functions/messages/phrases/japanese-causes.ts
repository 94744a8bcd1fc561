import type { CausePhrase, Phrases } from './phrases.ts';

const ROLE_TEAM = 'タスクロールの担当チーム';
const CLUSTER_TEAM = 'クラスターと ECS Exec 設定の担当チーム';
const SECURITY = 'セキュリティチーム';
const PLATFORM = 'セキュリティチームまたはプラットフォームチーム';
const KEY_OWNER = 'KMS キーの所有者';
const ROUTER_TEAM = 'タスク定義とログルーターのイメージの担当チーム';
const ORGANISATION = '組織全体のセキュリティチームまたはプラットフォームチーム';
const OPERATORS = 'exec-log の運用担当者';
const FORGED = 'このような呼び出しは、コンテナ内のシェルからも偽装できます。';

function cause(what: string, owner: string): CausePhrase {
  return { what, owner };
}

/** Every cause in Japanese. */
export const japaneseCauses: Phrases['causes'] = {
  'write-refused': cause('修復のための書き込みが IAM に拒否されました。', OPERATORS),
  'target-unexpected': cause(
    `拒否された呼び出しの宛先は、セッション本来のログ配信先ではありません。${FORGED}`,
    SECURITY,
  ),
  'session-of-another-task': cause('拒否された呼び出しは、別のタスクのセッションを示しています。', SECURITY),
  'not-the-task-role': cause('拒否された呼び出しは、タスクロールではないロールで行われました。', SECURITY),
  'target-elsewhere': cause('ログの配信先が、別のアカウントまたは別のリージョンにあります。', CLUSTER_TEAM),
  'policy-foreign': cause('exec-log が作成していない同名のポリシーがロールにあります。', ROLE_TEAM),
  'policy-changed': cause('exec-log が付与したポリシーが変更されました。', ROLE_TEAM),
  recurrence: cause('この原因は以前に修復しましたが、呼び出しが再び拒否されました。', ROLE_TEAM),
  'policy-removed': cause('exec-log が付与したポリシーが削除されました。', ROLE_TEAM),
  'policy-overdue': cause('暫定措置として exec-log が付与したポリシーが、まだ残っています。', ROLE_TEAM),
  'policy-not-needed': cause(
    'ロールは exec-log のポリシーがなくても許可されていますが、ポリシーがまだ残っています。',
    ROLE_TEAM,
  ),
  'policy-blocks-deletion': cause('exec-log のポリシーが残っているため、スタックがロールを削除できません。', ROLE_TEAM),
  'removal-refused': cause('exec-log のポリシーの削除が IAM に拒否されました。', OPERATORS),
  'policy-reverted': cause('この原因に対するポリシーは、以前に付与された後、取り消されています。', ROLE_TEAM),
  'denied-by-boundary': cause('ロールのアクセス許可の境界が、この呼び出しを許可していません。', PLATFORM),
  'denied-by-scp': cause('サービスコントロールポリシー (SCP) が、この呼び出しを拒否しています。', ORGANISATION),
  'denied-by-rcp': cause('リソースコントロールポリシー (RCP) が、この呼び出しを拒否しています。', ORGANISATION),
  'denied-by-session-policy': cause(
    'セッションポリシーが、この呼び出しを拒否しています。',
    'このロールのセッションを発行している担当者',
  ),
  'denied-by-vpc-endpoint': cause('VPC エンドポイントポリシーが、この呼び出しを拒否しています。', 'ネットワークチーム'),
  'denied-by-resource-policy': cause(
    'リソース自体のポリシー（バケットポリシーなど）が、この呼び出しを拒否しています。',
    'リソースの所有者',
  ),
  'denied-explicitly': cause('この呼び出しを明示的に拒否するステートメントがあります。', '拒否を記述した担当者'),
  'simulated-organization-deny': cause(
    'シミュレーションによると、組織のポリシーがこの呼び出しを拒否します。',
    ORGANISATION,
  ),
  'simulated-boundary-deny': cause(
    'シミュレーションによると、アクセス許可の境界がこの呼び出しを拒否します。',
    PLATFORM,
  ),
  'simulated-deny': cause(
    'シミュレーションによると、ポリシーを付与してもこの呼び出しは拒否されたままです。',
    ROLE_TEAM,
  ),
  'execution-role-denied': cause(
    'タスク実行ロールに、コンテナのログを書き込む許可がありません。exec-log がこのロールを変更することはありません。',
    'タスク実行ロールの担当チーム',
  ),
  'no-log-router': cause(
    `呼び出しはログルーターからのものに見えますが、タスク定義にログルーターがありません。${FORGED}`,
    SECURITY,
  ),
  'router-target-baked-in': cause(
    'ログルーターの出力先がイメージに組み込まれており、設定にもこのロールの宣言がありません。',
    ROUTER_TEAM,
  ),
  'router-target-template': cause(
    'ログルーターがロググループ名をレコードごとに組み立てるため、ポリシーで指定できません。',
    ROUTER_TEAM,
  ),
  'router-other-role': cause('ログルーターの出力が、タスクロールとは別のロールを使用しています。', ROUTER_TEAM),
  'router-region-elsewhere': cause('ログルーターの出力先が、タスクとは別のリージョンです。', ROUTER_TEAM),
  'router-group-unreadable': cause('ログルーターの出力に、ロググループ名として読み取れる値がありません。', ROUTER_TEAM),
  'router-creates-group': cause(
    'ログルーターがロググループを作成しようとしていますが、タスク定義にも設定にもその指定がありません。',
    ROUTER_TEAM,
  ),
  'key-missing': cause('配信に必要な KMS キーが存在しません。', CLUSTER_TEAM),
  'key-disabled': cause('配信に必要な KMS キーが無効、または削除待ちです。', KEY_OWNER),
  'key-elsewhere': cause('配信に必要な KMS キーが、別のアカウントまたは別のリージョンのものです。', KEY_OWNER),
  'key-not-delegating': cause(
    'キーポリシーが、アカウントの IAM ポリシーに許可を委任しておらず、このロールも許可していません。',
    KEY_OWNER,
  ),
  'key-policy-unreadable': cause(
    'キーポリシーを読み取れないため、許可を追加しても有効かどうかを判断できません。',
    KEY_OWNER,
  ),
  'key-unresolved': cause('設定された KMS キーを、キーの ARN に解決できません。', KEY_OWNER),
  'bucket-missing': cause('ログ配信先の S3 バケットが存在しません。', CLUSTER_TEAM),
  'bucket-encryption-unreadable': cause(
    'S3 バケットの暗号化設定を読み取れません。別のアカウントのバケットであるか、KMS キーが必要な可能性があります。',
    'S3 バケットの所有者',
  ),
  'log-group-missing': cause('エージェントが参照する場所に、ロググループが存在しません。', CLUSTER_TEAM),
  'target-other-container': cause('拒否されたロググループは、同じタスクの別のコンテナのものです。', ROLE_TEAM),
  'logging-off': cause('クラスターはセッションを記録していません（logging が NONE）。', CLUSTER_TEAM),
  'no-awslogs-driver': cause('logging が DEFAULT ですが、コンテナに awslogs ドライバーがありません。', CLUSTER_TEAM),
  'awslogs-group-missing': cause(
    'logging が DEFAULT ですが、コンテナに awslogs-group が指定されていません。',
    CLUSTER_TEAM,
  ),
  'override-without-target': cause(
    'logging が OVERRIDE ですが、ロググループも S3 バケットも指定されていません。',
    CLUSTER_TEAM,
  ),
  'log-group-unreadable': cause('設定されたロググループ名は、有効な名前ではありません。', CLUSTER_TEAM),
  'not-a-role-session': cause(
    '呼び出しはロールで行われていません。タスクに専用のタスクロールがありません。',
    ROLE_TEAM,
  ),
  'session-not-found': cause(
    'セッションの ExecuteCommand の記録が見つかりません。別の方法で開かれたか、呼び出しが偽装されています。',
    SECURITY,
  ),
  'suppression-expired': cause(
    'このロールに関する通知は抑止されていましたが、有効な抑止はなくなりました。次に拒否が発生すると、その原因が分かります。',
    ROLE_TEAM,
  ),
  'cause-unknown': cause('どのポリシーが拒否したのかを、AWS は示していません。', ROLE_TEAM),
  'missing-permission': cause(
    'タスクロールのアイデンティティベースのポリシーに、この呼び出しの許可がありません。',
    ROLE_TEAM,
  ),
};

/** What reads otherwise of log routers. */
export const japaneseRouterCauses: Phrases['routerCauses'] = {
  'target-unexpected': cause(
    `拒否された呼び出しの宛先は、タスクのログルーターのロググループではありません。${FORGED}`,
    SECURITY,
  ),
  'log-group-missing': cause('ロググループが存在せず、ログルーターも作成しません。', ROUTER_TEAM),
};
