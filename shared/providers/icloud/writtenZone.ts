import type { Component, ContentLine } from './contentLines.ts';
import { plainLine, textLine } from './contentLines.ts';
import { basicText, DAY_MS, dayNumber, HOUR_MS, MINUTE_MS, yearOf } from './wall.ts';
import type { Zone } from './zone.ts';

/** How many years before and after an event its written VTIMEZONE covers. */
const MARGIN_YEARS = 1;

/**
 * The VTIMEZONE of a zone, as RFC 5545 (3.6.5) wants one for each TZID: every change of offset around the given instants, one by one, from the
 * IANA database.
 * @param instants epoch ms
 */
export function writtenZone(zone: Zone, instants: readonly number[]): Component {
  const years = instants.map(yearOf);
  const from = dayNumber(Math.min(...years) - MARGIN_YEARS, 1, 1) * DAY_MS;
  const to = dayNumber(Math.max(...years) + MARGIN_YEARS + 1, 1, 1) * DAY_MS;
  const changes = changesBetween(zone, from, to);
  const standard = Math.min(zone.offsetAt(from), ...changes.map(({ after }) => after));
  const first = zone.offsetAt(from);
  return {
    name: 'VTIMEZONE',
    content: [
      textLine('TZID', zone.name),
      observance(first > standard, from + first, first, first),
      // Onsets are on the clock that they end.
      ...changes.map(({ at, before, after }) => observance(after > standard, at + before, before, after)),
    ],
  };
}

interface OffsetChange {
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

function changesBetween(zone: Zone, from: number, to: number): OffsetChange[] {
  const changes: OffsetChange[] = [];
  for (let day = from; day < to; day += DAY_MS) {
    const [before, after] = [zone.offsetAt(day), zone.offsetAt(day + DAY_MS)];
    if (before === after) continue;
    let [early, late] = [day, day + DAY_MS];
    while (late - early > 1000) {
      const middle = early + Math.floor((late - early) / 2000) * 1000;
      if (zone.offsetAt(middle) === before) early = middle;
      else late = middle;
    }
    changes.push({ at: late, before, after });
  }
  return changes;
}

function observance(isDaylight: boolean, onset: number, before: number, after: number): Component {
  const content: ContentLine[] = [
    plainLine('DTSTART', basicText(onset, false)),
    plainLine('TZOFFSETFROM', offsetText(before)),
    plainLine('TZOFFSETTO', offsetText(after)),
  ];
  return { name: isDaylight ? 'DAYLIGHT' : 'STANDARD', content };
}

/** `+0100`; seconds only where there are any (before standard time). */
function offsetText(offset: number): string {
  const size = Math.abs(offset);
  const two = (number: number) => String(Math.floor(number)).padStart(2, '0');
  const seconds = (size % MINUTE_MS) / 1000;
  const text = two(size / HOUR_MS) + two((size % HOUR_MS) / MINUTE_MS);
  return `${offset < 0 ? '-' : '+'}${text}${seconds === 0 ? '' : two(seconds)}`;
}
