import { frequencyFrom, type Rule, type Until, type Weekday } from './rule.ts';
import { wallFrom } from './wall.ts';

const weekdayNames = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/**
 * The rule that a RRULE's value (as `read` gives it) says.
 * @throws Error, in words without content, for what is no rule or one in another system of months (RFC 7529)
 */
export function ruleFrom(value: unknown): Rule {
  if (typeof value !== 'object' || value === null) throw new Error('malformed RRULE');
  const parts: Readonly<Record<string, unknown>> = Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name.toUpperCase(), part]),
  );
  const scale = parts.RSCALE;
  if (scale !== undefined && String(scale).toUpperCase() !== 'GREGORIAN')
    throw new Error('a rule in another calendar system than the Gregorian');
  if (parts.SKIP !== undefined && String(parts.SKIP).toUpperCase() !== 'OMIT')
    throw new Error('a rule with SKIP, which is not supported');
  const frequency = frequencyFrom(String(parts.FREQ ?? ''));
  if (!frequency) throw new Error('a rule without a known FREQ');
  const interval = parts.INTERVAL === undefined ? 1 : wholeNumber(parts.INTERVAL, 0, Number.MAX_SAFE_INTEGER);
  return {
    frequency,
    // INTERVAL=0 is taken for 1, as other programs do.
    interval: Math.max(1, interval),
    count: parts.COUNT === undefined ? undefined : wholeNumber(parts.COUNT, 0, Number.MAX_SAFE_INTEGER),
    until: parts.UNTIL === undefined ? undefined : untilFrom(parts.UNTIL),
    months: numbers(parts.BYMONTH, 1, 12),
    monthDays: numbers(parts.BYMONTHDAY, -31, 31),
    yearDays: numbers(parts.BYYEARDAY, -366, 366),
    weeks: numbers(parts.BYWEEKNO, -53, 53),
    weekdays: listOf(parts.BYDAY).map(weekdayFrom),
    hours: numbers(parts.BYHOUR, 0, 23),
    minutes: numbers(parts.BYMINUTE, 0, 59),
    seconds: numbers(parts.BYSECOND, 0, 60).filter((second) => second < 60),
    positions: numbers(parts.BYSETPOS, -366, 366),
    // ical.js counts the days of the week from 1, Sunday.
    weekStart: parts.WKST === undefined ? 1 : wholeNumber(parts.WKST, 1, 7) - 1,
  };
}

function listOf(part: unknown): readonly unknown[] {
  if (part === undefined) return [];
  return Array.isArray(part) ? part : [part];
}

function numbers(part: unknown, least: number, most: number): number[] {
  return listOf(part).map((number) => wholeNumber(number, least, most));
}

function wholeNumber(part: unknown, least: number, most: number): number {
  const number = Number(part);
  if (!Number.isSafeInteger(number) || number < least || number > most) throw new Error('a rule with a wrong number');
  return number;
}

function weekdayFrom(part: unknown): Weekday {
  const [, nth, name] = /^([+-]?\d{1,2})?([A-Z]{2})$/i.exec(String(part)) ?? [];
  const day = weekdayNames.indexOf(name?.toUpperCase() ?? '');
  if (day < 0) throw new Error('a rule with a weekday that is none');
  return { day, nth: Number(nth ?? 0) };
}

function untilFrom(part: unknown): Until {
  const text = String(part);
  const wall = wallFrom(text.replace(/Z$/i, ''));
  if (wall === undefined) throw new Error('a rule whose UNTIL is no date');
  return { wall, form: !text.includes('T') ? 'date' : /Z$/i.test(text) ? 'utc' : 'local' };
}
