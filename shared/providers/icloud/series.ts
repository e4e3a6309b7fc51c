import { type Component, componentsNamed, linesNamed, read, type Tree, textOf } from './contentLines.ts';
import { instantOf, isSaid, type Moment, momentFrom, momentIn, momentsOf, reasonOf, type ZoneBook } from './moment.ts';
import { instancesOf, isClockwork, type Rule } from './rule.ts';
import { ruleFrom } from './ruleText.ts';
import { type Timing, timingOf } from './timing.ts';
import { DAY_MS, dateText, midnightOf, type Wall } from './wall.ts';
import { exists, utc, wallAt } from './zone.ts';

/** All VEVENTs of one UID: a single event, or a series with the overrides of its occurrences. */
export interface Series {
  readonly uid: string | undefined;
  readonly master: Master | undefined;
  /** By recurrence id. */
  readonly overrides: ReadonlyMap<string, Override>;
  /** Overrides that hold for later occurrences too (RANGE=THISANDFUTURE), in their order. */
  readonly ranges: readonly Override[];
  /** What is wrong with it, in words without content. */
  readonly faults: readonly string[];
  /** True where an event, not just a line, could not be read: then what is here is not all. */
  readonly isBroken: boolean;
}

interface Master {
  readonly event: Component;
  readonly timing: Timing;
  readonly rules: readonly Rule[];
  readonly exceptionRules: readonly Rule[];
  readonly dates: readonly Original[];
  readonly exceptions: ReadonlySet<string>;
}

export interface Override {
  readonly event: Component;
  readonly timing: Timing;
  readonly recurrenceId: string;
  /** The occurrence as first planned. */
  readonly planned: Moment;
}

/** An occurrence as the series plans it, before any override. */
export interface Original {
  readonly start: Moment;
  /** Epoch ms; only where RDATE says it (a PERIOD). */
  readonly end?: number;
}

/** How many instances of a rule are taken at most within one question. Nobody has a calendar for seconds. */
const MOST_INSTANCES = 100_000;
const MOST_CLOCKWORK_INSTANCES = 5_000;

