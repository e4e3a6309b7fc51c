import { CALDAV, DAV } from '../../shared/providers/icloud/xml.ts';
import type { SimCalendar, SimEvent, SimFields } from '../core/core.ts';
import { eventsFromIcs } from '../core/ics.ts';
import type { CalendarWorld } from '../core/world.ts';
import { calendarPath } from './addresses.ts';
import { href, refusal } from './answers.ts';
import { badBody, NotIcs } from './badBody.ts';
import type { Strikes } from './mishaps.ts';
import type { SimResource, Store } from './store.ts';

interface ObjectNeeds {
  readonly world: CalendarWorld;
  readonly store: Store;
  readonly strikes: Strikes;
  readonly subscribed: (calendar: SimCalendar) => boolean;
  /** Counts invitations, updates and cancellations that go out. */
  readonly mailed: (count: number) => void;
}

interface Target {
  readonly calendar: SimCalendar;
  readonly name: string;
}

const empty = (status: number, headers: Record<string, string> = {}) => new Response(null, { status, headers });

/** GET, PUT and DELETE of resources. */
export function createObjects({ world, store, strikes, subscribed, mailed }: ObjectNeeds) {
  const mayWrite = (calendar: SimCalendar) => calendar.access !== 'reader' && !subscribed(calendar);

  /** The condition that a request sets and that does not hold. `If-Match: *` never does, also where the resource is there. */
  function failed(headers: Headers, found: SimResource | undefined): boolean {
    const [match, none] = [headers.get('if-match'), headers.get('if-none-match')];
    if (match !== null && match !== found?.etag) return true;
    return none === '*' && (found !== undefined || strikes('condition-unasked') !== undefined);
  }

  /** Another resource of the person with this UID: there may be none, in any calendar. */
  function holderOf(uid: string, owner: string, but: SimEvent | undefined): string | undefined {
    for (const calendar of world.calendarsOf(owner)) {
      const other = store.withUid(calendar, uid).find((event) => event !== but);
      if (other) return `${calendarPath(calendar)}${encodeURIComponent(store.nameOf(other))}`;
    }
    return undefined;
  }

  function afterWrite(resource: SimResource): void {
    if (strikes('etag-change')) store.touch(resource);
  }

  return {
    get({ calendar, name }: Target, late: boolean): Response {
      const found = store.find(calendar, name);
      if (!found || late) return empty(404);
      const { etag, text } = store.read(found);
      return new Response(text, { status: 200, headers: { etag, 'content-type': 'text/calendar; charset=utf-8' } });
    },

    put({ calendar, name }: Target, headers: Headers, text: string): Response {
      if (!/^text\/calendar\b/i.test(headers.get('content-type') ?? '')) return empty(415);
      if (!mayWrite(calendar)) return refusal(403, 'need-privileges', DAV);
      const found = store.find(calendar, name);
      if (failed(headers, found)) return empty(412);
      let trouble: ReturnType<typeof badBody>;
      try {
        trouble = badBody(text);
      } catch (error) {
        if (error instanceof NotIcs) return refusal(403, 'valid-calendar-data');
        throw error;
      }
      // Reported of iCloud (davx5#1859): a body without an end is answered as if there were nothing at the address.
      if (trouble === 'no-end') return empty(404);
      if (trouble) return refusal(403, 'valid-calendar-object-resource');
      const { events } = eventsFromIcs(text);
      const [read] = events;
      if (!read || events.length > 1) return refusal(403, 'valid-calendar-object-resource');
      const holder = holderOf(read.iCalUId, calendar.owner, found?.event);
      if (holder) return refusal(403, 'no-uid-conflict', CALDAV, href(holder));
      const before = found ? mailsOf(found.event, calendar.owner) : 0;
      const stored = store.store(calendar, name, text, read, found);
      mailed(Math.max(before, mailsOf(stored.event, calendar.owner)));
      const { etag } = stored;
      afterWrite(stored);
      return empty(found ? 204 : 201, strikes('etag-missing') ? {} : { etag });
    },

    delete({ calendar, name }: Target, headers: Headers): Response {
      const found = store.find(calendar, name);
      if (!found) return empty(404);
      if (!mayWrite(calendar)) return refusal(403, 'need-privileges', DAV);
      if (failed(headers, found)) return empty(412);
      mailed(mailsOf(found.event, calendar.owner));
      world.remove(calendar.id, found.event.id);
      return empty(204);
    },
  };
}

/** Implicit scheduling (RFC 6638): whoever organizes tells the others, whoever was invited tells the organizer. */
function mailsOf(event: SimEvent, owner: string): number {
  const exceptions = [...event.overrides.values()];
  return Math.max(...[event, ...exceptions].map((fields) => mailsOfOne(fields, owner)));
}

function mailsOfOne({ organizer, attendees = [] }: Partial<SimFields>, owner: string): number {
  const isOwner = (email: string) => email.toLowerCase() === owner.toLowerCase();
  if (!organizer) return attendees.length;
  return isOwner(organizer.email) ? attendees.filter(({ email }) => !isOwner(email)).length : 1;
}
