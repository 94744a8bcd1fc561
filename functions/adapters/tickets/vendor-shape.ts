import type * as z from 'zod/mini';
import { TrackerRefusal } from './tracker.ts';

/** A vendor's answer as a schema reads it; throws a `TrackerRefusal` that names the vendor where it has another shape. */
export function shaped<Schema extends z.ZodMiniType>(vendor: string, schema: Schema, body: unknown): z.output<Schema> {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const path = read.error.issues[0]?.path.join('.') ?? '';
  throw new TrackerRefusal(`${vendor} answered in an unknown shape${path === '' ? '' : `: ${path.slice(0, 100)}`}`);
}

/** Non-empty texts of a secret's document by their keys; throws a `TrackerRefusal` that names what is missing, never a value. */
export function secretTexts<Key extends string>(
  vendor: string,
  secret: unknown,
  keys: readonly Key[],
): Readonly<Record<Key, string>> {
  const found: Partial<Record<Key, string>> = {};
  for (const key of keys) {
    const value: unknown = typeof secret === 'object' && secret !== null ? Reflect.get(secret, key) : undefined;
    if (typeof value !== 'string' || value.trim() === '') {
      throw new TrackerRefusal(`the secret for ${vendor} must be JSON with a text ${keys.join(' and a text ')}`);
    }
    found[key] = value;
  }
  return found as Readonly<Record<Key, string>>;
}
