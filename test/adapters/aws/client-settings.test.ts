import { bucketAddressing, clientSettings } from '../../../functions/adapters/aws/client-settings.ts';

describe('clientSettings', () => {
  it('bounds attempts and time so that three hung calls end well before a Lambda of 30 s', () => {
    const { maxAttempts, requestHandler } = clientSettings();
    expect(requestHandler).toEqual({ connectionTimeout: 1000, requestTimeout: 5000, throwOnRequestTimeout: true });
    expect(maxAttempts * (requestHandler.connectionTimeout + requestHandler.requestTimeout)).toBeLessThan(20_000);
  });

  it('takes the number of attempts from who builds the client', () => {
    expect(clientSettings(1).maxAttempts).toBe(1);
  });
});

describe('bucketAddressing', () => {
  it.each([
    [undefined, false],
    ['', false],
    ['http://127.0.0.1:4566', true],
  ])('with the endpoint %p, a bucket is a step of the path: %p', (endpoint, forcePathStyle) => {
    expect(bucketAddressing(endpoint)).toEqual({ forcePathStyle });
  });
});
