import { DAY_MS, dayNumber, dayOf, HOUR_MS, MINUTE_MS, midnightOf, type Wall, yearOf } from './wall.ts';

/**
 * Recurrence rules (RFC 5545, 3.3.10) on wall-clock time. An engine of our own, because ical.js's iterator cannot jump ahead, gave other results
 * than dateutil for a third of 1,500 random rules, and hangs for some plain ones (`FREQ=DAILY;BYMONTHDAY=-1`); rrule-temporal differed in
 * one of twenty and needs milliseconds for each rule. This one goes from period to period by arithmetic, begins where it is asked to, and
 * counts its steps.
 */
export interface Rule {
  readonly frequency: Frequency;
  readonly interval: number;
  readonly count: number | undefined;
  readonly until: Until | undefined;
  readonly months: readonly number[];
  readonly monthDays: readonly number[];
  readonly yearDays: readonly number[];
  readonly weeks: readonly number[];
  readonly weekdays: readonly Weekday[];
  readonly hours: readonly number[];
  readonly minutes: readonly number[];
  readonly seconds: readonly number[];
  readonly positions: readonly number[];
  /** 0 is Sunday. */
  readonly weekStart: number;
}

export interface Weekday {
  /** 0 is Sunday. */
  readonly day: number;
  /** Which one of the month or year, from the end where negative; 0 for each. */
  readonly nth: number;
}

/** The end of a rule, inclusive, as it is written. */
export interface Until {
  readonly wall: Wall;
  readonly form: 'date' | 'local' | 'utc';
}

