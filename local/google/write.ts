import type { Random } from '../../shared/platform/random.ts';
import type { SimCalendar, SimEvent, SimFields } from '../core/core.ts';
import { instanceAt } from '../core/expansion.ts';
import type { CalendarWorld } from '../core/world.ts';
import { conditionNotMet, deletedAlready, duplicateId, GoogleError, invalid, notFound, readOnly } from './errors.ts';
import { etagOf } from './etag.ts';
import { type EventBody, isJson, type Json, merged, readEventBody } from './eventBody.ts';
import { fieldsOf, type WriteFlags } from './fields.ts';
import { originalStartOf, parseInstanceId } from './instanceId.ts';
import { readRecurrence } from './recurrence.ts';
import { cancelledInstance, eventResource, instanceResource, tombstone } from './resource.ts';

/** An event or one occurrence of a series, as an id names it. */
interface Found {
  readonly event: SimEvent;
  readonly originalStart?: string;
}

export interface WriteRequest {
  readonly calendar: SimCalendar;
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly flags: WriteFlags;
}

/** What a person who only takes part in a meeting may still change of it. */
const ownFields = new Set(['attendees', 'reminders', 'colorId', 'extendedProperties', 'transparency', 'visibility']);
const ownIdCharacters = 'abcdefghijklmnopqrstuv0123456789';

