import type { SimCalendar } from '../core/core.ts';

/** An event, or one occurrence of a series, as a Graph id names it. */
export interface EventName {
  readonly eventId: string;
  /** Wall-clock start as first planned, or the date. */
  readonly originalStart?: string | undefined;
}

const prefixes = { immutable: 'AAkALgAAAAAAHYQDEapmEc2byACqAC', usual: 'AAMkADhiOGU5ZGVjLTQ2YzctNDNkNS' };

/**
 * The id of an event. Graph has two forms for the same event; which one is answered depends on the request's `IdType` preference alone.
 * @see https://learn.microsoft.com/en-us/graph/outlook-immutable-id
 */
export function graphId({ eventId, originalStart }: EventName, immutable: boolean): string {
  const occurrence = originalStart === undefined ? '' : `.O${originalStart.replace(/[-:]/g, '')}`;
  return `${immutable ? prefixes.immutable : prefixes.usual}${eventId}${occurrence}=`;
}

/** Takes either form; undefined for an id that Graph never gave. */
export function parseGraphId(id: string): EventName | undefined {
  const prefix = [prefixes.immutable, prefixes.usual].find((each) => id.startsWith(each));
  if (!prefix || !id.endsWith('=')) return undefined;
  const [, eventId = '', y, m, d, time] =
    /^(.+?)(?:\.O(\d{4})(\d\d)(\d\d)(?:T(\d{6}))?)?$/s.exec(id.slice(prefix.length, -1)) ?? [];
  if (eventId === '') return undefined;
  if (y === undefined) return { eventId };
  const clock = time ? `T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}` : '';
  return { eventId, originalStart: `${y}-${m}-${d}${clock}` };
}

/** Calendars have one id, which is stable. */
export function graphCalendarId(calendar: Pick<SimCalendar, 'id'>): string {
  return `AQMkADAwATM0MDAAMS1${calendar.id}=`;
}
