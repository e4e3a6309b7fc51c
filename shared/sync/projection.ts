import type { CalendarEvent, EventContent, Sensitivity } from '../calendar/event.ts';
import { isMeeting } from '../calendar/event.ts';
import { locationWithoutJoinLinks, withoutJoinLinks } from '../calendar/joinLinks.ts';
import type { RouteOptions } from '../stores/stores.ts';
import { attendeeFooter } from './attendeeFooter.ts';

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

/** The addresses of a meeting's attendees, the calendar's owner among them when somebody else organizes it. */
function invited(original: CalendarEvent, options: RouteOptions, ends: Ends): string[] {
  if (!isMeeting(original)) return [];
  const own = options.transformIdentity ? ends.targetEmail : ends.sourceEmail;
  const addresses = original.attendees.map((person) => person.email);
  return original.isOrganizer ? addresses : [...addresses, own];
}
