import type { SimCalendar } from '../core/core.ts';
import type { CalendarWorld } from '../core/world.ts';
import { accessDenied, itemNotFound } from './errors.ts';
import { graphCalendarId } from './ids.ts';
import type { Session } from './session.ts';

/** What Graph says about a calendar. */
export function calendarRow(calendar: SimCalendar, session: Session) {
  const owner = calendar.sharedBy ?? session.person;
  const shared = calendar.sharedBy !== undefined;
  return {
    id: graphCalendarId(calendar),
    name: calendar.name,
    color: 'auto',
    hexColor: calendar.color,
    isDefaultCalendar: calendar.primary && !shared,
    changeKey: Buffer.from(`calendar:${calendar.id.slice(0, 6)}`).toString('base64'),
    canShare: !shared,
    canViewPrivateItems: !shared,
    canEdit: calendar.access !== 'reader',
    allowedOnlineMeetingProviders: ['teamsForBusiness'],
    defaultOnlineMeetingProvider: 'teamsForBusiness',
    isTallyingResponses: !shared,
    isRemovable: !calendar.primary,
    owner: { name: owner.name, address: owner.email },
  };
}

/** The caller's calendars. A mailbox is never without one: who lost the last finds an empty one in its place. */
export function calendarList(world: CalendarWorld, { person }: Session): SimCalendar[] {
  const calendars = world.calendarsOf(person.email);
  if (calendars.length > 0) return calendars;
  const place = { id: 'in-its-place', owner: person.email, name: 'Calendar', color: '', zone: 'UTC' };
  return [{ ...place, primary: true, access: 'owner', sequence: 0 }];
}

/** The calendar that a path names, in the caller's own list. @throws GraphError 404 */
export function listedCalendar(world: CalendarWorld, session: Session, id: string): SimCalendar {
  const found = world.calendarsOf(session.person.email).find((calendar) => graphCalendarId(calendar) === id);
  if (!found) throw itemNotFound();
  return found;
}

/**
 * The calendar that a path names, whose events the caller may see: `Calendars.ReadWrite` does not reach calendars of others.
 * @throws GraphError 404, 403
 */
export function ownCalendar(world: CalendarWorld, session: Session, id: string): SimCalendar {
  const found = listedCalendar(world, session, id);
  if (found.sharedBy) throw accessDenied();
  return found;
}
