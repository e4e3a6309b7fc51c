import type { Clock } from '../../shared/platform/clock.ts';
import { newId, type Random } from '../../shared/platform/random.ts';
import type { SimCalendar, SimEvent, SimFields, SimInstance, SimPerson } from './core.ts';
import { instancesOf } from './expansion.ts';

export interface WorldChange {
  readonly calendarId: string;
  readonly eventId: string;
  readonly kind: 'created' | 'updated' | 'deleted';
  /** Set when only this occurrence of the series changed. */
  readonly originalStart?: string;
}

/** What a write may change; a key that is there with `undefined` clears the field. */
export type Patch = { [K in keyof SimFields]?: SimFields[K] | undefined } & {
  recurrence?: string | undefined;
  rdates?: readonly string[] | undefined;
};

export interface InsertOptions {
  /** Taken as given; by default 22 random base64url characters. */
  readonly id?: string;
  readonly iCalUId?: string;
  /** RRULE value without the prefix. */
  readonly recurrence?: string | undefined;
  /** Extra starts, wall-clock in the event's zone, or dates. */
  readonly rdates?: readonly string[];
  /** Cancelled occurrences, by original start as in `rdates`. */
  readonly exdates?: readonly string[];
  /** Occurrences that differ. */
  readonly exceptions?: readonly { readonly originalStart: string; readonly fields: Partial<SimFields> }[];
  /** Epoch ms. */
  readonly createdAt?: number;
}

export type CalendarWorld = ReturnType<typeof createWorld>;

