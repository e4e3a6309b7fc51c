import type { CalendarEvent, EventContent, Sensitivity, Span } from '../calendar/event.ts';
import { isMeeting } from '../calendar/event.ts';
import { type ContentField, differingFields } from '../calendar/fingerprint.ts';
import { holdsJoinLinks, locationWithoutJoinLinks, withoutJoinLinks } from '../calendar/joinLinks.ts';
import type { RouteOptions } from '../stores/stores.ts';
import { attendeeFooter, withoutAttendeeFooter } from './attendeeFooter.ts';

/**
 * What a copy says of its original, and the inverse: what an edited copy says to its original. Both are pure, and they keep three laws: an
 * unedited copy changes nothing; what was written back is what projecting again shows; what the route hides is never changed.
 */

/** Whose calendars a route ties together; the source's owner is one of a meeting's attendees. */
export interface Ends {
  readonly sourceEmail: string;
  readonly targetEmail: string;
}

const sensitivityOfCopy: Readonly<Record<Sensitivity, Sensitivity>> = {
  normal: 'normal',
  personal: 'private',
  private: 'private',
  confidential: 'confidential',
};

/** What the copy of an original says on a route. Pure: the same original, options and ends give the same copy. */
export function project(original: CalendarEvent, options: RouteOptions, ends: Ends): EventContent {
  const showAs = options.showAs === 'keep' ? original.showAs : options.showAs;
  if (options.markPrivate) {
    return { title: 'Busy', description: '', location: '', span: original.span, showAs, sensitivity: 'private' };
  }
  return {
    title: original.title,
    description: withoutJoinLinks(original.description) + attendeeFooter(invited(original, options, ends)),
    location: locationWithoutJoinLinks(original.location),
    span: original.span,
    showAs,
    sensitivity: sensitivityOfCopy[original.sensitivity],
  };
}

/** What may flow from a copy back to its original on a route of a two-way pair. */
type Way = Pick<RouteOptions, 'markPrivate' | 'showAs'>;

/** The fields of a copy that mean something for its original: of a private copy only when and how busy. */
export function flowsBack(options: Way): readonly ContentField[] {
  const shown: ContentField[] = options.markPrivate
    ? ['span']
    : ['title', 'description', 'location', 'span', 'sensitivity'];
  return options.showAs === 'keep' ? [...shown, 'showAs'] : shown;
}

/**
 * The inverse of `project`: what of an original is to change because its copy was edited in these fields. Empty where nothing flows back: a
 * meeting (touching it would mail people), a hidden field, a text of which the copy shows only a part because it holds join links.
 */
export function unproject(
  original: CalendarEvent,
  copy: EventContent,
  edited: readonly ContentField[],
  options: Way,
): Partial<EventContent> {
  if (isMeeting(original)) return {};
  const flowing = flowsBack(options).filter((field) => edited.includes(field) && !isPartlyHidden(original, field));
  const wanted: EventContent = {
    title: copy.title,
    description: withoutAttendeeFooter(copy.description),
    location: copy.location,
    span: spanFor(original.span, copy.span),
    showAs: copy.showAs,
    sensitivity: sensitivityOfCopy[copy.sensitivity],
  };
  // `personal` is told from private by nobody but the original itself: an original that is private already stays as it is.
  const different = differingFields(original, wanted);
  return Object.fromEntries(
    flowing.filter((field) => different.includes(field)).map((field) => [field, wanted[field]]),
  );
}

/** An original made anew from its copy alone, because it was deleted while the copy was edited. */
export function contentRestored(copy: EventContent): EventContent {
  const { title, location, span, showAs, sensitivity } = copy;
  return { title, description: withoutAttendeeFooter(copy.description), location, span, showAs, sensitivity };
}

function isPartlyHidden(original: EventContent, field: ContentField): boolean {
  return (field === 'description' || field === 'location') && holdsJoinLinks(original[field]);
}

/** The copy's instants, in the original's own zone where it has one. */
function spanFor(original: Span, copy: Span): Span {
  return original.kind === 'timed' && copy.kind === 'timed' ? { ...copy, zone: original.zone } : copy;
}

/** The addresses of a meeting's attendees, the calendar's owner among them when somebody else organizes it. */
function invited(original: CalendarEvent, options: RouteOptions, ends: Ends): string[] {
  if (!isMeeting(original)) return [];
  const own = options.transformIdentity ? ends.targetEmail : ends.sourceEmail;
  const addresses = original.attendees.map((person) => person.email);
  return original.isOrganizer ? addresses : [...addresses, own];
}
