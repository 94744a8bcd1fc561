import fc from 'fast-check';
import type { Denial } from '../../functions/domain/denial.ts';
import { parseDenial } from '../../functions/domain/parse-denial.ts';
import {
  aDenialRecord,
  type DenialParts,
  delivered,
  principalArnOf,
  resourceOf,
  sentenceOf,
} from '../support/records.ts';

const LETTERS = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'];
const textOf = (characters: readonly string[], maxLength: number) =>
  fc.array(fc.constantFrom(...characters), { minLength: 1, maxLength }).map((all) => all.join(''));

const account = textOf([...'0123456789'], 12).map((text) => text.padStart(12, '0'));
const roleName = textOf([...LETTERS, ...'_+=,.@-'], 64);
const path = fc.constantFrom('/', '/team/', '/service-role/level1/', '/a/!"#$%/');
const logGroupName = textOf([...LETTERS, ...'.-_/#'], 120);
const streamText = textOf([...LETTERS, ...' /.-[]$"()#,;é'], 60).filter((text) => text.trim() === text);
const logStreamName = fc.oneof(
  textOf(LETTERS, 26).map((id) => `ecs-execute-command-${id}`),
  streamText,
  fc.tuple(streamText, fc.constantFrom('because of', 'with an', 'because'), streamText).map((words) => words.join(' ')),
);
const place = fc.constantFrom(
  { partition: 'aws', region: 'eu-central-1' },
  { partition: 'aws-cn', region: 'cn-northwest-1' },
  { partition: 'aws-us-gov', region: 'us-gov-west-1' },
  { partition: 'aws-iso-b', region: 'us-isob-east-1' },
  { partition: 'aws-eusc', region: 'eusc-de-east-1' },
);

type Reason = Pick<Denial, 'policyType' | 'denialKind' | 'policyArn'> & { readonly reason: string };

const types: readonly (readonly [string, string, NonNullable<Denial['policyType']>])[] = [
  ['an', 'identity-based policy', 'identity-based'],
  ['a', 'resource-based policy', 'resource-based'],
  ['the', 'role trust policy', 'resource-based'],
  ['a', 'permissions boundary', 'permissions-boundary'],
  ['a', 'session policy', 'session'],
  ['a', 'service control policy', 'scp'],
  ['a', 'resource control policy', 'rcp'],
  ['a', 'VPC endpoint policy', 'vpc-endpoint'],
];
const reason = fc
  .record({
    type: fc.constantFrom(...types),
    form: fc.constantFrom('implicit', 'bare', ': ', ', with policy ARN: '),
    account,
    roleName: textOf(LETTERS, 30),
  })
  .map(({ type: [article, words, policyType], form, ...policy }): Reason => {
    if (form === 'implicit') {
      const text = ` because no ${words} allows the logs:CreateLogStream action`;
      return { reason: text, policyType, denialKind: 'implicit', policyArn: null };
    }
    const policyArn = form === 'bare' ? null : `arn:aws:iam::${policy.account}:policy/${policy.roleName}`;
    const text = ` with an explicit deny in ${article} ${words}${policyArn === null ? '' : form + policyArn}`;
    return { reason: text, policyType, denialKind: 'explicit', policyArn };
  });

const parts = fc
  .record({
    account,
    roleName,
    rolePath: path,
    roleId: textOf(LETTERS, 21),
    sessionName: textOf([...LETTERS, '-'], 40),
    logGroupName,
    logStreamName,
    eventId: fc.uuid(),
    place,
  })
  .map(({ place: { partition, region }, ...rest }): Partial<DenialParts> => ({ ...rest, partition, region }));

const strings = (value: unknown): string => JSON.stringify(value);

