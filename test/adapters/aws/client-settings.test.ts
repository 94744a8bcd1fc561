import { clientSettings } from '../../../functions/adapters/aws/client-settings.ts';

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
