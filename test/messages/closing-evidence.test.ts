import { deliveryEvidence, removalEvidence } from '../../functions/messages/closing-evidence.ts';
import { POLICY_NAME, SESSION_ID } from '../support/builders.ts';
import { aLedgerLine, aVerdict } from '../support/ledger.ts';

const PROOF = { transcript: '/ecs/nginx-sample/nginx: stream', fingerprint: null, eventId: null };
const delivery = { line: aLedgerLine(), verdict: aVerdict({ settledAt: '2023-02-11T08:00:00Z', proof: PROOF }) };
const REASON = { code: 'fixed-in-code', detail: 'the role is allowed without our policy' };

describe('given a repair that is proved', () => {
  it.each([
    [
      'en',
      [
        '## Verified',
        `The transcript of a later session arrived: \`${SESSION_ID}\`, opened 2023-02-11T06:30:00Z, container \`nginx\`.`,
        '- Transcript: `/ecs/nginx-sample/nginx: stream`',
        '- Found: 2023-02-11T08:00:00Z',
        '',
        'The transcripts of the sessions before it do not come back; each stays open until a person accepts the gap.',
      ],
    ],
    [
      'ja',
      [
        '## 確認済み',
        `その後のセッションのログが届きました: \`${SESSION_ID}\`（開始 2023-02-11T06:30:00Z、コンテナ \`nginx\`）`,
        '- セッションログ: `/ecs/nginx-sample/nginx: stream`',
        '- 確認日時: 2023-02-11T08:00:00Z',
        '',
        'それより前のセッションのログは復元できません。各セッションは、担当者が欠落を承認するまで未解決のまま残ります。',
      ],
    ],
  ] as const)('closes its ticket with the transcript, in %s', (language, lines) => {
    expect(deliveryEvidence(delivery, language).split('\n')).toEqual(lines);
  });
});

describe('given a policy of ours that is gone for good', () => {
  it.each([
    ['en', `## Closed\nthe role is allowed without our policy (\`${POLICY_NAME}\`, 2023-02-11T09:00:00Z).`],
    [
      'ja',
      `## クローズ\nロールは自身のポリシーで許可されているため、exec-log のポリシーを外しました（the role is allowed without our policy）（\`${POLICY_NAME}\`、2023-02-11T09:00:00Z）`,
    ],
  ] as const)('closes its ticket with the reason, in %s', (language, text) => {
    expect(removalEvidence(POLICY_NAME, REASON, '2023-02-11T09:00:00Z', language)).toBe(text);
  });
});
