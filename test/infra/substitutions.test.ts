import { withSubstitutions } from '../../infra/substitutions.ts';

const joined = (...parts: unknown[]) => ({ 'Fn::Join': ['', parts] });

/** What `Fn::Sub` replaces. */
const placeholder = (name: string) => `$\{${name}}`;

describe('given a join without a separator', () => {
  it('writes references and attributes into one text', () => {
    expect(
      withSubstitutions({ Arn: [joined('arn:', { Ref: 'AWS::Partition' }, ':', { 'Fn::GetAtt': ['Q', 'Arn'] })] }),
    ).toEqual({ Arn: [{ 'Fn::Sub': `arn:${placeholder('AWS::Partition')}:${placeholder('Q.Arn')}` }] });
  });
});

describe.each([
  ['another separator', { 'Fn::Join': [',', ['a', { Ref: 'B' }]] }],
  ['a list that is no literal', { 'Fn::Join': ['', { Ref: 'List' }] }],
  ['another function in it', joined('a', { 'Fn::Select': [0, { Ref: 'B' }] })],
  ['what Fn::Sub would take for a reference', joined('a', placeholder('aws:username'))],
  ['no join at all', { Ref: 'B' }],
])('given %s', (_, value) => {
  it('stays as it is', () => {
    expect(withSubstitutions({ Properties: value })).toEqual({ Properties: value });
  });
});
