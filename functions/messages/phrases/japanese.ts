import { japaneseCauses, japaneseRouterCauses } from './japanese-causes.ts';
import { japaneseIncident, japanesePolicy, japaneseUnmuted } from './japanese-news.ts';
import { japaneseReason } from './japanese-reasons.ts';
import { japaneseSignals } from './japanese-signals.ts';
import type {
  ClosingPhrases,
  EvidencePhrases,
  PatchPhrases,
  Phrases,
  RouterPhrases,
  SessionPhrases,
  TicketPhrases,
} from './phrases.ts';

const ticket: TicketPhrases = {
  title: (roleName, denied) =>
    `${roleName} の ${'call' in denied ? `${denied.call} ` : `${denied.group} への配信`}が拒否されました`,
  unknownTarget: 'ログの配信先',
  summary: ({ isExecutionRole, role, cluster, denied, account, region, denials, first, last, consequence }) =>
    `${cluster === null ? '' : `クラスター ${cluster} で、`}${isExecutionRole ? 'タスク実行ロール' : 'タスクロール'} ${role} による` +
    `${denied}が AWS に拒否されました（アカウント ${account}、リージョン ${region}、${first} から ${last} までに ${denials} 件）。${consequence}`,
  deniedCall: (call) => `、ECS Exec セッションの記録に必要な ${call} の呼び出し`,
  deniedDelivery: (group) => `、${group} への ECS Exec のセッションログの配信`,
  deniedRouter: (routerName, group) =>
    `、${routerName === null ? 'FireLens のログルーター' : `ログルーター ${routerName} `}から ${group} へのアプリケーションログの配信`,
  deniedDriver: (group) => `、${group} へのコンテナログの配信`,
  cause: '原因と担当',
  owner: (owner) => `担当: ${owner}`,
  check: '確認',
  checkAndUndo: '確認と取り消し',
  askIamAnd: (check) => `変更後、次のコマンドで IAM の評価結果を確認し、続いて${check}。`,
  afterChange: (check) => `変更後、${check}。`,
  undo: 'exec-log のポリシーをロールから外すには、次のコマンドを実行してください。',
  guardrails: 'ポリシーを付与しなかった理由',
  notEvaluable: '（評価不能）',
  notKnown: (because) => `満たしているかどうかを確認できませんでした（${because}）`,
};

const sessions: SessionPhrases = {
  heading: 'セッション',
  unrecorded: '記録のないセッション',
  person: '不明',
  opened: ({ sessionId, person, source, startedAt, endedAt, container, task }) =>
    `${sessionId}: 実行者 ${person}${source === null ? '' : `、ソース ID ${source}`}、開始 ${startedAt}` +
    `${endedAt === null ? '' : `、終了 ${endedAt}`}、コンテナ ${container}、タスク ${task}`,
  more: (count) => `ほか ${count} 件`,
  noneKnown: 'セッション ID は不明です。',
  othersInLedger: 'ほかのセッションの実行者は、セッション台帳で確認できます。',
  othersInReport: 'ほかのセッションの実行者は、レポートで確認できます。',
};

const evidence: EvidencePhrases = {
  heading: '根拠',
  names: {
    sentence: 'AWS のメッセージ',
    action: 'アクション',
    resource: 'リソース',
    policyType: 'ポリシータイプ',
    kind: '拒否の種類',
    policy: '拒否したポリシー',
    principal: 'プリンシパル',
    event: 'CloudTrail イベント',
    time: '発生日時',
  },
  notNamed: 'AWS による明示なし',
  simulation: (action, now, withPolicy) =>
    `シミュレーション: ${action} は、現在は${now}${withPolicy === null ? '' : `、ポリシーを付与した場合は${withPolicy}`}`,
  unreadable: (because) => `シミュレーション: 結果を取得できませんでした（${because}）`,
  verdicts: {
    allowed: '許可',
    organization: '組織のポリシーにより拒否',
    boundary: 'アクセス許可の境界により拒否',
    explicit: '明示的に拒否',
    denied: '許可なし',
  },
};

const router: RouterPhrases = {
  heading: 'ログルーター',
  none: 'ECS で確認できる限り、タスク定義にログルーターのコンテナはありません。',
  container: (name, type) => `コンテナ: ${name} (${type})`,
  task: (task) => `タスク: ${task}`,
  bakedIn:
    '出力先: タスク定義にはありません。ログルーターのイメージに組み込まれており、AWS の API では確認できません。' +
    '設定の `fireLens.targets` にロール、ロググループ、ログルーターがロググループを作成するかどうかを宣言すると、修復できるようになります。',
  output: (group, isDeclared) =>
    `出力先: ロググループ ${group}（${
      isDeclared
        ? 'ログルーターのイメージに組み込まれているため、設定の `fireLens.targets` の宣言によります'
        : 'コンテナのログオプションによります'
    }）`,
  needed: (actions) => `必要なアクション: ${actions}`,
  ownLog: (group) => `ログルーター自身の出力: 標準出力のロググループ ${group} で確認できます`,
};