const frequencies = ['SECONDLY', 'MINUTELY', 'HOURLY', 'DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const;
export type Frequency = (typeof frequencies)[number];

export function frequencyFrom(name: string): Frequency | undefined {
  return frequencies.find((frequency) => frequency === name.toUpperCase());
}

/** Where to look for a rule's instances; both ends inclusive. */
export interface Stretch {
  /** The DTSTART that the rule belongs to. */
  readonly start: Wall;
  readonly from: Wall;
  readonly to: Wall;
  /** UNTIL as a wall-clock time, inclusive. */
  readonly until?: Wall | undefined;
  /** False for a time that the zone's clocks jump over; such instances are ignored and not counted (RFC 5545, 3.3.10). */
  readonly exists?: (wall: Wall) => boolean;
}

/** A rule takes no more steps than this: a period looked at, or an instance found. */
const MOST_STEPS = 200_000;

/** The rule took too many steps; what it found until then is right and not all. */
export interface Found {
  readonly walls: readonly Wall[];
  readonly complete: boolean;
}

/**
 * The instances of a rule, in order. The start itself is among them only where the rule says so.
 * @param most how many instances to find at most; with more the result is not complete
 */
export function instancesOf(rule: Rule, stretch: Stretch, most: number): Found {
  const { start, exists = () => true } = stretch;
  const last = Math.min(stretch.to, stretch.until ?? Number.POSITIVE_INFINITY);
  const from = Math.max(stretch.from, start);
  const walls: Wall[] = [];
  // The start counts as the first instance even where the rule does not fit it (RFC 5545, 3.3.10, COUNT).
  let left = rule.count ?? Number.POSITIVE_INFINITY;
  let first = true;
  let steps = 0;
  // Only a rule that counts must be followed from its start.
  for (const period of periodsOf(rule, start, rule.count === undefined ? from : start, last)) {
    if (++steps > MOST_STEPS) return { walls, complete: false };
    for (const wall of period) {
      if (wall < start) continue;
      if (wall > last) return { walls, complete: true };
      if (!exists(wall)) continue;
      if (first && rule.count !== undefined && wall !== start) left -= 1;
      first = false;
      if (left <= 0) return { walls, complete: true };
      left -= 1;
      if (wall < from) {
        if (++steps > MOST_STEPS) return { walls, complete: false };
        continue;
      }
      if (walls.length >= most) return { walls, complete: false };
      walls.push(wall);
    }
  }
  return { walls, complete: true };
}

/** The instances of each period of the rule (year, month, …), period by period, from the one that holds `from` to the one that holds `last`. */
function* periodsOf(rule: Rule, start: Wall, from: Wall, last: Wall): Generator<readonly Wall[]> {
  const filled = withDefaults(rule, start);
  if (isClockwork(filled.frequency)) {
    yield* clockPeriods(filled, filled.frequency, start, from, last);
    return;
  }
  const times = timesOf(filled, start);
  const fits = dayFilter(filled);
  for (const [firstDay, days] of dayPeriods(filled, start, from, last)) {
    const walls: Wall[] = [];
    for (let day = firstDay; day < firstDay + days; day += 1) {
      if (fits(day)) for (const time of times) walls.push(day * DAY_MS + time);
    }
    yield positioned(walls, filled.positions);
  }
}

/** What a rule does not say is as in its start. */
function withDefaults(rule: Rule, start: Wall): Rule {
  const date = new Date(start);
  const { months, monthDays, yearDays, weeks, weekdays, frequency } = rule;
  const saysDays = monthDays.length + yearDays.length + weekdays.length > 0;
  const weekday = [{ day: date.getUTCDay(), nth: 0 }];
  if (saysDays || frequency === 'DAILY' || isClockwork(frequency)) return rule;
  if (frequency === 'WEEKLY' || weeks.length > 0) return { ...rule, weekdays: weekday };
  return {
    ...rule,
    monthDays: [date.getUTCDate()],
    months: frequency === 'YEARLY' && months.length === 0 ? [date.getUTCMonth() + 1] : months,
  };
}

/** First day and number of days of each period, from the one that holds `from` on. */
function* dayPeriods(rule: Rule, start: Wall, from: Wall, last: Wall): Generator<readonly [number, number]> {
  const { interval, frequency, weekStart } = rule;
  const begin = new Date(start);
  const [year, month] = [begin.getUTCFullYear(), begin.getUTCMonth()];
  const lastDay = dayOf(last);
  const skipped = (units: number) => Math.max(0, Math.floor(units / interval)) * interval;
  if (frequency === 'YEARLY') {
    for (let y = year + skipped(yearOf(from) - year); ; y += interval) {
      const first = dayNumber(y, 1, 1);
      if (first > lastDay) return;
      yield [first, dayNumber(y + 1, 1, 1) - first];
    }
  }
  if (frequency === 'MONTHLY') {
    const ahead = (yearOf(from) - year) * 12 + new Date(from).getUTCMonth() - month;
    for (let m = month + skipped(ahead); ; m += interval) {
      const first = dayNumber(year, m + 1, 1);
      if (first > lastDay) return;
      yield [first, dayNumber(year, m + 2, 1) - first];
    }
  }
  const days = frequency === 'WEEKLY' ? 7 : 1;
  const origin = frequency === 'WEEKLY' ? weekOf(dayOf(start), weekStart) : dayOf(start);
  for (let day = origin + skipped((dayOf(from) - origin) / days) * days; day <= lastDay; day += interval * days) {
    yield [day, days];
  }
}

function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** The first day of the week that holds a day. */
function weekOf(day: number, weekStart: number): number {
  return day - ((weekdayOf(day) - weekStart + 7) % 7);
}

/** Does a day fit all the parts of the rule that speak of days? */
function dayFilter(rule: Rule): (day: number) => boolean {
  const { months, monthDays, yearDays, weeks, weekdays, frequency, weekStart } = rule;
  const nthInMonth = frequency === 'MONTHLY' || months.length > 0;
  return (day) => {
    const date = new Date(day * DAY_MS);
    const [year, month, monthDay] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
    if (months.length > 0 && !months.includes(month)) return false;
    if (weekdays.length > 0) {
      const weekday = weekdayOf(day);
      const fits = weekdays.some((wanted) => {
        if (wanted.day !== weekday) return false;
        if (wanted.nth === 0 || (frequency !== 'MONTHLY' && frequency !== 'YEARLY')) return true;
        const first = nthInMonth ? day - monthDay + 1 : dayNumber(year, 1, 1);
        const next = nthInMonth ? dayNumber(year, month + 1, 1) : dayNumber(year + 1, 1, 1);
        const nth = Math.floor((day - first) / 7) + 1;
        return wanted.nth > 0 ? nth === wanted.nth : -Math.floor((next - 1 - day) / 7) - 1 === wanted.nth;
      });
      if (!fits) return false;
    }
    if (monthDays.length > 0 && !monthDays.includes(monthDay)) {
      const length = dayNumber(year, month + 1, 1) - dayNumber(year, month, 1);
      if (!monthDays.includes(monthDay - length - 1)) return false;
    }
    if (yearDays.length > 0) {
      const first = dayNumber(year, 1, 1);
      const length = dayNumber(year + 1, 1, 1) - first;
      const nth = day - first + 1;
      if (!yearDays.includes(nth) && !yearDays.includes(nth - length - 1)) return false;
    }
    return weeks.length === 0 || isInWeeks(day, year, weeks, weekStart);
  };
}

/** Week 1 is the first with four days or more in its year. */
function isInWeeks(day: number, year: number, weeks: readonly number[], weekStart: number): boolean {
  const firstWeek = (of: number) => weekOf(dayNumber(of, 1, 4), weekStart);
  const of = day < firstWeek(year) ? year - 1 : day >= firstWeek(year + 1) ? year + 1 : year;
  const number = Math.floor((day - firstWeek(of)) / 7) + 1;
  const all = (firstWeek(of + 1) - firstWeek(of)) / 7;
  return weeks.includes(number) || weeks.includes(number - all - 1);
}

/** The times of day, in ms since midnight, of a rule that recurs by days or longer. */
function timesOf({ hours, minutes, seconds }: Rule, start: Wall): number[] {
  const time = new Date(start);
  const or = (said: readonly number[], own: number) => (said.length > 0 ? sorted(said) : [own]);
  return or(hours, time.getUTCHours()).flatMap((hour) =>
    or(minutes, time.getUTCMinutes()).flatMap((minute) =>
      or(seconds, time.getUTCSeconds()).map((second) => hour * HOUR_MS + minute * MINUTE_MS + second * 1000),
    ),
  );
}

function positioned(walls: readonly Wall[], positions: readonly number[]): readonly Wall[] {
  if (positions.length === 0) return walls;
  const chosen = positions.flatMap((position) => walls.at(position > 0 ? position - 1 : position) ?? []);
  return sorted([...new Set(chosen)]);
}

function sorted(numbers: readonly number[]): number[] {
  return numbers.toSorted((a, b) => a - b);
}

const units = { HOURLY: HOUR_MS, MINUTELY: MINUTE_MS, SECONDLY: 1000 } as const;
type Clockwork = keyof typeof units;

export function isClockwork(frequency: Frequency): frequency is Clockwork {
  return frequency in units;
}

/**
 * Hours, minutes or seconds, each a period. Those that the rule leaves out are stepped over a day, an hour or a minute at a time; an empty
 * period stands for each such step, so that they are counted too.
 */
function* clockPeriods(
  rule: Rule,
  frequency: Clockwork,
  start: Wall,
  from: Wall,
  last: Wall,
): Generator<readonly Wall[]> {
  const unit = units[frequency];
  const step = unit * rule.interval;
  const origin = Math.floor(start / unit) * unit;
  const atOrAfter = (wall: Wall) => origin + Math.max(0, Math.ceil((wall - origin) / step)) * step;
  const fits = dayFilter(rule);
  const inner = timesWithin(rule, frequency, start);
  for (let at = atOrAfter(Math.floor(from / unit) * unit); at <= last; ) {
    const time = new Date(at);
    if (!fits(dayOf(at))) {
      yield [];
      at = atOrAfter(midnightOf(at) + DAY_MS);
    } else if (rule.hours.length > 0 && !rule.hours.includes(time.getUTCHours())) {
      yield [];
      at = atOrAfter(Math.floor(at / HOUR_MS + 1) * HOUR_MS);
    } else if (frequency !== 'HOURLY' && rule.minutes.length > 0 && !rule.minutes.includes(time.getUTCMinutes())) {
      yield [];
      at = atOrAfter(Math.floor(at / MINUTE_MS + 1) * MINUTE_MS);
    } else {
      const wanted =
        frequency !== 'SECONDLY' || rule.seconds.length === 0 || rule.seconds.includes(time.getUTCSeconds());
      const base = at;
      yield wanted
        ? positioned(
            inner.map((within) => base + within),
            rule.positions,
          )
        : [];
      at += step;
    }
  }
}

/** The times within an hour or minute, in ms since its beginning. */
function timesWithin({ minutes, seconds }: Rule, frequency: Clockwork, start: Wall): number[] {
  const time = new Date(start);
  const inMinute = seconds.length > 0 ? sorted(seconds) : [time.getUTCSeconds()];
  if (frequency === 'SECONDLY') return [0];
  if (frequency === 'MINUTELY') return inMinute.map((second) => second * 1000);
  const inHour = minutes.length > 0 ? sorted(minutes) : [time.getUTCMinutes()];
  return inHour.flatMap((minute) => inMinute.map((second) => minute * MINUTE_MS + second * 1000));
}
