import type { SignalPhrases, SignalTexts } from './phrases.ts';

const delivery: SignalTexts = {
  lost: 'ECS Exec のセッションログ消失',
  logs: 'ECS Exec のセッションログ',
  fate: 'lost',
  may: 'ECS Exec のセッションログを配信',
  denied: null,
  consequence: 'シェルは正常に開始・終了していますが、セッションログは失われ、復元できません。',
  check: '新しい ECS Exec セッションを開き、セッションログが届くことを確認してください',
  isOfSessions: true,
};

const REFUSED =
  'エージェントがセッションを拒否するため、シェルは開きません。試した本人以外は、このことに気付けません。';

const REFUSED_TEXTS = {
  lost: 'ECS Exec セッションの拒否',
  logs: 'ECS Exec セッション',
  fate: 'refused',
  may: 'ECS Exec セッションを記録',
} as const;

const companions: SignalPhrases['companions'] = {
  'describe-log-groups': {
    ...REFUSED_TEXTS,
    denied: 'logs:DescribeLogGroups',
    consequence: `クラスターはロググループの暗号化を要求していますが、エージェントはそれを確認できません。${REFUSED}`,
  },
  'bucket-encryption': {
    ...REFUSED_TEXTS,
    denied: 's3:GetEncryptionConfiguration',
    consequence: `クラスターは S3 バケットの暗号化を要求していますが、エージェントはそれを確認できません。${REFUSED}`,
  },
  'session-key': {
    ...REFUSED_TEXTS,
    denied: 'kms:Decrypt',
    consequence: `エージェントは、クラスターのセッション用 KMS キーで復号できません。${REFUSED}`,
  },
  object: {
    lost: 'ECS Exec のセッションログ消失',
    logs: 'S3 バケット内の ECS Exec のセッションログ',
    fate: 'lost',
    may: 'ECS Exec のセッションログを S3 バケットに配信',
    denied: 's3:PutObject',
    consequence: 'シェルは正常に開始・終了していますが、セッションログは S3 バケットに届いておらず、復元できません。',
  },
};

const router: SignalTexts = {
  lost: 'FireLens のログ消失',
  logs: 'アプリケーションログ',
  fate: 'lost',
  may: 'アプリケーションログを配信',
  denied: null,
  consequence:
    'このタスクのアプリケーションログは届いていません。ログルーターは配信できないログを数回の再試行後に破棄し、破棄されたログは復元できません。' +
    'Fluent Bit は 1 秒に約 2 回試行するため、拒否の件数は失われたログの量を表しません。',
  check: 'ロググループに新しいログイベントが届くことを確認してください',
  isOfSessions: false,
};

const driver: SignalTexts = {
  lost: 'コンテナログ消失',
  logs: 'コンテナログ',
  fate: 'lost',
  may: 'コンテナログを配信',
  denied: null,
  consequence:
    'awslogs ドライバーはタスク実行ロールで書き込みます。exec-log がこのロールを変更することはありません。' +
    'コンテナのログが失われるか、コンテナが起動しません。',
  check: '新しいタスクを起動し、ログストリームが作成されることを確認してください',
  isOfSessions: false,
};

/** Every signal in Japanese. */
export const japaneseSignals: SignalPhrases = { delivery, companions, router, driver };