/** Every series of a file, each by itself: what is wrong with one harms no other. */
export function seriesIn({ roots }: Tree, zones: ZoneBook): Series[] {
  const groups = new Map<string, Component[]>();
  for (const [index, event] of componentsNamed(roots, 'VEVENT').entries()) {
    const key = textOf(event, 'UID').trim() || `\0${index}`;
    groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  return [...groups].map(([key, events]) => seriesFrom(key.startsWith('\0') ? undefined : key, events, zones));
}

function seriesFrom(uid: string | undefined, events: readonly Component[], zones: ZoneBook): Series {
  const faults: string[] = [];
  let isBroken = false;
  const attempt = <T>(make: () => T): T | undefined => {
    try {
      return make();
    } catch (error) {
      faults.push(reasonOf(error));
      isBroken = true;
      return undefined;
    }
  };
  const masters = events.filter((event) => linesNamed(event, 'RECURRENCE-ID').length === 0);
  if (masters.length > 1) faults.push(`${masters.length} events share this UID; the newest counts`);
  const newest = masters.toSorted(byAge).at(-1);
  const master = newest && attempt(() => masterFrom(newest, zones, faults));
  const overrides = new Map<string, Override>();
  // A series whose master cannot be read says nothing: its overrides alone would look like all of it.
  const changed = isBroken ? [] : events.filter((event) => !masters.includes(event)).toSorted(byAge);
  for (const event of changed) {
    const override = attempt(() => overrideFrom(event, master, zones, faults));
    if (override) overrides.set(override.recurrenceId, override);
  }
  const ranges = [...overrides.values()].filter(({ event }) => isRange(event));
  return {
    uid,
    master,
    overrides,
    ranges: ranges.toSorted((a, b) => instantOf(a.planned) - instantOf(b.planned)),
    faults: [...new Set(faults)],
    isBroken,
  };
}

/** By SEQUENCE, then by when it was last written; where nothing tells them apart, the later in the file is the newer. */
function byAge(a: Component, b: Component): number {
  const sequence = (event: Component) => Number(textOf(event, 'SEQUENCE')) || 0;
  const written = (event: Component) => textOf(event, 'LAST-MODIFIED') || textOf(event, 'DTSTAMP');
  return sequence(a) - sequence(b) || (written(a) < written(b) ? -1 : written(a) > written(b) ? 1 : 0);
}

/** THISANDPRIOR is of an older standard, and nobody writes it. */
export function isRange(event: Component): boolean {
  const [line] = linesNamed(event, 'RECURRENCE-ID');
  return line !== undefined && read(line).parameters.range?.toUpperCase() === 'THISANDFUTURE';
}

function masterFrom(event: Component, zones: ZoneBook, faults: string[]): Master {
  const timing = timingOf(event, zones, faults);
  const rulesOf = (name: string) => linesNamed(event, name).map((line) => ruleFrom(read(line).values[0]));
  const partial = {
    event,
    timing,
    rules: rulesOf('RRULE'),
    exceptionRules: rulesOf('EXRULE'),
    dates: extraDates(event, timing, zones, faults),
  };
  const exceptions = new Set<string>();
  for (const line of linesNamed(event, 'EXDATE')) {
    readable(faults, 'EXDATE', () => momentsOf(line, zones, timing.start)).forEach((moment) => {
      exceptions.add(moment.isDate && !timing.start.isDate ? dateText(moment.wall) : idOf(moment, timing, zones));
    });
  }
  return { ...partial, exceptions };
}

function readable<T>(faults: string[], name: string, readAll: () => T[]): T[] {
  try {
    return readAll();
  } catch {
    faults.push(`an ${name} that cannot be read, left out`);
    return [];
  }
}

function extraDates(event: Component, timing: Timing, zones: ZoneBook, faults: string[]): Original[] {
  return linesNamed(event, 'RDATE').flatMap((line) =>
    readable(faults, 'RDATE', () => {
      const property = read(line);
      return property.values.filter(isSaid).map((value): Original => {
        const [from, to]: unknown[] = Array.isArray(value) ? value : [value];
        const start = likeSeries(momentFrom(from, property, zones, timing.start, 'RDATE'), timing, zones);
        if (to === undefined || start.isDate) return { start };
        const length = timing.lengthUntil(start, to, property);
        return { start, end: length };
      });
    }),
  );
}

/** A date in a series of times has the series' time of day; a time in a series of dates is its day. */
function likeSeries(moment: Moment, { start }: Timing, zones: ZoneBook): Moment {
  if (start.isDate) return { ...moment, wall: dayIn(moment, zones), isDate: true, zone: utc, isFloating: false };
  if (!moment.isDate) return moment;
  return { ...start, wall: moment.wall + start.wall - midnightOf(start.wall) };
}

/** The day that a moment names where only days count. Midnight in some other zone, written in UTC, is read in the calendar's own. */
function dayIn(moment: Moment, zones: ZoneBook): Wall {
  const isElsewhere = !moment.isDate && moment.zone === utc && moment.wall % DAY_MS !== 0;
  return midnightOf(isElsewhere ? wallAt(moment.wall, zones.own) : moment.wall);
}

function overrideFrom(event: Component, master: Master | undefined, zones: ZoneBook, faults: string[]): Override {
  const series = master?.timing;
  const written = momentIn(event, 'RECURRENCE-ID', zones, series?.start);
  if (!written) throw new Error('an override without RECURRENCE-ID');
  const planned = series ? plannedFrom(written, master, zones) : written;
  return {
    event,
    timing: timingOf(event, zones, faults),
    recurrenceId: series ? idOf(planned, series, zones) : momentId(planned),
    planned,
  };
}

/** Which occurrence a RECURRENCE-ID means; a bare date in a series of times means the occurrence on that day. */
function plannedFrom(written: Moment, master: Master, zones: ZoneBook): Moment {
  const { start } = master.timing;
  if (start.isDate || !written.isDate) return likeSeries(written, master.timing, zones);
  const [sameDay] = wallsOf(master, written.wall, written.wall + DAY_MS - 1).walls;
  return sameDay === undefined ? likeSeries(written, master.timing, zones) : { ...start, wall: sameDay };
}

/** Names an occurrence by when it was planned, the same whatever is asked and however the file spells it. */
function idOf(moment: Moment, timing: Timing, zones: ZoneBook): string {
  return momentId(likeSeries(moment, timing, zones));
}

export function momentId(moment: Moment): string {
  return moment.isDate ? dateText(moment.wall) : new Date(instantOf(moment)).toISOString();
}

export function isRecurring({ master, overrides }: Series): boolean {
  if (!master) return true;
  return master.rules.length > 0 || master.dates.length > 0 || overrides.size > 0;
}

/** The originals of a series between two instants (epoch ms, inclusive), in no order, each once, without those taken out. */
export function originalsBetween(
  master: Master,
  from: number,
  to: number,
): { originals: ReadonlyMap<string, Original>; complete: boolean } {
  const { start } = master.timing;
  const [first, last] = start.isDate ? [midnightOf(from), to] : [wallAt(from, start.zone), wallAt(to, start.zone)];
  const { walls, complete } = wallsOf(master, first, last);
  const planned: Original[] = [
    ...(instantOf(start) >= from && instantOf(start) <= to ? [{ start }] : []),
    ...walls.map((wall): Original => ({ start: { ...start, wall } })),
    ...master.dates.filter((original) => instantOf(original.start) >= from && instantOf(original.start) <= to),
  ];
  const originals = new Map<string, Original>();
  const excepted = new Set(master.exceptionRules.flatMap((rule) => found(rule, master, first, last).walls));
  for (const original of planned) {
    if (isTakenOut(master, original.start) || excepted.has(original.start.wall)) continue;
    const id = momentId(original.start);
    // A PERIOD says more than a rule that gives the same start.
    if (!originals.has(id) || original.end !== undefined) originals.set(id, original);
  }
  return { originals, complete };
}

/** Does EXDATE take out the occurrence that was planned then? */
export function isTakenOut({ exceptions, timing }: Master, planned: Moment): boolean {
  if (exceptions.size === 0) return false;
  if (exceptions.has(momentId(planned))) return true;
  return !timing.start.isDate && exceptions.has(dateText(planned.wall));
}

function wallsOf(master: Master, from: Wall, to: Wall): { walls: Wall[]; complete: boolean } {
  const all = master.rules.map((rule) => found(rule, master, from, to));
  return { walls: all.flatMap(({ walls }) => walls), complete: all.every(({ complete }) => complete) };
}

function found(rule: Rule, { timing: { start } }: Master, from: Wall, to: Wall) {
  const stretch = { start: start.wall, from, to, until: untilOf(rule, start) };
  const most = isClockwork(rule.frequency) ? MOST_CLOCKWORK_INSTANCES : MOST_INSTANCES;
  if (start.isDate) return instancesOf(rule, stretch, most);
  return instancesOf(rule, { ...stretch, exists: (wall) => wall === start.wall || exists(wall, start.zone) }, most);
}

/** A date ends a rule with the last moment of that day, whatever it is that recurs. */
function untilOf({ until }: Rule, start: Moment): Wall | undefined {
  if (!until) return undefined;
  if (until.form === 'date' || start.isDate) return midnightOf(until.wall) + DAY_MS - 1;
  return until.form === 'utc' ? wallAt(until.wall, start.zone) : until.wall;
}
