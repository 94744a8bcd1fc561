import { createHash } from 'node:crypto';

/** The digest that the deployed functions use. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
