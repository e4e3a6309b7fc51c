import type { Keyring } from '../platform/keyring.ts';
import { sealMatchesEach } from '../platform/seal.ts';
import type { Link } from '../stores/stores.ts';
import type { SeenCopy, TargetView } from './targetView.ts';
import type { ApplyWorld, Task } from './task.ts';

/**
 * Copies of this route that no link knows: made by a worker that died before it could note them, and whose original is gone since. One that its
 * user edited meanwhile, in a two-way pair, is left to them.
 */
export function orphansOf(
  { needs, route }: Pick<ApplyWorld, 'needs' | 'route'>,
  view: TargetView,
  linked: ReadonlySet<string>,
): Task[] {
  const now = needs.clock.now();
  const orphans: Task[] = [];
  for (const [copyId, copy] of view.copies) {
    if (!copy.ours || linked.has(copyId) || wasEdited(needs.keyring, copy)) continue;
    const originalId = `orphan:${copyId}`;
    const hashes = { projected: '', stored: '', original: '', time: '' };
    const times = { start: now, end: now, updatedAt: now };
    const link: Link = {
      routeId: route.id,
      originalId,
      state: 'live',
      copyId,
      generation: copy.generation,
      ...hashes,
      ...times,
    };
    orphans.push({
      originalId,
      original: undefined,
      link,
      content: undefined,
      decision: { action: 'delete', reason: 'orphan' },
    });
  }
  return orphans;
}

function wasEdited(keyring: Keyring, { version, print }: SeenCopy): boolean {
  return version !== undefined && !sealMatchesEach(keyring, version, print.split('.')).every(Boolean);
}
