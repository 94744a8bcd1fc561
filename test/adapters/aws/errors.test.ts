import { errorName, isAccessDenied, isPassing, readingOf } from '../../../functions/adapters/aws/errors.ts';
import { awsError } from '../aws-error.ts';

const expected = { call: 'iam:GetRole', absent: ['NoSuchEntity'], unreadable: ['InvalidInput'] };

describe('readingOf', () => {
  it('passes an answer on', async () => {
    await expect(readingOf(Promise.resolve({ kind: 'read', value: 1 }), expected)).resolves.toEqual({
      kind: 'read',
      value: 1,
    });
  });

  it.each([
    ['NoSuchEntity', { kind: 'absent' }],
    ['NoSuchEntityException', { kind: 'absent' }],
    ['AccessDenied', { kind: 'unreadable', because: 'iam:GetRole is not permitted (AccessDenied)' }],
    ['AccessDeniedException', { kind: 'unreadable', because: 'iam:GetRole is not permitted (AccessDenied)' }],
    ['UnauthorizedOperation', { kind: 'unreadable', because: 'iam:GetRole is not permitted (UnauthorizedOperation)' }],
    [
      'AuthorizationErrorException',
      { kind: 'unreadable', because: 'iam:GetRole is not permitted (AuthorizationError)' },
    ],
    ['InvalidInputException', { kind: 'unreadable', because: 'iam:GetRole failed (InvalidInput)' }],
  ])('reads %s', async (name, reading) => {
    await expect(readingOf(Promise.reject(awsError(name)), expected)).resolves.toEqual(reading);
  });

  it.each([
    'Throttling',
    'ThrottlingException',
    'TooManyRequestsException',
    'TimeoutError',
    'ServiceUnavailable',
    'InternalServerError',
    'ExpiredTokenException',
    'UnrecognizedClientException',
    'ResourceNotFoundException',
  ])('throws %s again', async (name) => {
    const error = awsError(name);
    await expect(readingOf(Promise.reject(error), expected)).rejects.toBe(error);
  });

  it('throws what is no error at all', async () => {
    await expect(readingOf(Promise.reject('AccessDenied'), expected)).rejects.toBe('AccessDenied');
  });
});

describe('errorName', () => {
  it('leaves the suffix of the SDK classes out', () => {
    expect([
      errorName(awsError('NoSuchEntityException')),
      errorName(awsError('NoSuchEntity')),
      errorName('text'),
    ]).toEqual(['NoSuchEntity', 'NoSuchEntity', '']);
  });
});

describe('isPassing', () => {
  const withStatus = (httpStatusCode: number) => awsError('X', 'synthetic', { $metadata: { httpStatusCode } });

  it('is true of throttling, time-outs and failures of AWS, and of nothing else', () => {
    const names = ['TooManyRequestsException', 'ThrottlingException', 'Throttling', 'TimeoutError'];
    const others = ['AccessDeniedException', 'ExpiredTokenException', 'ChildNotFoundException'];
    expect([...names, ...others].map((name) => isPassing(awsError(name)))).toEqual([
      ...names.map(() => true),
      ...others.map(() => false),
    ]);
    expect([429, 500, 503, 400, 403].map((status) => isPassing(withStatus(status)))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(isPassing('Throttling')).toBe(false);
  });
});

describe('isAccessDenied', () => {
  it('does not take expired credentials for a want of permission', () => {
    expect(isAccessDenied(awsError('ExpiredToken'))).toBe(false);
  });
});
