import type { CalendarEvent, EventContent } from '../calendar/event.ts';
import { digest, normalForm, spanForm } from '../calendar/fingerprint.ts';
import type { Keyring } from '../platform/keyring.ts';
import { seal, sealMatches } from '../platform/seal.ts';
import type { Link } from '../stores/stores.ts';

/**
 * What a link remembers of an original and its copy, and how to compare it with what is seen now. Only keyed hashes: no content rests in
 * a store.
 */

/** The digest of a projection: its normal form and its zone. */
function projectionDigest(content: EventContent): string {
  return digest(`${normalForm(content)}\n${content.span.kind === 'timed' ? content.span.zone : ''}`);
}

/** The digest of a copy as a provider shows it. */
export function storedDigest(copy: EventContent): string {
  return digest(normalForm(copy));
}

export function sealProjection(keyring: Keyring, content: EventContent): string {
  return seal(keyring, projectionDigest(content));
}

export function sealStored(keyring: Keyring, copy: EventContent): string {
  return seal(keyring, storedDigest(copy));
}

export function sealTime(keyring: Keyring, original: CalendarEvent): string {
  return seal(keyring, digest(spanForm(original.span)));
}

export function projectionIsSame(keyring: Keyring, link: Link, content: EventContent): boolean {
  return sealMatches(keyring, link.projected, projectionDigest(content));
}

export function timeIsSame(keyring: Keyring, link: Link, original: CalendarEvent): boolean {
  return sealMatches(keyring, link.time, digest(spanForm(original.span)));
}

/** Is a copy, of which only the digest was kept, still what the provider returned after our last write? */
export function storedIsSame(keyring: Keyring, link: Link, copyDigest: string): boolean {
  return sealMatches(keyring, link.stored, copyDigest);
}