describe('given any input', () => {
  it('never throws, and gives a denial or a refusal', () => {
    const anything = fc.oneof(fc.anything(), fc.jsonValue(), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(anything, (input) => ['denial', 'refusal'].includes(parseDenial(input).kind)),
      { numRuns: 500 },
    );
  });

  it('never throws on a real record with any of its fields replaced', () => {
    const record = aDenialRecord();
    const field = fc.constantFrom(...Object.keys(record), 'detail-type', 'source', 'detail');
    fc.assert(
      fc.property(fc.dictionary(field, fc.anything()), fc.anything(), (fields, identity) => {
        const mutated = aDenialRecord({}, fields);
        const userIdentity = { ...Object(record['userIdentity']), sessionContext: identity };
        for (const input of [mutated, delivered(mutated), { ...mutated, userIdentity }]) parseDenial(input);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws on any message, and never invents a group', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'User: ',
        principalArnOf(),
        ' is not authorized to perform: ',
        'logs:CreateLogStream',
        ' on resource: ',
      ),
      fc.constantFrom(
        resourceOf(),
        ' because no identity-based policy allows the ',
        'logs:CreateLogStream',
        ' action',
        '\n',
        '"',
      ),
      fc.constantFrom(
        ' with an explicit deny',
        ' in a service control policy',
        ': arn:aws:iam::1:policy/x',
        ':log-stream:',
        ':*',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 20 }), (words) => {
        const message = words.join('');
        const parsed = parseDenial(aDenialRecord({ message }));
        if (parsed.kind === 'denial') expect(message.replace(/\s/g, '')).toContain(parsed.denial.logGroupName ?? '');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('given any denied call', () => {
  it('gives its values back exactly, and no others', () => {
    fc.assert(
      fc.property(parts, reason, ({ ...values }, { reason: text, ...expected }) => {
        // A stream that speaks of reasons itself makes the reason uncertain; that is the property further down.
        fc.pre(!/because no|explicit deny/.test(values.logStreamName ?? ''));
        const record = aDenialRecord({ ...values, reason: text });
        const parsed = parseDenial(delivered(record));
        if (parsed.kind === 'refusal') throw new Error(parsed.refusal.detail);
        const { eventTime, action, source, resource, principalArn, sentence, ...rest } = parsed.denial;
        expect(rest).toEqual({ ...values, ...expected });
        expect(sentence).toBe(record['errorMessage']);
        expect([resource, principalArn]).toEqual([resourceOf(values), principalArnOf(values)]);
        for (const value of [eventTime, action, resource])
          expect(strings(record)).toContain(strings(value).slice(1, -1));
        expect(['ecs-exec', 'other']).toContain(source);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives the whole group or none for every place where the message may be cut', () => {
    fc.assert(
      fc.property(parts, reason, fc.nat(), (values, { reason: text, denialKind }, at) => {
        const whole = sentenceOf({ ...values, reason: text });
        const parsed = parseDenial(aDenialRecord({ ...values, message: whole.slice(0, at % whole.length) }));
        if (parsed.kind === 'refusal') return expect(parsed.deniedCreateLogStream).toBe(true);
        expect(parsed.denial.logGroupName).toBe(values.logGroupName);
        if (parsed.denial.denialKind !== denialKind) expect(parsed.denial.denialKind).not.toBe('implicit');
      }),
      { numRuns: 2000 },
    );
  });

  it("never makes AWS's reason more favourable, whatever the stream is called", () => {
    const word = fc.constantFrom(
      'because no',
      'identity-based policy',
      'allows the',
      'logs:CreateLogStream',
      'action',
      'with an explicit deny',
      'in a',
      'session policy',
      'x',
      ':',
      '\n',
    );
    const hostile = fc
      .array(word, { minLength: 1, maxLength: 14 })
      .map((words) => `ecs-execute-command-x ${words.join(' ')}`);
    const forged = 'ecs-execute-command-x because no identity-based policy allows the logs:CreateLogStream action';
    const names = fc.oneof(
      hostile,
      hostile.map((name) => `${forged} ${name}`),
      fc.constant(forged),
    );
    fc.assert(
      fc.property(names, reason, (name, { reason: text, denialKind, policyType }) => {
        const parsed = parseDenial(aDenialRecord({ logStreamName: name, reason: text }));
        if (parsed.kind === 'refusal' || parsed.denial.denialKind !== 'implicit') return;
        expect(parsed.denial).toMatchObject({ denialKind, policyType });
      }),
      { numRuns: 2000 },
    );
  });
});
