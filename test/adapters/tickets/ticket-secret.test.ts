import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { createTicketSecret } from '../../../functions/adapters/tickets/ticket-secret.ts';
import { awsError } from '../aws-error.ts';

const SECRET = 'secretsmanager:exec-log/jira';
const client = new SecretsManagerClient({ region: 'eu-central-1' });
const secrets = mockClient(client);
let now = 0;

beforeEach(() => {
  secrets.reset();
  now = Date.parse('2026-09-01T00:00:00Z');
});

const secretOf = (secretId = SECRET) => createTicketSecret(client, secretId, () => new Date(now));
const holding = (SecretString: string) => secrets.on(GetSecretValueCommand).resolves({ SecretString });

it('reads the secret once in five minutes, and anew after it was forgotten', async () => {
  holding('{"token":"one"}');
  const secret = secretOf();
  await secret.read();
  now += 299_000;
  await secret.read();
  expect(secrets.calls()).toHaveLength(1);
  now += 1000;
  await secret.read();
  secret.forget();
  await expect(secret.read()).resolves.toEqual({ token: 'one' });
  expect(secrets.calls()).toHaveLength(3);
  expect(secrets.calls()[0]?.args[0].input).toEqual({ SecretId: 'exec-log/jira' });
});

it.each([
  ['', 'the ticket secret exec-log/jira is empty'],
  [' \n', 'the ticket secret exec-log/jira is empty'],
  ['xoxb-synthetic', 'the ticket secret exec-log/jira is no JSON object'],
  ['["synthetic"]', 'the ticket secret exec-log/jira is no JSON object'],
  ['"synthetic"', 'the ticket secret exec-log/jira is no JSON object'],
])('refuses the text %j by its name, without quoting it', async (text, message) => {
  holding(text);
  await expect(secretOf().read()).rejects.toMatchObject({ name: 'TrackerRefusal', message });
});

it.each([
  ['ResourceNotFoundException', 'is not there'],
  ['AccessDeniedException', 'may not be read'],
  ['InvalidRequestException', 'is marked for deletion'],
  ['DecryptionFailure', 'cannot be decrypted'],
])('says of %s that the secret %s', async (name, words) => {
  secrets.on(GetSecretValueCommand).rejects(awsError(name));
  await expect(secretOf().read()).rejects.toMatchObject({
    name: 'TrackerRefusal',
    message: `the ticket secret exec-log/jira ${words}`,
  });
});

it('throws throttling as it comes, because asking again may help', async () => {
  secrets.on(GetSecretValueCommand).rejects(awsError('ThrottlingException'));
  await expect(secretOf().read()).rejects.toMatchObject({ name: 'ThrottlingException' });
});

it('reads a secret that was corrected at once', async () => {
  const secret = secretOf();
  holding('');
  await expect(secret.read()).rejects.toThrow('is empty');
  holding('{"token":"two"}');
  await expect(secret.read()).resolves.toEqual({ token: 'two' });
});

it.each(['exec-log/jira', 'secretsmanager:other/jira'])('asks nobody for %s', async (secretId) => {
  await expect(secretOf(secretId).read()).rejects.toThrow('must be given as secretsmanager:exec-log/NAME');
  expect(secrets.calls()).toEqual([]);
});
