import { DAY_MS } from '../../shared/calendar/window.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import type { SimEvent } from '../core/core.ts';
import type { CalendarWorld } from '../core/world.ts';
import { noteChange } from './etag.ts';
import { instanceId } from './instanceId.ts';

/** Something that changed in a calendar: an event, one occurrence, or an occurrence that a changed series no longer has. */
export interface LogEntry {
  readonly eventId: string;
  readonly originalStart?: string;
  /** The id of an occurrence that the series had before and has no more. */
  readonly vanishedId?: string;
}

/** How far ahead Google expands a series without end. */
export const horizonMs = 5 * 366 * DAY_MS;

/**
 * What changed in which order, per calendar: what a sync token points into. A changed series also logs the occurrences it lost,
 * since their ids, made from the original start, are cancelled.
 */
export function createChangeLog(world: CalendarWorld, clock: Clock) {
  const logs = new Map<string, LogEntry[]>();
  /** Each series as it last was, to tell which occurrences a change takes away. */
  const before = new Map<string, SimEvent>();
  const keyOf = (calendarId: string, eventId: string) => `${calendarId}\n${eventId}`;

  function logOf(calendarId: string): LogEntry[] {
    const log = logs.get(calendarId) ?? [];
    logs.set(calendarId, log);
    return log;
  }

  function occurrences(event: SimEvent): string[] {
    const instances = world.instancesOf(event, 0, clock.now() + horizonMs);
    return instances.flatMap(({ originalStart }) => (originalStart ? [instanceId(event, originalStart)] : []));
  }

  /** Notes a series as it is now and returns the ids of the occurrences it has lost. */
  function lost(calendarId: string, eventId: string): string[] {
    const key = keyOf(calendarId, eventId);
    const old = before.get(key);
    const event = world.event(calendarId, eventId);
    const series = event && !event.deleted && event.recurrence !== undefined ? event : undefined;
    if (series) before.set(key, { ...series, overrides: new Map() });
    else before.delete(key);
    if (!old || (series && shapeOf(series) === shapeOf(old))) return [];
    const left = new Set(series ? occurrences(series) : []);
    return occurrences(old).filter((id) => !left.has(id));
  }

  for (const person of world.people()) {
    for (const calendar of world.calendarsOf(person.email)) {
      for (const event of world.events(calendar.id)) {
        noteChange(event);
        lost(calendar.id, event.id);
      }
    }
  }

  world.onChange(({ calendarId, eventId, originalStart }) => {
    const log = logOf(calendarId);
    if (originalStart !== undefined) {
      log.push({ eventId, originalStart });
      return;
    }
    const event = world.event(calendarId, eventId);
    if (event) noteChange(event);
    for (const vanishedId of lost(calendarId, eventId)) log.push({ eventId, vanishedId });
    log.push({ eventId });
  });

  return {
    /** How many changes the calendar has seen: where a token issued now points. */
    position: (calendarId: string): number => logOf(calendarId).length,
    /** Changes from a position up to another, the last of each thing only. */
    between(calendarId: string, from: number, to: number): readonly LogEntry[] {
      const last = new Map<string, LogEntry>();
      for (const entry of logOf(calendarId).slice(from, to)) {
        const key = entry.vanishedId ?? `${entry.eventId}\n${entry.originalStart ?? ''}`;
        last.delete(key);
        last.set(key, entry);
      }
      return [...last.values()];
    },
  };
}

/** What the planned occurrences of a series follow from. */
function shapeOf({ time, recurrence, rdates }: SimEvent): string {
  return JSON.stringify([time.allDay, time.start, time.zone, recurrence, rdates]);
}

export type ChangeLog = ReturnType<typeof createChangeLog>;
