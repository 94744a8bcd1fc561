import * as fc from 'fast-check';
import { sha256 } from '../../functions/adapters/digest.ts';
import { maskAccount } from '../../functions/flow/capture-mask.ts';
import { createWordMask } from '../../functions/flow/capture-mask-words.ts';

const masked = (file: Readonly<Record<string, unknown>>) => maskAccount(file, sha256, 'salt');
const textOf = (text: string) => String(masked({ note: text })['note']);
const word = fc.stringMatching(/^[A-Za-z0-9]{5,20}$/);

describe('given a word', () => {
  it('has one mask of its length and kind, which is never itself nor that of another', () => {
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 30 }), (words) => {
        const mask = createWordMask(sha256, 'salt');
        const masks = words.map((one) => mask.mask(one));
        expect(words.map((one) => mask.mask(one))).toEqual(masks);
        expect(masks.map((one) => one.length)).toEqual(words.map((one) => one.length));
        expect(mask.isAmbiguous() || new Set(masks).size === words.length).toBe(true);
      }),
    );
  });

  it('has a mask that begins as the masks of the words with its beginning do', () => {
    fc.assert(
      fc.property(word, word, (beginning, rest) => {
        // Hexadecimal words have an alphabet of their own.
        fc.pre(/[g-zG-Z]/.test(beginning.slice(0, 5)));
        const { mask } = createWordMask(sha256, 'salt');
        expect(mask(`${beginning}${rest}`).startsWith(mask(beginning))).toBe(true);
      }),
    );
  });

  it('is said to be ambiguous where another word has its mask', () => {
    const { mask, isAmbiguous } = createWordMask(() => '00000000', 'salt');
    // 9 is followed by a in hexadecimal words, z in others.
    mask('9999999e');
    expect(isAmbiguous()).toBe(false);
    expect([mask('9999999e'), mask('zzzzzzze'), isAmbiguous()]).toEqual(['aaaaaaaf', 'aaaaaaaf', true]);
  });

  it("is said to be ambiguous where its mask is a word of AWS's", () => {
    const { mask, isAmbiguous } = createWordMask(() => '00000000', 'salt');
    // Every character but the first of its alphabet's own: hexadecimal words count to 16, others to 10 and 26.
    mask('0000000f');
    expect(isAmbiguous()).toBe(false);
    mask('z9');
    mask('dbr');
    expect([mask('dbr'), isAmbiguous()]).toEqual(['ecs', true]);
  });
});

describe('given a text', () => {
  it.each([
    'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy',
    'ecs-tasks.amazonaws.com',
    's3.cn-north-1.amazonaws.com.cn',
    'com.amazonaws.eu-central-1.ssmmessages',
    'eu-central-1',
    'us-gov-west-1',
    'eu-central-1b',
    '/aws/ecs/',
    '/ecs/',
    'ecs-execute-command-*',
    'AWSReservedSSO_*',
    'ExecLogDelivery-eu-central-1',
    '2012-10-17',
    'true',
    '*',
  ])('keeps %s, which decides', (text) => {
    expect(textOf(text)).toBe(text);
  });

  it.each([
    ['111111111111', /^\d{12}$/],
    [
      'arn:aws:ecs:eu-central-1:111111111111:task/web/a9112a0a96ed445cbc93a90807e34e37',
      /^arn:aws:ecs:eu-central-1:\d{12}:task\/[a-z]{3}\/[0-9a-f]{32}$/,
    ],
    [
      'arn:aws:kms:eu-central-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      /:key\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    ],
    ['AROAEXAMPLE1234567890', /^AROA[A-Z0-9]{17}$/],
    ['alice@example.com', /^[a-z]{5}@[a-z]{7}\.com$/],
    ['/aws/ecs/web-shop', /^\/aws\/ecs\/[a-z]{3}-[a-z]{4}$/],
    ['203.0.113.17', /^192\.0\.2\.1$/],
  ])('masks %s, and keeps its form', (text, form) => {
    expect(textOf(text)).toMatch(form);
    expect(textOf(text)).not.toBe(text);
  });

  it('masks a name the same wherever it stands, and a pattern as what it matches', () => {
    const group = textOf('/ecs/nginx-sample/web');
    expect(textOf('arn:aws:logs:*:*:log-group:/ecs/nginx-sample/web:*')).toBe(`arn:aws:logs:*:*:log-group:${group}:*`);
    expect(group.startsWith(textOf('/ecs/nginx-sam*').slice(0, -1))).toBe(true);
  });
});

describe('given an account file', () => {
  it("masks names of the account, keeps AWS's own words and what the account decides by", () => {
    const file = masked({
      s3: { 'team-bucket': { encryption: { SSEAlgorithm: 'aws:kms' } } },
      tags: [
        { Key: 'exec-log-remediation', Value: 'observe' },
        { Key: 'owner', Value: 'payments' },
        { key: 'owner', value: 'payments' },
      ],
      launchType: 'FARGATE',
      desiredStatus: 'RUNNING',
      clusterName: 'PROD',
      requestParameters: { cluster: 'PROD' },
      PolicyDocument: '{"Statement":[{"Action":"logs:PutLogEvents","Resource":"arn:aws:logs:*:*:log-group:/ecs/web"}]}',
      Description: 'the cluster of Alice',
      errorMessage: 'User: arn:aws:sts::111111111111:assumed-role/web/x is not authorized to perform: a:B',
    });
    const owner = textOf('payments');
    const clusterName = textOf('PROD');
    expect(file).toEqual({
      s3: { [`${textOf('team')}-bucket`]: { encryption: { SSEAlgorithm: 'aws:kms' } } },
      tags: [
        { Key: 'exec-log-remediation', Value: 'observe' },
        { Key: 'owner', Value: owner },
        { key: 'owner', value: owner },
      ],
      launchType: 'FARGATE',
      desiredStatus: 'RUNNING',
      clusterName,
      requestParameters: { cluster: clusterName },
      PolicyDocument: `{"Statement":[{"Action":"logs:PutLogEvents","Resource":"arn:aws:logs:*:*:log-group:${textOf('/ecs/web')}"}]}`,
      errorMessage: `User: ${textOf('arn:aws:sts::111111111111:assumed-role/web/x')} is not authorized to perform: a:B`,
    });
  });

  it('is masked the same by the same salt, and otherwise by another', () => {
    const file = { clusterName: 'nginx-sample' };
    expect(maskAccount(file, sha256, 'salt')).toEqual(maskAccount(file, sha256, 'salt'));
    expect(maskAccount(file, sha256, 'salt')).not.toEqual(maskAccount(file, sha256, 'pepper'));
  });

  it('is masked again where two names would get one mask, and refused where they always would', () => {
    const file = { cluster: '9999999e', service: 'zzzzzzze' };
    const always = () => '00000000';
    const atFirst = (text: string) => (text.startsWith('salt/0\n') ? always() : '00000001');
    expect(maskAccount(file, atFirst, 'salt')).toEqual({ cluster: 'bbbbbbb0', service: 'bbbbbbbg' });
    expect(() => maskAccount(file, always, 'salt')).toThrow('no mask was found under which all names stay apart');
  });
});
