import type { SimCalendar } from '../core/core.ts';
import type { CalendarWorld } from '../core/world.ts';
import { notFound } from './errors.ts';

const suffix = '@group.calendar.google.com';

/** A primary calendar is named by its owner's address, any other by an opaque id in Google's domain. */
export function googleId(calendar: SimCalendar): string {
  return calendar.primary ? calendar.owner : `${calendar.id}${suffix}`;
}

/** A person's calendars. Nobody is without one: who lost the last finds an empty one in its place. */
export function calendarsOf(world: CalendarWorld, email: string): SimCalendar[] {
  const calendars = world.calendarsOf(email);
  if (calendars.length > 0) return calendars;
  const place = { id: 'in-its-place', owner: email, name: email, color: '#1a57c9', zone: 'UTC' };
  return [{ ...place, primary: false, access: 'owner', sequence: 0 }];
}

/** The calendar that a person means by an id; `primary` is their own. @throws GoogleError 404, also for a calendar out of reach */
export function calendarOf(world: CalendarWorld, email: string, id: string): SimCalendar {
  const wanted = id === 'primary' ? email : id;
  const found = world.calendarsOf(email).find((calendar) => googleId(calendar) === wanted);
  if (!found) throw notFound();
  return found;
}
