import { createHash } from 'node:crypto';
import type { NewMarker } from '../../calendar/event.ts';

/**
 * The UID of the event with this identity. UIDs are unique over all calendars of a person and chosen by the writer: a creation that is repeated
 * meets the first event. An original's own UID is never used again: the server would refuse it, or merge the copy with an invitation. The
 * prefix tells a copy also where a client dropped its other properties.
 */
export const copyUidOf = (identity: string) => `hetk1-${hashOf(identity)}`;

/** The UID of the copy that a marker is on. */
export function uidOfMarker({ routeId, origin, generation }: NewMarker): string {
  return copyUidOf(`hetk1:${routeId}:${origin}:${generation}`);
}

/** Likewise, for an original that is made anew: no copy, so its UID does not look like one. */
export const restoredUidOf = (identity: string) => `hetkr-${hashOf(identity)}`;

/** Does a UID say that Hetk wrote a copy? */
export const isCopyUid = (uid: string) => /^hetk1-[0-9a-f]{64}$/i.test(uid);

function hashOf(identity: string): string {
  return createHash('sha256').update(identity).digest('hex');
}
