import * as z from 'zod/mini';
import type { Tags } from './observation.ts';

/** A channel's id, or its name with or without `#`. */
const channel = z.string().check(z.regex(/^#?[\p{L}\p{N}._-]{1,80}$/u));
const tag = z.strictObject({
  key: z.string().check(z.minLength(1), z.maxLength(128)),
  value: z.string().check(z.maxLength(256)),
});

const route = z.strictObject({
  account: z.optional(z.string().check(z.regex(/^\d{12}$/))),
  clusterTag: z.optional(tag),
  roleTag: z.optional(tag),
  channel,
});

/** The key `slack` of the settings. A webhook knows its channel by itself: channel and routes are a bot's. */
export const slackSchema = z.strictObject({
  secret: z.string().check(z.regex(/^secretsmanager:[A-Za-z0-9/_+=.@-]+$/)),
  channel: z._default(z.nullable(channel), null),
  routes: z._default(z.array(route), []),
});

export type SlackSettings = z.infer<typeof slackSchema>;

/** What a route may ask for; null for the tags of what is not known. */
export interface RoutedFacts {
  readonly account: string;
  readonly clusterTags: Tags | null;
  readonly roleTags: Tags | null;
}

/**
 * The channel of a case, by the first route all of whose conditions hold; null: the settings' own. `isCertain` is false where tags
 * that are not known might have led elsewhere.
 */
export function routedChannel(
  slack: SlackSettings | null,
  facts: RoutedFacts,
): { readonly channel: string | null; readonly isCertain: boolean } {
  let isCertain = true;
  for (const { account, clusterTag, roleTag, channel } of slack?.routes ?? []) {
    const answers = [
      account === undefined || account === facts.account,
      hasTag(facts.clusterTags, clusterTag),
      hasTag(facts.roleTags, roleTag),
    ];
    if (answers.includes(false)) continue;
    if (!answers.includes(null)) return { channel, isCertain };
    isCertain = false;
  }
  return { channel: null, isCertain };
}

/** null where nobody knows the tags. An empty value is a value. */
function hasTag(tags: Tags | null, wanted: { readonly key: string; readonly value: string } | undefined) {
  if (wanted === undefined) return true;
  if (tags === null) return null;
  return Object.hasOwn(tags, wanted.key) && tags[wanted.key] === wanted.value;
}
