import type { Component, ContentLine, Property } from './contentLines.ts';
import { componentsNamed, firstOf, read, textOf } from './contentLines.ts';
import { embeddedZone } from './embeddedZone.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Wall, wallFrom } from './wall.ts';
import { instantAt, utc, type Zone, zoneOfName } from './zone.ts';

/** A DATE or DATE-TIME of a file. */
export interface Moment {
  readonly wall: Wall;
  /** True for a DATE: `wall` is its midnight, and no zone applies. */
  readonly isDate: boolean;
  readonly zone: Zone;
  /** A time without zone: `zone` is the calendar's own. */
  readonly isFloating: boolean;
}

/** Where the zones of a file are found. */
export interface ZoneBook {
  /** Read what has no zone in this one. */
  readonly own: Zone;
  /** @returns undefined for a name that neither the file nor anybody else explains */
  find(tzid: string): Zone | undefined;
  /** Names that were looked for in vain, and VTIMEZONEs that make no sense. */
  readonly faults: ReadonlySet<string>;
}

/** @param calendarZone IANA name of the calendar's own zone; UTC where it is not known */
export function zoneBook(roots: readonly Component[], calendarZone: string | undefined): ZoneBook {
  const faults = new Set<string>();
  const found = new Map<string, Zone | undefined>();
  const embedded = componentsNamed(roots, 'VTIMEZONE');
  const lookUp = (tzid: string): Zone | undefined => {
    const named = zoneOfName(tzid);
    if (named) return named;
    const described = embedded.find((component) => sameName(textOf(component, 'TZID'), tzid));
    if (!described) {
      faults.add('a zone that is neither known nor described, read as the calendar’s own');
      return undefined;
    }
    try {
      return embeddedZone(described);
    } catch (error) {
      faults.add(`${reasonOf(error)}, read as the calendar’s own zone`);
      return undefined;
    }
  };
  return {
    own: (calendarZone === undefined ? undefined : zoneOfName(calendarZone)) ?? utc,
    find(tzid) {
      if (!found.has(tzid)) found.set(tzid, lookUp(tzid));
      return found.get(tzid);
    },
    faults,
  };
}

function sameName(a: string, b: string): boolean {
  const bare = (name: string) => name.replace(/^["'\s]+|["'\s]+$/g, '').toLowerCase();
  return bare(a) === bare(b);
}

/** What went wrong, in words of ours. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unreadable';
}

/** The instant (epoch ms) of a moment; for a date its UTC midnight. */
export function instantOf({ wall, isDate, zone }: Moment): number {
  return isDate ? wall : instantAt(wall, zone);
}

/**
 * The moments of a line such as DTSTART, EXDATE or RDATE.
 * @param like gives the zone of times that have none, where the series has one
 * @throws Error when one is no date
 */
export function momentsOf(line: ContentLine, zones: ZoneBook, like?: Moment): Moment[] {
  const property = read(line);
  return property.values.filter(isSaid).map((value) => momentFrom(value, property, zones, like, line.property));
}

/** Some programs write EXDATE and RDATE without a value; ical.js reads that as punctuation. */
export function isSaid(value: unknown): boolean {
  return !/^[-T:]*$/.test(String(value));
}

/** The moment of a property that has one. @throws as `momentsOf` */
export function momentIn(component: Component, name: string, zones: ZoneBook, like?: Moment): Moment | undefined {
  const property = firstOf(component, name);
  return property && momentFrom(property.values[0], property, zones, like, name);
}

/** @throws Error when the value is no date */
export function momentFrom(
  value: unknown,
  { parameters }: Property,
  zones: ZoneBook,
  like: Moment | undefined,
  name: string,
): Moment {
  // ical.js reads a date where it expects a time as one without hours.
  const text = String(value).toUpperCase().replace(/T:*$/, '');
  const wall = wallFrom(text.replace(/Z$/, ''));
  if (wall === undefined) throw new Error(`its ${name} is no date`);
  if (!text.includes('T')) return { wall, isDate: true, zone: utc, isFloating: false };
  if (text.endsWith('Z')) return { wall, isDate: false, zone: utc, isFloating: false };
  const zone = parameters.tzid === undefined ? undefined : zones.find(parameters.tzid);
  if (zone) return { wall, isDate: false, zone, isFloating: false };
  if (like && !like.isDate) return { wall, isDate: false, zone: like.zone, isFloating: like.isFloating };
  return { wall, isDate: false, zone: zones.own, isFloating: true };
}

/** A length of time: days on the calendar and then exact ms (RFC 5545, 3.3.6). */
export interface Length {
  readonly days: number;
  readonly ms: number;
}

/** More than anything lasts, ms; instants must stay within what a date can say. */
const LONGEST_MS = 100_000 * DAY_MS;

const unitsMs: Readonly<Record<string, number>> = { H: HOUR_MS, M: MINUTE_MS, S: 1000 };
const unitsDays: Readonly<Record<string, number>> = { W: 7, D: 1 };

/** A DURATION, also with its parts in other order than the standard's (`PT1W`). @returns undefined for what is none */
export function lengthFrom(value: unknown): Length | undefined {
  const [, sign, parts] = /^([+-])?P((?:T?\d+[WDHMS])+)T?$/i.exec(String(value)) ?? [];
  if (!parts) return undefined;
  const direction = sign === '-' ? -1 : 1;
  let [days, ms] = [0, 0];
  for (const [, number, unit = ''] of parts.toUpperCase().matchAll(/(\d+)([WDHMS])/g)) {
    days += Number(number) * (unitsDays[unit] ?? 0) * direction;
    ms += Number(number) * (unitsMs[unit] ?? 0) * direction;
  }
  return Math.abs(days * DAY_MS + ms) > LONGEST_MS ? undefined : { days, ms };
}

/** The instant a length after a moment. */
export function instantAfter(moment: Moment, { days, ms }: Length): number {
  return instantOf({ ...moment, wall: moment.wall + days * DAY_MS }) + ms;
}