/** events.get, insert, update, patch and delete on the calendar core. Each throws GoogleError for what Google refuses. */
export function createEvents({ world, random, origin }: { world: CalendarWorld; random: Random; origin: string }) {
  function find(calendar: SimCalendar, id: string): Found {
    const event = world.event(calendar.id, id);
    if (event) return { event };
    const name = parseInstanceId(id);
    const master = name && world.event(calendar.id, name.masterId);
    const originalStart = name && master?.recurrence !== undefined ? originalStartOf(master, name) : undefined;
    if (!master || originalStart === undefined) throw notFound();
    if (!master.overrides.has(originalStart) && !instanceAt(master, originalStart)) throw notFound();
    return { event: master, originalStart };
  }

  function resourceOf(calendar: SimCalendar, { event, originalStart }: Found, id: string): Json {
    if (event.deleted || event.cancelled) return tombstone(id, etagOf(event));
    if (originalStart === undefined) return eventResource(origin, calendar, event);
    if (event.overrides.get(originalStart)?.cancelledInstance) return cancelledInstance(event, originalStart);
    const instance = instanceAt(event, originalStart);
    if (!instance) throw notFound();
    return instance.fields.cancelled
      ? cancelledInstance(event, originalStart)
      : instanceResource(origin, calendar, instance);
  }

  function isCancelled({ event, originalStart }: Found): boolean {
    return (
      event.deleted || (originalStart !== undefined && event.overrides.get(originalStart)?.cancelledInstance === true)
    );
  }

  /** What a write finds: live, writable, and as the caller last saw it. */
  function target({ calendar, id, ifMatch }: WriteRequest): { found: Found; resource: Json } {
    const found = find(calendar, id);
    if (calendar.access === 'reader') throw readOnly();
    const resource = resourceOf(calendar, found, id);
    if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== resource.etag) throw conditionNotMet();
    return { found, resource };
  }

  function freshId(): string {
    return [...random.bytes(26)].map((byte) => ownIdCharacters[byte % 32]).join('');
  }

  function replace({ calendar, id, flags }: WriteRequest, { event, originalStart }: Found, body: EventBody): Json {
    if (body.status === 'cancelled') {
      world.remove(calendar.id, event.id, originalStart);
    } else if (originalStart === undefined) {
      const fields = fieldsOf(calendar, body, flags, event);
      const recurrence = readRecurrence(body.recurrence, fields.time);
      world.change(calendar.id, event.id, {
        ...cleared(fields),
        recurrence: recurrence?.rule,
        rdates: recurrence?.rdates ?? [],
      });
      for (const exdate of recurrence?.exdates ?? []) world.remove(calendar.id, event.id, exdate);
    } else {
      const before = instanceAt(event, originalStart)?.fields;
      const fields = fieldsOf(calendar, { ...body, recurrence: undefined }, flags, before);
      // One occurrence cannot be looser or stricter than its series: stricter makes the whole series so, looser is ignored.
      const { sensitivity } = event.sensitivity === 'normal' ? fields : event;
      if (sensitivity !== event.sensitivity) world.change(calendar.id, event.id, { sensitivity });
      world.change(calendar.id, event.id, { ...cleared(fields), sensitivity }, originalStart);
    }
    return resourceOf(calendar, find(calendar, id), id);
  }

  return {
    /** Cancelled events are answered too, as tombstones. */
    get(calendar: SimCalendar, id: string): Json {
      return resourceOf(calendar, find(calendar, id), id);
    },

    series(calendar: SimCalendar, id: string): SimEvent {
      const { event, originalStart } = find(calendar, id);
      if (event.deleted || originalStart !== undefined) throw notFound();
      return event;
    },

    insert(calendar: SimCalendar, json: Json, flags: WriteFlags): Json {
      if (calendar.access === 'reader') throw readOnly();
      const body = readEventBody(json);
      if (body.id !== undefined && body.iCalUID !== undefined)
        throw invalid('Only one of id and iCalUID may be given.');
      if (body.id !== undefined && !/^[a-v0-9]{5,1024}$/.test(body.id)) throw invalid('Invalid resource id value.');
      if (body.status === 'cancelled') throw invalid('Invalid value for: status');
      const fields = fieldsOf(calendar, body, flags);
      const recurrence = readRecurrence(body.recurrence, fields.time);
      // The id of a deleted event stays taken.
      const id = body.id ?? freshId();
      if (world.event(calendar.id, id)) throw duplicateId();
      if (body.iCalUID !== undefined && world.events(calendar.id).some((other) => other.iCalUId === body.iCalUID)) {
        throw duplicateId();
      }
      world.insert(calendar.id, fields, {
        id,
        iCalUId: body.iCalUID ?? `${id}@google.com`,
        ...(recurrence && { recurrence: recurrence.rule, rdates: recurrence.rdates }),
      });
      for (const exdate of recurrence?.exdates ?? []) world.remove(calendar.id, id, exdate);
      return resourceOf(calendar, find(calendar, id), id);
    },

    /** PUT: what is not sent is cleared. */
    update(request: WriteRequest, json: Json): Json {
      const { found } = target(request);
      if (isCancelled(found)) throw new GoogleError(403, 'forbidden', 'Forbidden');
      if (isInvitation(request.calendar, found.event)) throw forNonOrganizer();
      return replace(request, found, readEventBody(json));
    },

    /** PATCH: what is not sent stays, null clears, arrays are replaced whole. */
    patch(request: WriteRequest, json: Json): Json {
      const { found, resource } = target(request);
      if (isCancelled(found)) throw new GoogleError(403, 'forbidden', 'Forbidden');
      if (isInvitation(request.calendar, found.event) && !Object.keys(json).every((key) => ownFields.has(key))) {
        throw forNonOrganizer();
      }
      const { sequence, ...before } = resource;
      return replace(request, found, readEventBody(merged(before, json)));
    },

    delete(request: WriteRequest): void {
      const { found } = target(request);
      if (isCancelled(found)) throw deletedAlready();
      world.remove(request.calendar.id, found.event.id, found.originalStart);
    },

    /** How many people besides the owner a write of this event would write to. */
    guests(calendar: SimCalendar, id: string): number {
      const attendees = resourceOf(calendar, find(calendar, id), id).attendees;
      return Array.isArray(attendees) ? attendees.filter((one) => !(isJson(one) && one.self)).length : 0;
    },
  };
}

export type Events = ReturnType<typeof createEvents>;

/** Optional fields that are not there must overwrite those that were. */
function cleared(fields: SimFields): SimFields & { reminderMinutes: number | undefined } {
  return { ...fields, reminderMinutes: fields.reminderMinutes };
}

function isInvitation(calendar: SimCalendar, event: SimEvent): boolean {
  return event.organizer !== undefined && event.organizer.email.toLowerCase() !== calendar.owner.toLowerCase();
}

const forNonOrganizer = () =>
  new GoogleError(
    403,
    'forbiddenForNonOrganizer',
    'Shared properties can only be changed by the organizer of the event.',
    {
      domain: 'calendar',
    },
  );
