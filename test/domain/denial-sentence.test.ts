import type { DenialReason } from '../../functions/domain/denial-reason.ts';
import { readSentence } from '../../functions/domain/denial-sentence.ts';
import { resourceOf, sentenceOf } from '../support/records.ts';

const scpArn = 'arn:aws:organizations::222222222222:policy/o-abc/service_control_policy/p-abc';
const unknown: DenialReason = { policyType: null, denialKind: 'unknown', policyArn: null };
const implicit = (policyType: DenialReason['policyType']): DenialReason => ({
  policyType,
  denialKind: 'implicit',
  policyArn: null,
});
const explicit = (policyType: DenialReason['policyType'], policyArn: string | null = null): DenialReason => ({
  policyType,
  denialKind: 'explicit',
  policyArn,
});

function read(message: string) {
  const reading = readSentence(message);
  return reading.kind === 'sentence' ? reading.sentence : reading.refusal.code;
}

function reasonAndStream(reason: string, logStreamName = 'ecs-execute-command-1a') {
  const sentence = read(sentenceOf({ reason, logStreamName }));
  if (typeof sentence === 'string') return sentence;
  expect(sentence.resource.logGroupName).toBe('/ecs/nginx-sample/nginx');
  return { reason: sentence.reason, stream: sentence.resource.logStreamName };
}

const allows = 'allows the logs:CreateLogStream action';
const scpDeny = ' with an explicit deny in a service control policy';

describe('given a reason after the resource', () => {
  it.each<[string, string, DenialReason]>([
    ['identity-based, implicit', ` because no identity-based policy ${allows}`, implicit('identity-based')],
    ['resource-based, implicit', ` because no resource-based policy ${allows}`, implicit('resource-based')],
    ['role trust policy, implicit', ` because no role trust policy ${allows}`, implicit('resource-based')],
    ['permissions boundary, implicit', ` because no permissions boundary ${allows}`, implicit('permissions-boundary')],
    ['session policy, implicit', ` because no session policy ${allows}`, implicit('session')],
    ['SCP, implicit', ` because no service control policy ${allows}`, implicit('scp')],
    ['RCP, implicit', ` because no resource control policy ${allows}`, implicit('rcp')],
    ['VPC endpoint, implicit', ` because no VPC endpoint policy ${allows}`, implicit('vpc-endpoint')],
    ['identity-based, explicit', ' with an explicit deny in an identity-based policy', explicit('identity-based')],
    ['resource-based, explicit', ' with an explicit deny in a resource-based policy', explicit('resource-based')],
    ['role trust policy, explicit', ' with an explicit deny in the role trust policy', explicit('resource-based')],
    [
      'permissions boundary, explicit',
      ' with an explicit deny in a permissions boundary',
      explicit('permissions-boundary'),
    ],
    ['sessions policy', ' with an explicit deny in a sessions policy', explicit('session')],
    ['SCP', scpDeny, explicit('scp')],
    ['RCP', ' with an explicit deny in a resource control policy', explicit('rcp')],
    ['RCP by its letters', ' with an explicit deny in an RCP', explicit('rcp')],
    ['VPC endpoint', ' with an explicit deny in a VPC endpoint policy', explicit('vpc-endpoint')],
    [
      'transitively an SCP',
      ' with an explicit deny in an identity-based policy transitively through a service control policy',
      explicit('scp'),
    ],
    ['no type', ' with an explicit deny', explicit(null)],
    ['no type, SDK tail', ' with an explicit deny (Service: AWSLogs; Request ID: 1)', explicit(null)],
    ['": ARN"', `${scpDeny}: ${scpArn}`, explicit('scp', scpArn)],
    ['": ARN."', `${scpDeny}: ${scpArn}. Encoded authorization failure message: abc`, explicit('scp', scpArn)],
    ['", with policy ARN: ARN"', `${scpDeny}, with policy ARN: ${scpArn}`, explicit('scp', scpArn)],
    ['a name and an ARN', `${scpDeny}: p-abc, with policy ARN: ${scpArn}`, explicit('scp', scpArn)],
    ['an inline name', ' with an explicit deny in an identity-based policy: DenyLogs', explicit('identity-based')],
    ['an ARN with a break in it', `${scpDeny}: ${scpArn}\nd-e`, explicit('scp')],
    [
      'SDK tail',
      ` because no identity-based policy ${allows} (Service: AWSLogs; Request ID: 1)`,
      implicit('identity-based'),
    ],
    [
      'status tail',
      ` because no identity-based policy ${allows} status code: 400, request id: 1`,
      implicit('identity-based'),
    ],
    ['exit status', ` because no identity-based policy ${allows} : exit status 1`, implicit('identity-based')],
    ['text on the next line', ` because no identity-based policy ${allows}\nThe end.`, implicit('identity-based')],
    ['a broken-off reason on the next line', ` because no identity-based policy ${allows}\nwith an ex`, unknown],
    ['mistyped action', ' because no session policy allows the logs:CreateStream action', implicit('session')],
    [
      'line breaks in the phrase',
      ' because no\nidentity-\nbased policy\r\n  allows the logs:\nCreateLogStream action\n',
      implicit('identity-based'),
    ],
    ['unknown type, implicit', ` because no galaxy policy ${allows}`, unknown],
    ['unknown type, explicit', ' with an explicit deny in a galaxy policy', unknown],
    ['cut in the type', ' with an explicit deny in a service con', unknown],
    ['cut before the type', ' with an explicit deny in', unknown],
    ['cut in "transitively"', ' with an explicit deny in an identity-based policy transitively thro', unknown],
    ['cut implicit', ' because no identity-based policy allows the logs:CreateLogStream acti', unknown],
    ['no service in the action', ' because no identity-based policy allows the CreateLogStream action', unknown],
    ['a foreign "because"', ' because we are unable to validate encryption', unknown],
    ['none', '', unknown],
  ])('reads the reason: %s', (_, reason, expected) => {
    expect(reasonAndStream(reason)).toEqual({ reason: expected, stream: 'ecs-execute-command-1a' });
  });
});

