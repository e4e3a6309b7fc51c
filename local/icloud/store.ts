import { createHash } from 'node:crypto';
import type { Clock } from '../../shared/platform/clock.ts';
import type { SimCalendar, SimEvent } from '../core/core.ts';
import { eventsFromIcs, type IcsEvent } from '../core/ics.ts';
import type { CalendarWorld } from '../core/world.ts';
import { createLiveEvents } from './liveEvents.ts';
import type { Strikes } from './mishaps.ts';
import { icsOf, unknownOf } from './toIcs.ts';

/** A resource as a client sees it. */
export interface SimResource {
  readonly name: string;
  readonly event: SimEvent;
  readonly etag: string;
}

interface Kept {
  /** Of the event, when it had this text. */
  readonly version: number;
  readonly text: string;
}

interface StoreNeeds {
  readonly world: CalendarWorld;
  readonly clock: Clock;
  readonly strikes: Strikes;
}

export type Store = ReturnType<typeof createStore>;

/**
 * Events as resources: each is a text under a name. What a client stored is kept as it came, so that what the calendar world has no word for
 * survives; an edit by a person rewrites what Apple knows of it. Besides, what changed in which order: what a sync token points into.
 */
export function createStore({ world, clock, strikes }: StoreNeeds) {
  const names = new Map<string, string>();
  const kept = new Map<string, Kept>();
  /** Each resource as it was before its last change, for readers that lag behind. */
  const previous = new Map<string, { readonly etag: string; readonly text: string }>();
  const logs = new Map<string, string[]>();
  /** Events whose text comes from a client just now. */
  const beingStored = new Set<string>();

  function logOf(calendarId: string): string[] {
    const log = logs.get(calendarId) ?? [];
    logs.set(calendarId, log);
    return log;
  }

  const nameOf = (event: SimEvent) => names.get(event.id) ?? `${event.id}.ics`;
  const etagOf = (event: Pick<SimEvent, 'id'>, version: number) =>
    `"${createHash('sha256').update(`${event.id}\n${version}`).digest('hex').slice(0, 12)}"`;

  /** The event's text at its present version. */
  function textOf(event: SimEvent): string {
    const before = kept.get(event.id);
    if (before?.version === event.version) return before.text;
    const dropped = before !== undefined && strikes('properties-dropped') !== undefined;
    const text = icsOf(event, dropped ? undefined : before?.text);
    if (before) previous.set(event.id, { etag: etagOf(event, before.version), text: before.text });
    kept.set(event.id, { version: event.version, text });
    return text;
  }

  const liveEvents = createLiveEvents(nameOf);

  function note(event: SimEvent): void {
    liveEvents.note(event);
    logOf(event.calendarId).push(nameOf(event));
    if (!event.deleted && !beingStored.has(event.id)) textOf(event);
  }

  for (const person of world.people()) {
    for (const calendar of world.calendarsOf(person.email)) world.events(calendar.id).forEach(note);
  }
  world.onChange(({ calendarId, eventId }) => {
    const event = world.event(calendarId, eventId);
    if (event) note(event);
  });

  function resourceOf(event: SimEvent): SimResource {
    return { name: nameOf(event), event, etag: etagOf(event, event.version) };
  }

  function storing(eventId: string, text: string, write: () => SimEvent): SimEvent {
    beingStored.add(eventId);
    try {
      const event = write();
      kept.set(eventId, { version: event.version, text });
      return event;
    } finally {
      beingStored.delete(eventId);
    }
  }

  return {
    live: (calendar: SimCalendar): SimResource[] =>
      world
        .events(calendar.id)
        .filter(({ deleted }) => !deleted)
        .map(resourceOf),

    nameOf,

    find(calendar: SimCalendar, name: string): SimResource | undefined {
      const event = liveEvents.named(calendar, name);
      return event && resourceOf(event);
    },

    /** Those of the calendar with this UID. */
    withUid: liveEvents.withUid,

    /** As iCloud hands it out: DTSTAMP is the time of the request. */
    read(resource: SimResource): { readonly etag: string; readonly text: string } {
      const { event, etag } = resource;
      const present = { etag, text: textOf(event) };
      const old = previous.get(event.id);
      const { text, ...rest } = old && strikes('stale-body') ? old : present;
      const stamp = new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, '');
      return { ...rest, text: text.replace(/^DTSTAMP:.*$/gm, `DTSTAMP:${stamp}`) };
    },

    /** The text as it lies there. */
    textOf: ({ event }: SimResource): string => textOf(event),

    /** Stores a new resource, or over one that is there. */
    store(
      calendar: SimCalendar,
      name: string,
      text: string,
      read: IcsEvent,
      over: SimResource | undefined,
    ): SimResource {
      const { iCalUId, recurrence, rdates, exdates, exceptions } = read;
      const fields = { ...read.fields, extra: unknownOf(text) };
      if (!over) {
        const id = idFor(calendar, name);
        names.set(id, name);
        const options = { id, iCalUId, recurrence, rdates, exdates, exceptions };
        return resourceOf(storing(id, text, () => world.insert(calendar.id, fields, options)));
      }
      const { event } = over;
      previous.set(event.id, { etag: over.etag, text: textOf(event) });
      const options = { recurrence, rdates, exdates, exceptions };
      storing(event.id, text, () => world.replace(calendar.id, event.id, fields, options));
      return resourceOf(event);
    },

    /** Puts a text under a name as it is, whatever it says, as another client may have done long ago. */
    plant(calendar: SimCalendar, name: string, text: string): void {
      const over = this.find(calendar, name);
      const [read = unreadable(name, clock.now())] = eventsFromIcs(text).events;
      this.store(calendar, name, text, read, over);
    },

    /** A new version with the same text, as housekeeping makes one. */
    touch({ event }: SimResource): void {
      const text = textOf(event);
      storing(event.id, text, () => {
        world.touch(event.calendarId, event.id);
        return event;
      });
    },

    /** How many changes the calendar has seen: where a token issued now points. */
    position: (calendar: SimCalendar): number => logOf(calendar.id).length,
    /** Names of what changed after a position, in order of the last change of each, and the position after each. */
    since(calendar: SimCalendar, from: number): { readonly name: string; readonly position: number }[] {
      const last = new Map<string, number>();
      for (const [index, name] of logOf(calendar.id).entries()) {
        if (index < from) continue;
        last.delete(name);
        last.set(name, index + 1);
      }
      return [...last].map(([name, position]) => ({ name, position }));
    },
  };

  /** An id that no event had before: a name may be used again after a deletion. */
  function idFor(calendar: SimCalendar, name: string): string {
    const stem = name.replace(/\.ics$/i, '');
    let id = stem;
    for (let count = 2; world.event(calendar.id, id); count += 1) id = `${stem}~${count}`;
    return id;
  }
}

/** What the calendar world holds for a text that is no event. */
function unreadable(name: string, now: number): IcsEvent {
  const day = new Date(now).toISOString().slice(0, 10);
  return {
    fields: {
      title: '',
      description: '',
      descriptionType: 'text',
      location: '',
      time: { allDay: true, start: day, end: day, zone: 'UTC' },
      showAs: 'busy',
      sensitivity: 'normal',
      attendees: [],
      cancelled: false,
      extra: {},
    },
    iCalUId: name,
    rdates: [],
    exdates: [],
    exceptions: [],
  };
}
