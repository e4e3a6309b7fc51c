import type { CalendarEvent, EventContent } from '../calendar/event.ts';
import {
  type ContentField,
  contentFields,
  digest,
  normalForm,
  normalForms,
  spanForm,
} from '../calendar/fingerprint.ts';
import type { Keyring } from '../platform/keyring.ts';
import { seal, sealEach, sealMatches, sealMatchesEach } from '../platform/seal.ts';
import type { Link } from '../stores/stores.ts';

/**
 * What a link remembers of an original and its copy, and how to compare it with what is seen now. Only keyed hashes: no content rests in
 * a store. Projection and copy are remembered field by field, so that an edit of one field is told from an edit of another.
 */

/** A copy as a provider shows it: a short digest of each field. Small enough to keep for every copy of a large calendar. */
export function printOf(copy: EventContent): string {
  return normalForms(copy)
    .map((form) => digest(form).slice(0, 22))
    .join('.');
}

/** A projection remembers its zone too: a copy whose original moved to another zone is written anew. */
function projectionForms(content: EventContent): string[] {
  const zone = content.span.kind === 'timed' ? content.span.zone : '';
  return printOf(content)
    .split('.')
    .map((form, index) => (contentFields[index] === 'span' ? `${form} ${zone}` : form));
}

export function sealProjection(keyring: Keyring, content: EventContent): string {
  return sealEach(keyring, projectionForms(content));
}

export function sealStored(keyring: Keyring, copy: EventContent): string {
  return sealEach(keyring, printOf(copy).split('.'));
}

export function sealTime(keyring: Keyring, original: CalendarEvent): string {
  return seal(keyring, digest(spanForm(original.span)));
}

/** Of everything that a person can change of an original, whether the route shows it or not. */
export function sealOriginal(keyring: Keyring, original: CalendarEvent): string {
  return seal(keyring, digest(normalForm(original)));
}

export function projectionIsSame(keyring: Keyring, link: Link, content: EventContent): boolean {
  return sealMatchesEach(keyring, link.projected, projectionForms(content)).every(Boolean);
}

export function timeIsSame(keyring: Keyring, link: Link, original: CalendarEvent): boolean {
  return sealMatches(keyring, link.time, digest(spanForm(original.span)));
}

export function originalIsSame(keyring: Keyring, link: Link, original: CalendarEvent): boolean {
  return sealMatches(keyring, link.original, digest(normalForm(original)));
}

/** Is a copy, of which only the print was kept, still what the provider returned after our last write? */
export function storedIsSame(keyring: Keyring, link: Link, print: string): boolean {
  return sealMatchesEach(keyring, link.stored, print.split('.')).every(Boolean);
}

/** The fields of the projection that changed since the copy was last written. */
export function projectionEdits(keyring: Keyring, link: Link, content: EventContent): ContentField[] {
  const same = sealMatchesEach(keyring, link.projected, projectionForms(content));
  return contentFields.filter((_, index) => !same[index]);
}

/** The fields of the copy that somebody changed since the provider returned it after our last write. */
export function copyEdits(keyring: Keyring, link: Link, copy: EventContent): ContentField[] {
  const same = sealMatchesEach(keyring, link.stored, printOf(copy).split('.'));
  return contentFields.filter((_, index) => !same[index]);
}