const patches: PatchPhrases = {
  heading: 'コードに追加する許可',
  ofRole: (role) =>
    `ロール ${role} を管理しているコードに追加してください。そのコードがロールのインラインポリシーを列挙している場合は、その一覧に追加してください` +
    '（Terraform では `inline_policy` ブロック、または `aws_iam_role_policies_exclusive` のポリシー名）。',
  ofStack: (role, stack) =>
    `ロール ${role} はスタック ${stack} に属しています。別のポリシーとして追加せず、そのスタックのテンプレートにあるロールのポリシーにステートメントを追加してください。` +
    'スタックが把握していないポリシーがロールにあると、スタックを削除できません。',
  tooLong: (names) => `長すぎるため、ここには表示していません: ${names}`,
  exclusive: 'exec-log のポリシーが外される可能性',
  terraform:
    '**Terraform:** このロールの `aws_iam_role_policies_exclusive`、または `aws_iam_role` の `inline_policy` ブロックは、' +
    'ロールのすべてのインラインポリシーを管理します。次の apply で exec-log のポリシーが削除されるため、事前に許可を追加してください。',
  terraformAttached:
    '**Terraform:** このロールの `aws_iam_role_policy_attachments_exclusive`、または `aws_iam_role` の `managed_policy_arns` は、' +
    'ロールにアタッチされたすべてのポリシーを管理します。次の apply で exec-log のポリシーがデタッチされるため、事前に許可を追加してください。',
  cloudFormation: (stack) =>
    '**CloudFormation / CDK:** `AWS::IAM::Role` の `Policies` が exec-log のポリシーを削除することはありません。ただし、exec-log のポリシーがロールにある間は、' +
    `${stack === null ? 'ロールが属するスタック' : `スタック ${stack}`} の削除に失敗します。` +
    '事前に `exec-log revert` で外すか、失敗を検知した exec-log がポリシーを外した後で、もう一度削除してください。',
  likelyCause: '最も可能性の高い原因',
  likelyTerraform:
    'Terraform がロールのすべてのインラインポリシーを管理している可能性があります。`aws_iam_role_policies_exclusive`、または `aws_iam_role` の ' +
    '`inline_policy` ブロックは、コードにないポリシーを apply のたびに削除します。CloudFormation と CDK がこのようなポリシーを削除することはありません。',
  likelyTerraformAttached:
    'Terraform がロールにアタッチされたすべてのポリシーを管理している可能性があります。`aws_iam_role_policy_attachments_exclusive`、または `aws_iam_role` の ' +
    '`managed_policy_arns` は、コードにないポリシーを apply のたびにデタッチします。CloudFormation と CDK がこのようなポリシーをデタッチすることはありません。',
  likelyOfStack: (stack, resource) =>
    `ロールはスタック ${stack} に属しており、CloudFormation は把握していないポリシーを削除しません。手作業で削除されたか、` +
    `このロールの ${resource} を持つ Terraform など、別のツールが削除した可能性があります。`,
  whoRemoved: (event) =>
    `削除した実行者は、CloudTrail の ${event} イベントをロール名とポリシー名で検索すると確認できます。`,
};

const closing: ClosingPhrases = {
  verified: '確認済み',
  arrived: (sessionId, startedAt, container) =>
    `その後のセッションのログが届きました: ${sessionId}（開始 ${startedAt}、コンテナ ${container}）`,
  transcript: (place) => `セッションログ: ${place}`,
  found: (at) => `確認日時: ${at}`,
  gapsStay:
    'それより前のセッションのログは復元できません。各セッションは、担当者が欠落を承認するまで未解決のまま残ります。',
  closed: 'クローズ',
  because: (what, policy, at) => `${what}（${policy}、${at}）`,
};

/** Everything in Japanese. What the domain says in English stays beside it, as evidence. */
export const japanese: Phrases = {
  signals: japaneseSignals,
  causes: japaneseCauses,
  routerCauses: japaneseRouterCauses,
  ticket,
  sessions,
  evidence,
  router,
  patches,
  policy: japanesePolicy,
  incident: japaneseIncident,
  unmuted: japaneseUnmuted,
  closing,
  reason: japaneseReason,
};
