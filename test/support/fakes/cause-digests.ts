import type { CauseDigest } from '../../../functions/domain/cause-digest.ts';
import type { CauseDigests } from '../../../functions/ports.ts';

/** Digests in memory, with the same conditional writes as the table. */
export class FakeCauseDigests implements CauseDigests {
  readonly digests = new Map<string, CauseDigest>();

  async findDigest(openedAt: string) {
    return this.digests.get(openedAt);
  }

  async saveDigest(digest: CauseDigest, expectedVersion: number | null) {
    if ((this.digests.get(digest.openedAt)?.version ?? null) !== expectedVersion) return 'conflict' as const;
    this.digests.set(digest.openedAt, digest);
    return 'saved' as const;
  }
}
