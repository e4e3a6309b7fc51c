import type { Span } from '../../calendar/event.ts';
import { inWindow, type Window } from '../../calendar/window.ts';
import { type Component, readTree, textOf } from './contentLines.ts';
import { instantOf, type Moment, zoneBook } from './moment.ts';
import {
  isRecurring,
  isTakenOut,
  momentId,
  type Original,
  type Override,
  originalsBetween,
  type Series,
  seriesIn,
} from './series.ts';
import { DAY_MS, dateText, HOUR_MS, midnightOf, wallFrom } from './wall.ts';
import { wallAt, type Zone } from './zone.ts';

/** One event in time, as a file says it: a single event or one occurrence of a series. */
export interface Instance {
  readonly uid: string | undefined;
  /**
   * Which occurrence of a series this is, as first planned: a date, or RFC 3339 in UTC. The same in every round, whatever the window, the override
   * and the spelling in the file. Undefined for a single event.
   */
  readonly recurrenceId: string | undefined;
  readonly span: Span;
  /** The zone that the file names (also one known only from its VTIMEZONE); of a floating time the calendar's own. */
  readonly zone: Zone;
  /** The file says a time without zone. */
  readonly isFloating: boolean;
  /** The VEVENT that says what it is: its own override, one for it and those after it, or the master. */
  readonly event: Component;
  readonly isCancelled: boolean;
}

/** Something that could not be read, in words without content. */
export interface Problem {
  readonly uid?: string;
  readonly reason: string;
}

export interface Expansion {
  /** In the order of their starts. Cancelled ones are among them. */
  readonly instances: readonly Instance[];
  readonly problems: readonly Problem[];
  /** True where an event could not be read or was cut off: what is missing from the instances is then not known to be gone. */
  readonly isPartial: boolean;
}

/**
 * What an iCalendar text holds within a window: one resource, or a whole file of many. Never throws: what cannot be read is reported and harms
 * nothing else.
 * @param calendarZone IANA name; floating times are read in it. UTC where it is not known
 */
export function expand(text: string, window: Window, calendarZone?: string): Expansion {
  const { series, problems, isWhole } = seriesOf(text, calendarZone);
  const instances: Instance[] = [];
  let isPartial = !isWhole;
  for (const one of series) {
    const uid = one.uid === undefined ? {} : { uid: one.uid };
    isPartial ||= one.isBroken;
    problems.push(...one.faults.map((reason) => ({ ...uid, reason })));
    const { found, complete } = instancesWithin(one, window);
    instances.push(...found);
    if (complete) continue;
    isPartial = true;
    problems.push({ ...uid, reason: 'recurs too often to be shown whole; what comes after is left out' });
  }
  return { instances: instances.toSorted(byStart), problems, isPartial };
}

/**
 * One instance of a resource by its recurrence id (undefined for a single event), wherever in time it is.
 * @returns undefined where the resource does not hold it; `unreadable` where it cannot be told
 */
export function instanceOf(
  text: string,
  recurrenceId: string | undefined,
  calendarZone?: string,
): Instance | 'unreadable' | undefined {
  const { series, isWhole } = seriesOf(text, calendarZone);
  const isBroken = !isWhole || series.some((one) => one.isBroken);
  for (const one of series) {
    const instance = isRecurring(one) === (recurrenceId !== undefined) ? instanceIn(one, recurrenceId) : undefined;
    if (instance) return instance;
  }
  if (isBroken || (recurrenceId === undefined && series.some(isRecurring))) return 'unreadable';
  return undefined;
}

interface Contents {
  readonly series: Series[];
  readonly problems: Problem[];
  /** False where lines were left out: nobody knows what they said. A zone that is not known takes nothing away. */
  readonly isWhole: boolean;
}

function seriesOf(text: string, calendarZone: string | undefined): Contents {
  const tree = readTree(text);
  const zones = zoneBook(tree.roots, calendarZone);
  const series = seriesIn(tree, zones);
  const problems = [...tree.faults, ...zones.faults].map((reason) => ({ reason }));
  return { series, problems, isWhole: tree.faults.length === 0 };
}

/** One instance of a series, wherever in time it is. */
export function instanceIn(series: Series, recurrenceId: string | undefined): Instance | undefined {
  const { master, overrides } = series;
  if (recurrenceId === undefined) return master && placed(series, { start: master.timing.start });
  const override = overrides.get(recurrenceId);
  if (override) return isStillPlanned(series, override) ? overridden(series, override) : undefined;
  const at = recurrenceId.includes('T') ? Date.parse(recurrenceId) : wallFrom(recurrenceId);
  if (!master || at === undefined || Number.isNaN(at)) return undefined;
  const original = originalsBetween(master, at, at).originals.get(recurrenceId);
  return original && placed(series, original);
}

