import { instantFromWall } from '../../shared/calendar/timeZones.ts';
import { DAY_MS } from '../../shared/calendar/window.ts';
import type { SimCalendar, SimInstance } from '../core/core.ts';
import { instanceAt } from '../core/expansion.ts';
import type { CalendarWorld } from '../core/world.ts';
import { horizonMs, type LogEntry } from './changeLog.ts';
import { etagOf } from './etag.ts';
import { instanceId, parseInstanceId } from './instanceId.ts';
import type { ListQuery } from './listQuery.ts';
import { cancelledInstance, eventResource, extraFields, instanceResource, tombstone } from './resource.ts';

/** Names one item of a listing; it is looked up when its page is asked for. */
export interface ListItem {
  readonly eventId: string;
  readonly originalStart?: string;
  readonly vanishedId?: string;
  /** The occurrence as it was found; good as long as its event has the same version. */
  readonly instance?: SimInstance;
  /** True where a cancelled occurrence tells its series too, which Google does not promise. */
  readonly namesSeries?: true;
}

interface Where {
  readonly world: CalendarWorld;
  readonly calendar: SimCalendar;
  readonly origin: string;
  readonly now: number;
}

/** Everything that a listing without sync token names. */
export function fullItems({ world, calendar, now }: Where, query: ListQuery): ListItem[] {
  const from = query.timeMin ?? 0;
  const to = query.timeMax ?? now + horizonMs;
  const wanted = matcher(query);
  const found: { item: ListItem; startMs: number; modifiedAt: number }[] = [];
  const add = (item: ListItem, startMs: number, modifiedAt: number) => found.push({ item, startMs, modifiedAt });
  const seenMasters = new Set<string>();

  for (const instance of world.instances(calendar.id, from - DAY_MS, to + DAY_MS)) {
    const { event, originalStart } = instance;
    if (instance.fields.cancelled || !inRange(calendar, instance, from, to) || !wanted(instance)) continue;
    if (query.singleEvents || originalStart === undefined || instance.exception) {
      const item = originalStart === undefined ? { eventId: event.id } : { eventId: event.id, originalStart, instance };
      add(item, instance.startMs, instance.modifiedAt);
    }
    if (!query.singleEvents && originalStart !== undefined && !seenMasters.has(event.id)) {
      seenMasters.add(event.id);
      add({ eventId: event.id }, instance.startMs, event.modifiedAt);
    }
  }
  // Both flags off still lists the cancelled occurrences of living series; both on lists single events only.
  for (const event of world.events(calendar.id)) {
    if (event.deleted && query.showDeleted && (event.recurrence === undefined || !query.singleEvents)) {
      add({ eventId: event.id }, 0, event.modifiedAt);
    }
    if (event.deleted || event.recurrence === undefined || Boolean(query.showDeleted) !== query.singleEvents) continue;
    for (const [originalStart, override] of event.overrides) {
      const startMs = event.time.allDay
        ? Date.parse(`${originalStart}T00:00:00Z`)
        : instantFromWall(originalStart, event.time.zone);
      if (override.cancelledInstance && startMs > from && startMs < to) {
        add({ eventId: event.id, originalStart }, startMs, override.modifiedAt);
      }
    }
  }
  if (query.orderBy === 'startTime') found.sort((a, b) => a.startMs - b.startMs);
  if (query.orderBy === 'updated') found.sort((a, b) => a.modifiedAt - b.modifiedAt);
  const updatedMin = query.updatedMin;
  return found.filter((one) => updatedMin === undefined || one.modifiedAt >= updatedMin).map(({ item }) => item);
}

/** What tells the items of a listing apart. */
export function itemKey(item: ListItem): string {
  return item.vanishedId ?? `${item.eventId}\n${item.originalStart ?? ''}`;
}

/**
 * What a listing with sync token names: every change, wherever in time it lies. With `singleEvents` a touched series brings all its
 * occurrences up to the horizon, for the window of the first listing does not bind the token.
 */
