import { Temporal } from 'temporal-polyfill';
import { ianaZone } from '../../calendar/timeZones.ts';
import { displayedZone } from './displayedZone.ts';
import { DAY_MS, type Wall } from './wall.ts';

/** A zone as a function from instants to offsets, whether it comes from the IANA database or from a VTIMEZONE. */
export interface Zone {
  /** IANA name, or the TZID where the zone is known from its VTIMEZONE only. */
  readonly name: string;
  /** Undefined where the zone is known from its VTIMEZONE only. */
  readonly iana: string | undefined;
  /** The offset from UTC, ms, at an instant (epoch ms). */
  offsetAt(instant: number): number;
}

/** The wall-clock time of an instant (epoch ms). */
export function wallAt(instant: number, zone: Zone): Wall {
  return instant + zone.offsetAt(instant);
}

/**
 * The instant (epoch ms) of a wall-clock time. One that the clocks jump over is read with the offset before the jump, of two the first counts
 * (RFC 5545, 3.3.5).
 */
export function instantAt(wall: Wall, zone: Zone): number {
  const { before, after } = readings(wall, zone);
  return isReading(before, wall, zone) || !isReading(after, wall, zone) ? before : after;
}

/** Do the zone's clocks ever show this time? */
export function exists(wall: Wall, zone: Zone): boolean {
  const { before, after } = readings(wall, zone);
  return isReading(before, wall, zone) || isReading(after, wall, zone);
}

function readings(wall: Wall, zone: Zone): { before: number; after: number } {
  return { before: wall - zone.offsetAt(wall - DAY_MS), after: wall - zone.offsetAt(wall + DAY_MS) };
}

function isReading(instant: number, wall: Wall, zone: Zone): boolean {
  return instant + zone.offsetAt(instant) === wall;
}

export const utc: Zone = { name: 'UTC', iana: 'UTC', offsetAt: () => 0 };

const zones = new Map<string, Zone | undefined>();

/** A zone by its name in either system; undefined where nobody knows it. */
export function namedZone(name: string): Zone | undefined {
  const iana = ianaZone(name);
  if (iana === undefined) return undefined;
  if (!zones.has(iana)) zones.set(iana, iana === 'UTC' ? utc : fromDatabase(iana));
  return zones.get(iana);
}

/** A stretch of time, ms, in which no zone changes its offset twice. */
const STRETCH_MS = 7 * DAY_MS;

/** The offsets of a stretch: one, or another from an instant on. */
interface Offsets {
  readonly before: number;
  readonly changesAt: number;
  readonly after: number;
}

function fromDatabase(iana: string): Zone | undefined {
  const known = new Map<number, Offsets>();
  const ask = (instant: number) =>
    Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(iana).offsetNanoseconds / 1e6;
  try {
    ask(0);
  } catch {
    return undefined;
  }
  return {
    name: iana,
    iana,
    offsetAt(instant) {
      const stretch = Math.floor(instant / STRETCH_MS);
      let offsets = known.get(stretch);
      if (!offsets) {
        offsets = offsetsWithin(stretch * STRETCH_MS, (stretch + 1) * STRETCH_MS, ask);
        known.set(stretch, offsets);
      }
      return instant < offsets.changesAt ? offsets.before : offsets.after;
    },
  };
}

/** Asks the database a few times and remembers the answer: it takes some hundred times longer than looking it up. */
function offsetsWithin(start: number, end: number, ask: (instant: number) => number): Offsets {
  const [before, after] = [ask(start), ask(end)];
  if (before === after) return { before, changesAt: start, after };
  let [early, late] = [start, end];
  while (late - early > 1000) {
    const middle = Math.floor((early + late) / 2000) * 1000;
    if (ask(middle) === before) early = middle;
    else late = middle;
  }
  return { before, changesAt: late, after };
}

/**
 * The zone that a TZID names by itself: an IANA or Windows name, one behind a vendor's prefix
 * (`/freeassociation.sourceforge.net/Europe/Berlin`, `/mozilla.org/20050126_1/America/Argentina/Ushuaia`), or one as Outlook shows it.
 */
export function zoneOfName(tzid: string): Zone | undefined {
  const name = tzid.replace(/^["'\s]+|["'\s]+$/g, '');
  const whole = namedZone(name);
  if (whole) return whole;
  const parts = name.split('/');
  for (const length of [3, 2, 1]) {
    const found = parts.length > length ? namedZone(parts.slice(-length).join('/')) : undefined;
    if (found) return found;
  }
  const displayed = displayedZone(name);
  return displayed === undefined ? undefined : namedZone(displayed);
}
