import fc from 'fast-check';
import type { PolicyDocument } from '../../functions/domain/decision.ts';
import { asciiJson } from '../../functions/messages/escape.ts';
import { policyDiff } from '../../functions/messages/policy-diff.ts';

function aDocument(resources: readonly string[]): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [{ Sid: 'ExecLogDeliveryStreams', Effect: 'Allow', Action: ['logs:PutLogEvents'], Resource: resources }],
  };
}

describe('given a policy before and after', () => {
  it('marks the added lines and keeps the rest', () => {
    expect(policyDiff(aDocument(['arn:a']), aDocument(['arn:a', 'arn:b']))).toEqual([
      '  {',
      '    "Version": "2012-10-17",',
      '    "Statement": [',
      '      {',
      '        "Sid": "ExecLogDeliveryStreams",',
      '        "Effect": "Allow",',
      '        "Action": [',
      '          "logs:PutLogEvents"',
      '        ],',
      '        "Resource": [',
      '-         "arn:a"',
      '+         "arn:a",',
      '+         "arn:b"',
      '        ]',
      '      }',
      '    ]',
      '  }',
    ]);
  });

  it('adds every line of a first policy and removes every line of a reverted one', () => {
    const lines = asciiJson(aDocument(['arn:a']), 2).split('\n');
    expect(policyDiff(null, aDocument(['arn:a']))).toEqual(lines.map((line) => `+ ${line}`));
    expect(policyDiff(aDocument(['arn:a']), null)).toEqual(lines.map((line) => `- ${line}`));
  });

  it('holds both documents whole, whatever they are', () => {
    const documents = fc.array(fc.constantFrom('arn:a', 'arn:b', 'arn:c\u202e'), { maxLength: 6 }).map(aDocument);
    fc.assert(
      fc.property(documents, documents, (before, after) => {
        const lines = policyDiff(before, after);
        const without = (mark: string) => lines.filter((line) => !line.startsWith(mark)).map((line) => line.slice(2));
        expect(JSON.parse(without('+').join('\n'))).toEqual(before);
        expect(JSON.parse(without('-').join('\n'))).toEqual(after);
      }),
    );
  });
});
