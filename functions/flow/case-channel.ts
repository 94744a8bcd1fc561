import type { Case } from '../domain/case.ts';
import type { Rules } from '../domain/mode.ts';
import type { Reading, Tags } from '../domain/observation.ts';
import { routedChannel } from '../domain/slack-settings.ts';

/** Something that may carry tags. */
type Tagged = Reading<{ readonly tags: Tags }> | null | undefined;

/**
 * The channel for a case, as it is decided: by the settings' routes; null: the settings' own. Where what carries the tags is gone
 * by now, an earlier look at them holds.
 */
export function channelOfCase(
  { settings }: Rules,
  { account, cluster, role }: { readonly account: string; readonly cluster: Tagged; readonly role: Tagged },
  before: Case | null,
): string | null {
  const facts = { account, clusterTags: tagsOf(cluster), roleTags: tagsOf(role) };
  const { channel, isCertain } = routedChannel(settings.slack, facts);
  return isCertain ? channel : (before?.chatChannel ?? channel);
}

function tagsOf(tagged: Tagged): Tags | null {
  return tagged?.kind === 'read' ? tagged.value.tags : null;
}
