import { inWindow, type Window } from '../calendar/window.ts';
import { isProviderError, ProviderError } from '../providers/errors.ts';
import type { Calendar, Link } from '../stores/stores.ts';
import { absentLink } from './linkRecord.ts';
import { providerOf, refOf, type SyncNeeds } from './needs.ts';

/** The code of a full listing that was not believed. */
export const INCOMPLETE_LISTING = 'incomplete-listing';

/** So many absent originals are asked for by id; beyond them the brake guards. */
const ASKED = 20;

/**
 * Absence is not believed by itself: services have answered 200 with too little. Originals that a full listing did not show, or that are not
 * among the occurrences of a series any more, are asked for by id; a single one that is still there and in the window means that the listing was wrong.
 * @throws ProviderError `incomplete-listing`, and then nothing is deleted
 */
export async function confirmAbsence(
  needs: SyncNeeds,
  source: Calendar,
  window: Window,
  absent: readonly Link[],
): Promise<void> {
  const suspects = absent.filter((link) => link.state === 'live' && link.end > window.start).slice(0, ASKED);
  if (suspects.length === 0) return;
  const originals = await asked(() =>
    providerOf(needs, source).getMany(
      refOf(source),
      suspects.map(({ originalId }) => originalId),
    ),
  );
  // One that became a series is not listed by its own id any more.
  const still = originals.some((found) => typeof found === 'object' && inWindow(found.span, window));
  if (still) {
    const message = 'The source listed less than it holds. Nothing is deleted on such an answer.';
    throw new ProviderError('malformed', message, { code: INCOMPLETE_LISTING });
  }
}

/**
 * Where readings lag behind writes one listing proves nothing: an original counts as gone when it is still lacking in another one some minutes
 * later, which this sees to.
 * @returns the links whose originals count as gone now
 */
export async function settledAbsence(
  { clock, queues, stores }: SyncNeeds,
  source: Calendar,
  settlesMs: number,
  absent: readonly Link[],
): Promise<readonly Link[]> {
  if (settlesMs === 0) return absent;
  const now = clock.now();
  const waiting = absent.filter(
    ({ state, absentSince }) => state === 'live' && (absentSince === undefined || now - absentSince < settlesMs),
  );
  if (waiting.length === 0) return absent;
  const fresh = waiting.filter(({ absentSince }) => absentSince === undefined);
  await stores.links.put(fresh.map((link) => absentLink(link, now)));
  await queues.bulk({ kind: 'full', calendarId: source.id, at: now, verify: true }, settlesMs);
  return absent.filter((link) => !waiting.includes(link));
}

/** A source that cannot be asked proves nothing either way; it is not the target's trouble. */
async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!isProviderError(error)) throw error;
    const { status, retryAfterMs } = error;
    const options = {
      code: INCOMPLETE_LISTING,
      cause: error,
      ...(status && { status }),
      ...(retryAfterMs && { retryAfterMs }),
    };
    throw new ProviderError('unavailable', 'The source could not be asked about events that it did not list.', options);
  }
}