export function changedItems(
  { world, calendar, now }: Where,
  query: ListQuery,
  changes: readonly LogEntry[],
): ListItem[] {
  const items = new Map<string, ListItem>();
  const wanted = matcher(query);
  const put = (item: ListItem) => {
    const key = itemKey(item);
    items.delete(key);
    items.set(key, item);
  };
  for (const change of changes) {
    const event = world.event(calendar.id, change.eventId);
    if (event && !event.deleted && !wanted({ event, fields: event })) continue;
    if (!query.singleEvents) {
      if (change.vanishedId === undefined) put(change);
    } else if (change.originalStart !== undefined || change.vanishedId !== undefined) {
      put(change);
    } else if (event?.recurrence === undefined) {
      put(change);
    } else if (!event.deleted) {
      for (const instance of world.instancesOf(event, 0, now + horizonMs)) {
        const { originalStart } = instance;
        if (originalStart !== undefined) put({ eventId: event.id, originalStart, instance });
      }
    }
  }
  return [...items.values()];
}

const halfYearMs = 183 * DAY_MS;

/** Leaves out occurrences of deleted series that lie more than half a year ahead; those that stay name their series. */
export function withoutFarDeletions({ world, calendar, now }: Where, items: readonly ListItem[]): ListItem[] {
  return items.flatMap((item) => {
    if (item.vanishedId === undefined || !world.event(calendar.id, item.eventId)?.deleted) return [item];
    const name = parseInstanceId(item.vanishedId);
    const start = name ? (name.instant ?? Date.parse(name.date)) : now;
    return start > now + halfYearMs ? [] : [{ ...item, namesSeries: true as const }];
  });
}

/** The resource of an item as the calendar stands now. */
export function render({ world, calendar, origin }: Where, item: ListItem, maxAttendees?: number): object {
  const event = world.event(calendar.id, item.eventId);
  if (item.vanishedId !== undefined) {
    const series = item.namesSeries && { recurringEventId: item.eventId };
    return { ...tombstone(item.vanishedId, event ? etagOf(event) : '"0"'), ...series };
  }
  if (!event) return tombstone(item.eventId, '"0"');
  const etag = etagOf(event);
  const gone = event.deleted || event.cancelled;
  if (item.originalStart === undefined) {
    return gone ? tombstone(event.id, etag) : trimmed(eventResource(origin, calendar, event), maxAttendees);
  }
  if (gone) return tombstone(instanceId(event, item.originalStart), etag);
  if (event.overrides.get(item.originalStart)?.cancelledInstance) return cancelledInstance(event, item.originalStart);
  const isFresh = item.instance?.event === event && item.instance.version === event.version;
  const instance = isFresh ? item.instance : instanceAt(event, item.originalStart);
  return instance && !instance.fields.cancelled
    ? trimmed(instanceResource(origin, calendar, instance), maxAttendees)
    : tombstone(instanceId(event, item.originalStart), etag);
}

/** With `maxAttendees`, a longer list shrinks to the calendar's own entry. */
function trimmed(resource: ReturnType<typeof eventResource>, maxAttendees: number | undefined): object {
  if (!resource.attendees || maxAttendees === undefined || resource.attendees.length <= maxAttendees) return resource;
  return { ...resource, attendees: resource.attendees.filter(({ self }) => self), attendeesOmitted: true };
}

function inRange(calendar: SimCalendar, instance: SimInstance, from: number, to: number): boolean {
  const { time } = instance.fields;
  if (!time.allDay) return instance.endMs > from && instance.startMs < to;
  // All-day events are judged in the calendar's own zone.
  const midnight = (date: string) => instantFromWall(`${date.slice(0, 10)}T00:00:00`, calendar.zone);
  return midnight(time.end) > from && midnight(time.start) < to;
}

function matcher(query: ListQuery): (one: Pick<SimInstance, 'event' | 'fields'>) => boolean {
  return ({ event, fields }) => {
    if (query.iCalUID !== undefined && event.iCalUId !== query.iCalUID) return false;
    const extra = extraFields.parse(fields.extra);
    if (query.eventTypes.length > 0 && !query.eventTypes.includes(extra.eventType ?? 'default')) return false;
    if (query.q !== undefined) {
      const text = `${fields.title}\n${fields.description}\n${fields.location}`.toLowerCase();
      if (!text.includes(query.q.toLowerCase())) return false;
    }
    const holds = (all: Readonly<Record<string, string>> | undefined, wanted: string) => {
      const at = wanted.indexOf('=');
      return all?.[wanted.slice(0, at)] === wanted.slice(at + 1);
    };
    return (
      query.privateExtendedProperty.every((wanted) => holds(extra.extendedProperties?.private, wanted)) &&
      query.sharedExtendedProperty.every((wanted) => holds(extra.extendedProperties?.shared, wanted))
    );
  };
}
