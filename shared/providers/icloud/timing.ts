import { type Component, firstOf, linesNamed, type Property } from './contentLines.ts';
import {
  instantAfter,
  instantOf,
  type Length,
  lengthFrom,
  type Moment,
  momentFrom,
  momentIn,
  type ZoneBook,
} from './moment.ts';
import { DAY_MS, midnightOf } from './wall.ts';

/** When an event is and how long it lasts, so that its occurrences can be laid elsewhere. */
export interface Timing {
  readonly start: Moment;
  /** The end (epoch ms; of a date its UTC midnight, exclusive) of an occurrence that starts then. */
  endFrom(start: Moment): number;
  /** The end of a PERIOD that starts then. @throws Error when it is none */
  lengthUntil(start: Moment, end: unknown, property: Property): number;
}

/**
 * The timing of a VEVENT. One without end lasts a day if it is dates and no time if it is times; what is said to end before it starts does so
 * too (RFC 5545, 3.6.1).
 * @throws Error, in words without content, where the start or the end cannot be read
 */
export function timingOf(event: Component, zones: ZoneBook, faults: string[]): Timing {
  const start = momentIn(event, 'DTSTART', zones);
  if (!start) throw new Error('an event without DTSTART');
  const length = lengthOf(event, start, zones, faults);
  return {
    start,
    endFrom: (from) => Math.max(instantOf(from), instantAfter(from, length)),
    lengthUntil(from, end, property) {
      const duration = lengthFrom(end);
      const until = duration
        ? instantAfter(from, duration)
        : instantOf(momentFrom(end, property, zones, from, 'RDATE'));
      return Math.max(instantOf(from), until);
    },
  };
}

/** With DTEND the exact length is the same for all occurrences, with DURATION the nominal one (RFC 5545, 3.8.5.3). */
function lengthOf(event: Component, start: Moment, zones: ZoneBook, faults: string[]): Length {
  const none: Length = { days: start.isDate ? 1 : 0, ms: 0 };
  if (linesNamed(event, 'DTEND').length > 0) {
    const end = momentIn(event, 'DTEND', zones, start);
    if (!end) return none;
    if (start.isDate) {
      const days = Math.ceil((end.wall - start.wall) / DAY_MS);
      return days > 0 ? { days, ms: 0 } : none;
    }
    const until = end.isDate ? instantOf({ ...start, wall: midnightOf(end.wall) }) : instantOf(end);
    if (until >= instantOf(start)) return { days: 0, ms: until - instantOf(start) };
    faults.push('it ends before it starts, and lasts no time');
    return none;
  }
  const property = firstOf(event, 'DURATION');
  if (!property) return none;
  const duration = lengthFrom(property.values[0]);
  if (!duration) throw new Error('its DURATION is none');
  if (start.isDate) return { days: Math.max(1, Math.ceil(duration.days + duration.ms / DAY_MS)), ms: 0 };
  if (duration.days >= 0 && duration.ms >= 0) return duration;
  faults.push('it ends before it starts, and lasts no time');
  return none;
}