function instancesWithin(series: Series, window: Window): { found: Instance[]; complete: boolean } {
  const { master, overrides } = series;
  const own = [...overrides.values()]
    .filter((override) => isStillPlanned(series, override))
    .map((override) => overridden(series, override));
  if (!master) return { found: own.filter(({ span }) => inWindow(span, window)), complete: true };
  const { originals, complete } = originalsBetween(
    master,
    window.start - reachOf(series),
    window.end + farthestMove(series) + 2 * HOUR_MS,
  );
  const planned = [...originals].filter(([id]) => !overrides.has(id)).map(([, original]) => placed(series, original));
  const within = [...own, ...planned].filter(({ span }) => inWindow(span, window));
  return { found: within, complete };
}

/** How far (ms) after its planned start an instance may still last: its length, and what later overrides move it by. */
function reachOf(series: Series): number {
  const { master, ranges } = series;
  const periods = (master?.dates ?? []).map(({ start, end }) => (end === undefined ? 0 : end - instantOf(start)));
  const lengths = [...(master ? [master.timing] : []), ...ranges.map(({ timing }) => timing)].map(lengthOf);
  return Math.max(0, ...lengths, ...periods) + farthestMove(series);
}

/** How far (ms) overrides for an occurrence and those after it move them; an hour of summer time may come on top. */
function farthestMove({ ranges }: Series): number {
  const moves = ranges.map(({ planned, timing }) => Math.abs(instantOf(timing.start) - instantOf(planned)));
  return moves.length === 0 ? 0 : Math.max(...moves) + DAY_MS;
}

function lengthOf(timing: Override['timing']): number {
  return timing.endFrom(timing.start) - instantOf(timing.start);
}

/** An override of an occurrence that EXDATE takes out is what was left of it. */
function isStillPlanned({ master }: Series, { planned }: Override): boolean {
  return !master || !isTakenOut(master, planned);
}

function overridden({ uid }: Series, { event, timing, recurrenceId }: Override): Instance {
  return instance(uid, recurrenceId, event, timing.start, timing.endFrom(timing.start));
}

/** An original in its place: where the last override for it and those after it moved it, or where it was planned. */
function placed(series: Series, { start, end }: Original): Instance {
  const { uid, master, ranges } = series;
  if (!master) throw new Error('an original needs a master');
  const id = isRecurring(series) ? momentId(start) : undefined;
  const range = ranges.findLast(({ planned }) => instantOf(planned) <= instantOf(start));
  if (!range) return instance(uid, id, master.event, start, end ?? master.timing.endFrom(start));
  const moved = movedLike(range, start);
  return instance(uid, id, range.event, moved, range.timing.endFrom(moved));
}

/** As far on the series' clock as the override lies from where it was planned. */
function movedLike({ planned, timing }: Override, start: Moment): Moment {
  const target = timing.start;
  if (start.isDate || target.isDate) {
    const from = start.isDate ? planned.wall : wallAt(instantOf(planned), start.zone);
    const wall = start.wall + target.wall - from;
    return { ...target, wall: target.isDate ? midnightOf(wall) : wall };
  }
  const by = wallAt(instantOf(target), start.zone) - wallAt(instantOf(planned), start.zone);
  return { ...target, wall: wallAt(instantOf({ ...start, wall: start.wall + by }), target.zone) };
}

function instance(
  uid: string | undefined,
  recurrenceId: string | undefined,
  event: Component,
  start: Moment,
  end: number,
): Instance {
  const span: Span = start.isDate
    ? { kind: 'all-day', start: dateText(start.wall), end: dateText(Math.max(end, start.wall + DAY_MS)) }
    : { kind: 'timed', start: instantOf(start), end, zone: start.zone.iana ?? 'UTC' };
  return {
    uid,
    recurrenceId,
    span,
    zone: start.zone,
    isFloating: start.isFloating,
    event,
    isCancelled: isCancelled(event),
  };
}

const cancelled = new WeakMap<Component, boolean>();

/** Told once for all occurrences that share an event. */
function isCancelled(event: Component): boolean {
  let known = cancelled.get(event);
  if (known === undefined) {
    known = textOf(event, 'STATUS').trim().toUpperCase() === 'CANCELLED';
    cancelled.set(event, known);
  }
  return known;
}

function byStart(a: Instance, b: Instance): number {
  const at = ({ span }: Instance) => (span.kind === 'timed' ? span.start : Date.parse(`${span.start}T00:00:00Z`));
  return at(a) - at(b);
}