describe('given a stream whose name spells a reason', () => {
  const forged = `ecs-execute-command-x because no identity-based policy ${allows}`;

  it.each<[string, string, string, DenialReason, string | null]>([
    ['an explicit deny follows', forged, scpDeny, unknown, 'ecs-execute-command-x'],
    ['a cut explicit deny follows', forged, ' with an expl', unknown, 'ecs-execute-command-x'],
    [
      'another implicit deny follows',
      forged,
      ` because no permissions boundary ${allows}`,
      unknown,
      'ecs-execute-command-x',
    ],
    [
      'a deny in the stream, an implicit one follows',
      `x${scpDeny}`,
      ` because no identity-based policy ${allows}`,
      unknown,
      `x${scpDeny}`,
    ],
    [
      'no colon, nothing follows',
      'x because no identity-based policy allows the CreateLogStream action',
      '',
      unknown,
      null,
    ],
    [
      'no colon, a deny follows',
      'x because no session policy allows it',
      scpDeny,
      unknown,
      'x because no session policy allows it',
    ],
    ['an ordinary "because"', 'x because of y', scpDeny, explicit('scp'), 'x because of y'],
  ])('never believes a more favourable reason: %s', (_, stream, reason, expected, expectedStream) => {
    expect(reasonAndStream(reason, stream)).toEqual({ reason: expected, stream: expectedStream });
  });

  it('keeps the deny when the clause stands in the name of the denying policy', () => {
    const reason = `${scpDeny}: arn:aws:iam::1:policy/x because no identity-based policy ${allows}`;
    expect(reasonAndStream(reason)).toEqual({ reason: explicit('scp'), stream: 'ecs-execute-command-1a' });
  });
});

