import { createHash } from 'node:crypto';
import type { SimCalendar } from '../core/core.ts';
import type { CalendarWorld } from '../core/world.ts';

/** Where things lie at iCloud: everything of a person below a number, hosts of partitions before it. */

/** The number that iCloud knows a person by. */
function dsidOf(email: string): string {
  const hash = createHash('sha256').update(email.toLowerCase()).digest();
  return String(100_000_000 + (hash.readUInt32BE() % 900_000_000));
}

export const principalOf = (email: string) => `/${dsidOf(email)}/principal/`;
export const homeOf = (email: string) => `/${dsidOf(email)}/calendars/`;

/** The first calendar of every account is called `home`. */
export function calendarPath({ owner, id, primary }: SimCalendar): string {
  return `${homeOf(owner)}${primary ? 'home' : encodeURIComponent(id)}/`;
}

/** What a path names in a person's part of the tree. */
export type Place =
  | { readonly kind: 'principal' | 'home' | 'inbox' | 'outbox' | 'notification' | 'tasks' }
  | { readonly kind: 'calendar'; readonly calendar: SimCalendar }
  | { readonly kind: 'resource'; readonly calendar: SimCalendar; readonly name: string };

/** @returns undefined for what is not there, or is not this person's */
export function placeAt(world: CalendarWorld, email: string, path: string): Place | undefined {
  const [dsid, tree, collection, name, ...deeper] = path.split('/').slice(1).map(decodeURIComponent);
  if (dsid !== dsidOf(email) || deeper.length > 0) return undefined;
  if (tree === 'principal') return { kind: 'principal' };
  if (tree !== 'calendars') return undefined;
  if (!collection) return { kind: 'home' };
  if (isSpecial(collection)) return { kind: collection };
  const calendar = world.calendarsOf(email).find((each) => (each.primary ? 'home' : each.id) === collection);
  if (!calendar) return undefined;
  return name ? { kind: 'resource', calendar, name } : { kind: 'calendar', calendar };
}

/** What lies in a home beside the calendars. Reminders left CalDAV long ago; an old list of them may still lie there. */
export const specials = ['inbox', 'outbox', 'notification', 'tasks'] as const;

function isSpecial(name: string): name is (typeof specials)[number] {
  return specials.some((special) => special === name);
}