/** People, their calendars and events, in memory. Methods on things that are not there throw `Error`: simulators look first. */
export function createWorld({ clock, random }: { readonly clock: Clock; readonly random: Random }) {
  const people = new Map<string, SimPerson>();
  const calendars = new Map<string, { calendar: SimCalendar; events: Map<string, SimEvent> }>();
  const listeners = new Set<(change: WorldChange) => void>();

  function held(calendarId: string) {
    const found = calendars.get(calendarId);
    if (!found) throw new Error(`There is no calendar ${calendarId}.`);
    return found;
  }

  function live(calendarId: string, eventId: string): SimEvent {
    const event = held(calendarId).events.get(eventId);
    if (!event || event.deleted) throw new Error(`There is no event ${eventId} in calendar ${calendarId}.`);
    return event;
  }

  /** Counts the change on event and calendar, then tells the listeners. */
  function record(event: SimEvent, change: Omit<WorldChange, 'calendarId' | 'eventId'>, modified = true): void {
    const { calendar } = held(event.calendarId);
    calendar.sequence += 1;
    event.version += 1;
    event.sequence = calendar.sequence;
    if (modified) event.modifiedAt = clock.now();
    for (const listener of listeners) listener({ calendarId: event.calendarId, eventId: event.id, ...change });
  }

  return {
    addPerson(person: SimPerson): SimPerson {
      people.set(person.email.toLowerCase(), person);
      return person;
    },
    person: (email: string): SimPerson | undefined => people.get(email.toLowerCase()),
    people: (): SimPerson[] => [...people.values()],

    addCalendar(fields: Omit<SimCalendar, 'id' | 'sequence'> & { readonly id?: string }): SimCalendar {
      const calendar: SimCalendar = { ...fields, id: fields.id ?? newId(random), sequence: 0 };
      calendars.set(calendar.id, { calendar, events: new Map() });
      return calendar;
    },
    /** The calendars in a person's list, the primary one first. */
    calendarsOf(email: string): SimCalendar[] {
      const own = [...calendars.values()].map(({ calendar }) => calendar);
      return own
        .filter(({ owner }) => owner.toLowerCase() === email.toLowerCase())
        .sort((a, b) => Number(b.primary) - Number(a.primary));
    },
    calendar: (id: string): SimCalendar | undefined => calendars.get(id)?.calendar,
    removeCalendar(id: string): void {
      calendars.delete(id);
    },

    insert(calendarId: string, fields: SimFields, options: InsertOptions = {}): SimEvent {
      const { events } = held(calendarId);
      const id = options.id ?? newId(random);
      const now = options.createdAt ?? clock.now();
      const event: SimEvent = {
        ...fields,
        id,
        calendarId,
        iCalUId: options.iCalUId ?? `${newId(random)}@simulated.example`,
        ...(options.recurrence === undefined ? {} : { recurrence: options.recurrence }),
        rdates: options.rdates ?? [],
        overrides: new Map(),
        version: 0,
        createdAt: now,
        modifiedAt: now,
        sequence: 0,
        deleted: false,
      };
      for (const { originalStart, fields: differing } of options.exceptions ?? []) {
        event.overrides.set(originalStart, { ...differing, version: 1, modifiedAt: now });
      }
      for (const start of options.exdates ?? []) {
        event.overrides.set(start, { cancelledInstance: true, version: 1, modifiedAt: now });
      }
      events.set(id, event);
      record(event, { kind: 'created' }, options.createdAt === undefined);
      return event;
    },

    /**
     * Changes an event, or with `originalStart` that one occurrence, which becomes an exception. A series whose time or rule changes loses its
     * exceptions, as at Microsoft and Google.
     */
    change(calendarId: string, eventId: string, patch: Patch, originalStart?: string): SimEvent {
      const event = live(calendarId, eventId);
      if (originalStart !== undefined) {
        const { recurrence: _rule, rdates: _dates, ...fields } = patch;
        const before = event.overrides.get(originalStart);
        const version = event.version + 1;
        const kept = before?.cancelledInstance ? {} : before;
        event.overrides.set(originalStart, { ...kept, ...withoutHoles(fields), version, modifiedAt: clock.now() });
        record(event, { kind: 'updated', originalStart });
        return event;
      }
      const shape = () => JSON.stringify([event.time, event.recurrence, event.rdates]);
      const before = shape();
      const { recurrence, rdates, ...fields } = patch;
      Object.assign(event, withoutHoles(fields));
      if ('recurrence' in patch) {
        if (recurrence === undefined) delete event.recurrence;
        else event.recurrence = recurrence;
      }
      if (rdates !== undefined) Object.assign(event, { rdates });
      if (shape() !== before) event.overrides.clear();
      record(event, { kind: 'updated' });
      return event;
    },

    /** Everything of an event anew, as where a client stores it whole: what is not given it no longer has. */
    replace(
      calendarId: string,
      eventId: string,
      fields: SimFields,
      { recurrence, rdates = [], exdates = [], exceptions = [] }: Omit<InsertOptions, 'id' | 'iCalUId' | 'createdAt'>,
    ): SimEvent {
      const event = live(calendarId, eventId);
      for (const key of ['organizer', 'reminderMinutes', 'recurrence'] as const) delete event[key];
      Object.assign(event, fields, { rdates, ...(recurrence !== undefined && { recurrence }) });
      event.overrides.clear();
      const at = { version: event.version + 1, modifiedAt: clock.now() };
      for (const { originalStart, fields: own } of exceptions) event.overrides.set(originalStart, { ...own, ...at });
      for (const start of exdates) event.overrides.set(start, { cancelledInstance: true, ...at });
      record(event, { kind: 'updated' });
      return event;
    },

    /** Deletes an event, or with `originalStart` cancels that one occurrence. A deleted event stays known as such. */
    remove(calendarId: string, eventId: string, originalStart?: string): void {
      const event = live(calendarId, eventId);
      if (originalStart === undefined) {
        event.deleted = true;
        record(event, { kind: 'deleted' });
        return;
      }
      const version = event.version + 1;
      event.overrides.set(originalStart, { cancelledInstance: true, version, modifiedAt: clock.now() });
      record(event, { kind: 'deleted', originalStart });
    },

    /** A new version without new content, as when a reminder is dismissed. */
    touch(calendarId: string, eventId: string): void {
      record(live(calendarId, eventId), { kind: 'updated' }, false);
    },

    /** Deleted events are answered too, with `deleted` set. */
    event: (calendarId: string, eventId: string): SimEvent | undefined =>
      calendars.get(calendarId)?.events.get(eventId),
    /** All events of a calendar, deleted ones too. */
    events: (calendarId: string): SimEvent[] => [...(calendars.get(calendarId)?.events.values() ?? [])],
    instancesOf,
    /** All instances that touch a span (epoch ms, end exclusive), ascending by start. */
    instances(calendarId: string, fromMs: number, toMs: number): SimInstance[] {
      const all = [...held(calendarId).events.values()].flatMap((event) => instancesOf(event, fromMs, toMs));
      return all.sort((a, b) => a.startMs - b.startMs);
    },

    /** @returns ends the listening */
    onChange(listener: (change: WorldChange) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Only a reminder can be cleared; any other key with `undefined` means that nothing was said about it. */
function withoutHoles(fields: { [K in keyof SimFields]?: SimFields[K] | undefined }): Partial<SimFields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([key, value]) => value !== undefined || key === 'reminderMinutes'),
  );
}
