import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GUARDRAIL_CODES } from '../../functions/domain/decision.ts';
import { INCIDENT_CODES } from '../../functions/domain/incident.ts';
import { SESSION_CAUSE_CODES } from '../../functions/domain/session-causes.ts';
import { CAUSE_CODES } from '../../functions/messages/cause-codes.ts';
import { phrasesIn } from '../../functions/messages/phrases/phrasebook.ts';

const readme = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8');
const JAPANESE = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;

const codesIn = (text: string) => [...text.matchAll(/`([a-z]+(?:-[a-z]+)*)`/g)].map(([, code = '']) => code);

/** The codes in the first columns of the tables whose header begins so. */
function codesOfTables(section: string, header: string, columns = 1): readonly string[] {
  const [, text = ''] = readme.split(`\n## ${section}\n`);
  const tables = (text.split('\n## ')[0] ?? '').split(`\n${header}`).slice(1);
  return tables.flatMap((table) => {
    const [, ...lines] = table.split('\n');
    const rows = lines.slice(
      0,
      lines.findIndex((line) => !line.startsWith('|')),
    );
    return rows.flatMap((row) =>
      codesIn(
        row
          .split('|')
          .slice(1, columns + 1)
          .join('|'),
      ),
    );
  });
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

describe('given the Japanese phrases', () => {
  const { reason, signals, ...phrases } = phrasesIn('ja');
  const isSaid = (code: string) => JAPANESE.test(reason(code, 'detail'));

  it.each([
    ['of the guardrails', GUARDRAIL_CODES, 15],
    ['of the causes', CAUSE_CODES, 45],
    ['of incidents', INCIDENT_CODES, 6],
    ['of sessions', SESSION_CAUSE_CODES, 25],
    ['that the README lists before the guardrails', codesOfTables('Dispositions', '| code | meaning |'), 10],
    ['that the README lists as guardrails', codesOfTables('Guardrails', '| code | holds when |'), 15],
    ['that the README lists behind the guardrails', codesOfTables('Guardrails', '| guardrail | code |', 2), 65],
    ['that orders lead to', codesIn(/have these reasons: (.*)|has these reasons: (.*)/.exec(readme)?.[0] ?? ''), 7],
  ])('has a sentence for every code %s', (_of, codes, atLeast) => {
    expect(codes.length).toBeGreaterThanOrEqual(atLeast);
    expect(codes.filter((code) => !isSaid(code))).toEqual([]);
  });

  it('keeps the detail beside the sentence as evidence, and leaves a code that nobody knows its detail alone', () => {
    expect(reason('denied-by-scp', 'denied by p-123')).toBe(
      'サービスコントロールポリシー (SCP) が、この呼び出しを拒否しています（denied by p-123）',
    );
    expect(reason('some-new-code', 'what happened')).toBe('what happened');
  });

  it('are Japanese, each of them', () => {
    const { fate: _, ...delivery } = signals.delivery;
    const texts = [...textsIn(phrases), ...textsIn(delivery)];
    expect(texts.length).toBeGreaterThan(150);
    expect(texts.filter((text) => !JAPANESE.test(text))).toEqual([]);
  });

  it('name no cause and no owner like another cause by mistake', () => {
    const whats = Object.values(phrases.causes).map(({ what }) => what);
    expect(new Set(whats).size).toBe(whats.length);
  });
});

describe('given the English phrases', () => {
  it('are English, each of them', () => {
    expect(textsIn(phrasesIn('en')).filter((text) => JAPANESE.test(text))).toEqual([]);
  });

  it("give a reason in the domain's own words", () => {
    expect(phrasesIn('en').reason('denied-by-scp', 'denied by p-123')).toBe('denied by p-123');
  });
});

describe('given the same cause in both languages', () => {
  it.each([
    ['denied-by-boundary', 'the security or platform team', 'セキュリティチームまたはプラットフォームチーム'],
    [
      'denied-by-scp',
      "the organisation's security or platform team",
      '組織全体のセキュリティチームまたはプラットフォームチーム',
    ],
    [
      'denied-by-rcp',
      "the organisation's security or platform team",
      '組織全体のセキュリティチームまたはプラットフォームチーム',
    ],
    [
      'denied-by-session-policy',
      'whoever opens the sessions of the role',
      'このロールのセッションを発行している担当者',
    ],
    ['denied-by-vpc-endpoint', 'the network team', 'ネットワークチーム'],
    ['denied-by-resource-policy', "the resource's owner", 'リソースの所有者'],
    ['key-not-delegating', 'the owner of the KMS key', 'KMS キーの所有者'],
    ['bucket-encryption-unreadable', "the bucket's owner", 'S3 バケットの所有者'],
    [
      'log-group-missing',
      'the team that owns the cluster and its exec configuration',
      'クラスターと ECS Exec 設定の担当チーム',
    ],
    ['write-refused', 'the operators of exec-log', 'exec-log の運用担当者'],
    ['missing-permission', "the task role's team", 'タスクロールの担当チーム'],
  ] as const)('%s goes to the same people', (code, english, japanese) => {
    const owners = (['en', 'ja'] as const).map((language) => phrasesIn(language).causes[code].owner);
    expect(owners).toEqual([english, japanese]);
  });
});
