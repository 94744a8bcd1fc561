import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { errorName, isAccessDenied } from './errors.ts';

/** Secrets Manager's ways to say that asking again would give the same. */
const REFUSALS: Readonly<Record<string, string>> = {
  ResourceNotFound: 'is not there',
  InvalidRequest: 'is marked for deletion',
  InvalidParameter: 'has a name that Secrets Manager does not take',
  DecryptionFailure: 'cannot be decrypted',
};

/** A secret's text, or why nobody will get it, as the end of a sentence about the secret that never quotes it. */
export type SecretText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'refused'; readonly because: string };

/** Reads one secret by its name. Throttling and 5xx are thrown. */
export async function readSecretText(client: SecretsManagerClient, name: string): Promise<SecretText> {
  try {
    const { SecretString: text = '' } = await client.send(new GetSecretValueCommand({ SecretId: name }));
    return text.trim() === '' ? { kind: 'refused', because: 'is empty' } : { kind: 'text', text };
  } catch (error) {
    const because = isAccessDenied(error) ? 'may not be read' : REFUSALS[errorName(error)];
    if (because === undefined) throw error;
    return { kind: 'refused', because };
  }
}

/** A secret's document; undefined where it is no JSON: the parser's own error would quote the secret. */
export function secretDocument(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
