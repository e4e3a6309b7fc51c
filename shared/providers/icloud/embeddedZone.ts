import { type Component, componentsNamed, firstOf, linesNamed, read, textOf } from './contentLines.ts';
import { instancesOf, type Rule } from './rule.ts';
import { ruleFrom } from './ruleText.ts';
import { DAY_MS, dayNumber, HOUR_MS, MINUTE_MS, type Wall, wallFrom, yearOf } from './wall.ts';
import { type Zone, zoneOfName } from './zone.ts';

/**
 * The zone that a VTIMEZONE describes (RFC 5545, 3.6.5): by its name where that is known, because what is embedded often covers only some
 * years; otherwise by its rules.
 * @throws Error, in words without content, where neither helps
 */
export function embeddedZone(component: Component): Zone {
  const tzid = textOf(component, 'TZID');
  const known = zoneOfName(tzid) ?? zoneOfName(textOf(component, 'X-LIC-LOCATION'));
  if (known) return known;
  const observances = ['STANDARD', 'DAYLIGHT'].flatMap((name) =>
    componentsNamed(component.content, name).map(observanceFrom),
  );
  const [first] = observances.toSorted((a, b) => a.start - b.start);
  if (!first) throw new Error('a VTIMEZONE without rules');
  return { name: tzid, iana: undefined, offsetAt: byObservances(observances, first.offsetFrom) };
}

interface Observance {
  readonly start: Wall;
  readonly offsetFrom: number;
  readonly offsetTo: number;
  readonly rules: readonly Rule[];
  readonly dates: readonly Wall[];
}

interface Onset {
  readonly instant: number;
  readonly offset: number;
}

function observanceFrom(component: Component): Observance {
  const start = wallFrom(String(firstOf(component, 'DTSTART')?.values[0]).replace(/Z$/, ''));
  if (start === undefined) throw new Error('a VTIMEZONE without a readable DTSTART');
  const offsetFrom = offsetOf(component, 'TZOFFSETFROM');
  return {
    start,
    offsetFrom,
    offsetTo: offsetOf(component, 'TZOFFSETTO'),
    rules: linesNamed(component, 'RRULE').map((line) => ruleFrom(read(line).values[0])),
    dates: linesNamed(component, 'RDATE')
      .flatMap((line) => read(line).values)
      .flatMap((value) => {
        const wall = wallFrom(String(value).replace(/Z$/, ''));
        if (wall === undefined) return [];
        return String(value).endsWith('Z') ? wall + offsetFrom : wall;
      }),
  };
}

function offsetOf(component: Component, property: string): number {
  const text = String(firstOf(component, property)?.values[0] ?? '');
  const [, sign, hours, minutes, seconds = '0'] = /^([+-])(\d\d):?(\d\d)(?::?(\d\d))?$/.exec(text) ?? [];
  if (!hours || !minutes || Number(hours) > 23 || Number(minutes) > 59)
    throw new Error(`a VTIMEZONE whose ${property} is no offset`);
  const size = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * 1000;
  return sign === '-' ? -size : size;
}

function byObservances(observances: readonly Observance[], earliest: number): (instant: number) => number {
  const years = new Map<number, readonly Onset[]>();
  return (instant) => {
    const year = yearOf(instant);
    let onsets = years.get(year);
    if (!onsets) {
      onsets = observances.flatMap((observance) => onsetsBefore(observance, year + 1));
      onsets = onsets.toSorted((a, b) => a.instant - b.instant);
      years.set(year, onsets);
    }
    return onsets.findLast((onset) => onset.instant <= instant)?.offset ?? earliest;
  };
}

/** The last onsets of an observance that begin before the end of a year: enough to know what holds in it. */
function onsetsBefore({ start, offsetFrom, offsetTo, rules, dates }: Observance, year: number): Onset[] {
  const to = dayNumber(year + 1, 1, 1) * DAY_MS;
  const recurring = rules.flatMap((rule) => {
    const until = rule.until && rule.until.wall + (rule.until.form === 'utc' ? offsetFrom : 0);
    const end = rule.until?.form === 'date' ? (until ?? 0) + DAY_MS : until;
    const last = Math.min(to, end ?? to);
    const from = dayNumber(yearOf(last) - 3, 1, 1) * DAY_MS;
    return instancesOf(rule, { start, from, to, until: end }, 100).walls;
  });
  return [start, ...recurring, ...dates]
    .filter((wall) => wall < to)
    .map((wall) => ({ instant: wall - offsetFrom, offset: offsetTo }));
}
