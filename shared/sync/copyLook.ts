import { type CalendarEvent, isMeeting } from '../calendar/event.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { CalendarProvider, CalendarRef } from '../providers/provider.ts';
import type { Link } from '../stores/stores.ts';
import { printOf, storedIsSame } from './copies.ts';
import type { Situation } from './decide.ts';
import type { SyncNeeds } from './needs.ts';
import type { TargetView } from './targetView.ts';

/** What a look at a link's copy showed; the copy itself where it was read. */
export interface Look {
  readonly state: Situation['copy'];
  readonly copy?: CalendarEvent;
}

export const unseen: Look = { state: 'unseen' };

/** A reading that may lag behind does not show it: worth another look some minutes later. */
export const unsettled: Look = { state: 'unseen' };

/**
 * Reads the copies of live links by id.
 * @param gone that they are gone was said or seen before, so that it counts if they are lacking now; where readings do not lag it always counts
 * @returns looks by copy id
 */
export async function readCopies(
  needs: Pick<SyncNeeds, 'keyring' | 'clock'>,
  provider: CalendarProvider,
  target: CalendarRef,
  links: readonly Link[],
  gone = false,
): Promise<Map<string, Look>> {
  const counts = gone || !provider.settlesMs;
  const looks = new Map<string, Look>();
  for (let at = 0; at < links.length; at += provider.batchSize) {
    const some = links.slice(at, at + provider.batchSize);
    const found = await provider.getMany(
      target,
      some.map(({ copyId }) => copyId),
    );
    for (const [index, link] of some.entries()) {
      const copy = found[index];
      if (copy === undefined || copy === 'unreadable') looks.set(link.copyId, unseen);
      else if (copy === 'gone') looks.set(link.copyId, counts ? { state: 'missing' } : unsettled);
      else looks.set(link.copyId, lookAt(needs, provider, link, copy));
    }
  }
  return looks;
}

/** What a copy that was just read says; undefined: it is not there. */
export function lookAt(
  { keyring, clock }: Pick<SyncNeeds, 'keyring' | 'clock'>,
  { settlesMs = Number.POSITIVE_INFINITY }: Pick<CalendarProvider, 'settlesMs'>,
  link: Link,
  copy: CalendarEvent | undefined,
): Look {
  if (!copy) return { state: 'missing' };
  // Older than what the provider returned after our last write: it lags behind, and says nothing about anybody's edits. Where readings settle only at first,
  // for later on it was edited by somebody whose clock is behind ours.
  const seemsOlder = copy.modifiedAt > 0 && copy.modifiedAt < (link.copyModifiedAt ?? 0);
  if (seemsOlder && clock.now() - link.updatedAt < settlesMs) return unseen;
  if (isMeeting(copy)) return { state: 'meeting', copy };
  return { state: storedIsSame(keyring, link, printOf(copy)) ? 'as-written' : 'changed', copy };
}

/** What the listing of the target says about a link's copy. Only a copy that should lie in the listed span can be missing. */
export function copyInView(keyring: Keyring, view: TargetView | undefined, link: Link | undefined): Situation['copy'] {
  if (!view || link?.state !== 'live') return 'unseen';
  const copy = view.copies.get(link.copyId);
  if (copy?.meeting) return 'meeting';
  if (copy) return storedIsSame(keyring, link, copy.print) ? 'as-written' : 'changed';
  return link.start >= view.window.start && link.end <= view.window.end ? 'missing' : 'unseen';
}