describe('given a resource in the sentence', () => {
  const arn = 'arn:aws:logs:ap-northeast-1:111111111111:log-group:';
  it.each<[string, string, string | null, string | null, string | null]>([
    ['empty group and stream', `${arn}:log-stream:`, `${arn}:log-stream:`, null, null],
    ['empty stream', `${arn}a:log-stream:`, `${arn}a:log-stream:`, 'a', null],
    ['bare group', `${arn}a`, `${arn}a`, 'a', null],
    ['trailing :*', `${arn}a:*`, `${arn}a:*`, 'a', null],
    ['trailing colon', `${arn}a:`, `${arn}a:`, 'a', null],
    [
      'dots, slashes, spaces and brackets',
      `${arn}a:log-stream:v 1.2/[$LATEST]`,
      `${arn}a:log-stream:v 1.2/[$LATEST]`,
      'a',
      'v 1.2/[$LATEST]',
    ],
    ['two spaces of its own', `${arn}a:log-stream:b  c`, `${arn}a:log-stream:b  c`, 'a', 'b  c'],
    ['a break in the group', `${arn}/ecs/\n  a:log-stream:b`, `${arn}/ecs/a:log-stream:b`, '/ecs/a', 'b'],
    ['a break in the stream', `${arn}a:log-stream:b\nc`, null, 'a', null],
    ['a colon in the stream', `${arn}a:log-stream:b:c`, null, 'a', null],
    ['an illegal group', `${arn}a b:log-stream:c`, null, null, null],
    ['a quoted object', '"arn:aws:s3:::b/my key"', 'arn:aws:s3:::b/my key', null, null],
    ['escaped quotes', '\\"arn:aws:s3:::b/k\\"', 'arn:aws:s3:::b/k', null, null],
    ['everything', '*', '*', null, null],
    ['a bare name', 'my-trail', 'my-trail', null, null],
  ])('reads %s', (_, resource, text, logGroupName, logStreamName) => {
    for (const reason of [` because no session policy ${allows}`, scpDeny]) {
      expect(read(sentenceOf({ resource, reason }))).toMatchObject({ resource: { text, logGroupName, logStreamName } });
    }
  });

  it('ends a resource before a "because" that is no reason', () => {
    const reason =
      ' because the resource does not exist in this Region, no resource-based policies allow access, or more';
    const resource = 'arn:aws:kms:ap-northeast-1:222222222222:key/k';
    expect(read(sentenceOf({ resource, reason }))).toMatchObject({ resource: { text: resource }, reason: unknown });
  });
});

describe('given text around the sentence', () => {
  const arn = 'arn:aws:sts::111111111111:assumed-role/nginx-sample-task-nginx-role/a9112a0a96ed445cbc93a90807e34e37';
  const prefix =
    'Service role arn:aws:iam::1:role/x does not allow AWS CodeBuild. You are not authorized to perform this. Error message: ';
  it.each([
    ['a prefix with an ARN', prefix + sentenceOf(), { kind: 'arn', arn }],
    ['a break in the principal', sentenceOf().replace('assumed-role/', 'assumed-role/\n'), { kind: 'arn', arn }],
    ['breaks between the words', sentenceOf().replaceAll(' is not ', '\nis\n  not '), { kind: 'arn', arn }],
    ['nobody', sentenceOf().replace(arn, 'anonymous'), { kind: 'anonymous' }],
    [
      'a service',
      sentenceOf().replace(`User: ${arn}`, 'Service Principal: glue.amazonaws.com'),
      { kind: 'service', name: 'glue.amazonaws.com' },
    ],
  ])('finds the principal: %s', (_, message, principal) => {
    expect(read(message)).toMatchObject({
      principal,
      action: 'logs:CreateLogStream',
      resource: { text: resourceOf() },
    });
  });

  it('reads the form that gives an account and no colon', () => {
    const message = 'User with accountId: 011111111111 is not authorized to perform CreateLogGroup with Tags';
    expect(read(message)).toMatchObject({
      principal: { kind: 'account', account: '011111111111' },
      action: 'CreateLogGroup',
    });
    expect(read(message.replace('011111111111', '1111'))).toBe('unreadable-sentence');
  });

  it.each([
    ['no sentence', 'Access Denied', 'unreadable-sentence'],
    ['no principal', 'is not authorized to perform: logs:CreateLogStream on resource: *', 'unreadable-sentence'],
    ['a principal with a space', sentenceOf().replace('nginx-role/', 'nginx role/'), 'unreadable-sentence'],
    ['cut in the principal', sentenceOf().slice(0, 40), 'truncated'],
    ['cut in the anchor', sentenceOf().slice(0, sentenceOf().indexOf('authorized')), 'truncated'],
    ['4,097 characters', 'x'.repeat(4097), 'over-limit'],
    ['1 MB of anchors', 'User: is not authorized to perform: '.repeat(30_000), 'over-limit'],
  ])('refuses: %s', (_, message, code) => {
    expect(read(message)).toBe(code);
  });
});
