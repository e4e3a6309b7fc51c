import ICAL from 'ical.js';
import { instantFromWall, wallFromInstant } from '../../shared/calendar/timeZones.ts';
import { DAY_MS } from '../../shared/calendar/window.ts';
import type { SimEvent, SimFields, SimInstance, SimTime } from './core.ts';

/** More occurrences than this are not looked at: a rule may never end, or never match. */
const occurrenceCap = 20_000;

interface Expansion {
  readonly key: string;
  /** Starts so far, ascending: wall-clock in the event's zone, or dates. */
  readonly starts: string[];
  /** The next start by the rule, or undefined at its end. */
  readonly next: () => string | undefined;
  ended: boolean;
}

const expansions = new WeakMap<SimEvent, Expansion>();

/** Epoch ms of a wall-clock time in a zone; dates of all-day events count as UTC midnights. */
export function instantOf(wall: string, time: Pick<SimTime, 'allDay' | 'zone'>): number {
  return time.allDay ? Date.parse(`${wall.slice(0, 10)}T00:00:00Z`) : instantFromWall(wall, time.zone);
}

/** Wall-clock time (or date) of an instant, in the terms of `time`. */
export function wallOf(instant: number, time: Pick<SimTime, 'allDay' | 'zone'>): string {
  return time.allDay ? new Date(instant).toISOString().slice(0, 10) : wallFromInstant(instant, time.zone);
}

/** Why a rule cannot be used, or undefined when it can. Takes an RRULE value. */
export function ruleProblem(rule: string): string | undefined {
  try {
    const recur = ICAL.Recur.fromString(rule);
    if (!['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'].includes(recur.freq)) return 'its frequency is not supported';
    if (!namesADay(recur)) return 'it names no day that exists';
    recur.iterator(ICAL.Time.fromData({ year: 2024, month: 1, day: 1, isDate: true }));
    return undefined;
  } catch {
    return 'it is no recurrence rule';
  }
}

const longestMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Of a 30th of February ical.js makes an endless search. */
function namesADay(recur: ICAL.Recur): boolean {
  const parts = recur.parts;
  const numbers = (name: 'BYMONTH' | 'BYMONTHDAY') => (parts[name] ?? []).map(Number);
  const [months, days] = [numbers('BYMONTH'), numbers('BYMONTHDAY')];
  if (months.length === 0 || days.length === 0) return true;
  return months.some((month) => days.some((day) => Math.abs(day) <= (longestMonths[month - 1] ?? 0)));
}

/**
 * The instances of an event that touch a span of time, ascending. Series are expanded on the wall clock of their zone, so that a meeting at
 * nine stays at nine when the clocks change; every occurrence lasts as long as the first (RFC 5545, 3.8.5.3).
 * @param fromMs epoch ms, inclusive
 * @param toMs epoch ms, exclusive
 */
export function instancesOf(event: SimEvent, fromMs: number, toMs: number): SimInstance[] {
  if (event.deleted) return [];
  const touches = ({ startMs, endMs }: SimInstance) => startMs < toMs && (endMs > fromMs || startMs >= fromMs);
  if (event.recurrence === undefined) return [single(event)].filter(touches);
  const length = lengthOf(event.time);
  const last = wallOf(toMs + DAY_MS, event.time);
  const first = wallOf(fromMs - length - DAY_MS, event.time);
  const planned = startsUntil(event, last).filter((start) => start >= first && !event.overrides.has(start));
  const regular = planned.map((start) => occurrence(event, start, length));
  const exceptions = [...event.overrides.keys()].flatMap((start) => exception(event, start) ?? []);
  return [...regular, ...exceptions].filter(touches).sort((a, b) => a.startMs - b.startMs);
}

/** The occurrence that a series has at this start as first planned, moved or not; undefined when cancelled or never planned. */
export function instanceAt(event: SimEvent, originalStart: string): SimInstance | undefined {
  if (event.deleted || event.recurrence === undefined) return undefined;
  if (event.overrides.has(originalStart)) return exception(event, originalStart);
  if (!startsUntil(event, originalStart).includes(originalStart)) return undefined;
  return occurrence(event, originalStart, lengthOf(event.time));
}

function lengthOf(time: SimTime): number {
  return instantOf(time.end, time) - instantOf(time.start, time);
}

function single(event: SimEvent): SimInstance {
  const { time, version, modifiedAt } = event;
  return {
    event,
    fields: fieldsOf(event),
    startMs: instantOf(time.start, time),
    endMs: instantOf(time.end, time),
    exception: false,
    version,
    modifiedAt,
  };
}

function plannedTime(event: SimEvent, start: string, length: number): SimTime {
  return { ...event.time, start, end: wallOf(instantOf(start, event.time) + length, event.time) };
}

function occurrence(event: SimEvent, start: string, length: number): SimInstance {
  const startMs = instantOf(start, event.time);
  return {
    event,
    originalStart: start,
    fields: { ...fieldsOf(event), time: plannedTime(event, start, length) },
    startMs,
    endMs: startMs + length,
    exception: false,
    version: event.version,
    modifiedAt: event.modifiedAt,
  };
}

function exception(event: SimEvent, originalStart: string): SimInstance | undefined {
  const override = event.overrides.get(originalStart);
  if (!override || override.cancelledInstance) return undefined;
  const { version, modifiedAt, cancelledInstance, ...patch } = override;
  const time = patch.time ?? plannedTime(event, originalStart, lengthOf(event.time));
  return {
    event,
    originalStart,
    fields: { ...fieldsOf(event), ...patch, time },
    startMs: instantOf(time.start, time),
    endMs: instantOf(time.end, time),
    exception: true,
    version: Math.max(version, event.version),
    modifiedAt: Math.max(modifiedAt, event.modifiedAt),
  };
}

function fieldsOf(event: SimEvent): SimFields {
  return {
    title: event.title,
    description: event.description,
    descriptionType: event.descriptionType,
    location: event.location,
    time: event.time,
    showAs: event.showAs,
    sensitivity: event.sensitivity,
    ...(event.organizer ? { organizer: event.organizer } : {}),
    attendees: event.attendees,
    reminderMinutes: event.reminderMinutes,
    cancelled: event.cancelled,
    extra: event.extra,
  };
}

/** Starts of a series up to and including a wall-clock time, ascending, extra ones included. */
function startsUntil(event: SimEvent, last: string): string[] {
  const expansion = expansionOf(event);
  while (!expansion.ended && (expansion.starts.at(-1) ?? '') <= last) {
    const next = expansion.starts.length < occurrenceCap ? expansion.next() : undefined;
    if (next === undefined) expansion.ended = true;
    else expansion.starts.push(next);
  }
  const starts = expansion.starts.filter((start) => start <= last);
  const extra = event.rdates.filter((start) => start <= last && !starts.includes(start));
  return extra.length === 0 ? starts : [...starts, ...extra].sort();
}

function expansionOf(event: SimEvent): Expansion {
  const key = `${event.recurrence}\n${event.time.start}\n${event.time.allDay}\n${event.time.zone}`;
  const known = expansions.get(event);
  if (known?.key === key) return known;
  const fresh: Expansion = { key, starts: [], next: startsByRule(event), ended: false };
  expansions.set(event, fresh);
  return fresh;
}

/** The rule's starts one by one; of a rule that cannot be used, the first start alone. */
function startsByRule({ recurrence = '', time }: SimEvent): () => string | undefined {
  const first = time.allDay ? time.start.slice(0, 10) : time.start;
  const rule = floatingUntil(recurrence, time);
  if (ruleProblem(rule) !== undefined) {
    const starts = [first];
    return () => starts.shift();
  }
  const recur = ICAL.Recur.fromString(rule);
  const iterator = recur.iterator(ICAL.Time.fromData(timeParts(time)));
  const onTheDay = /^\d{4}-02-29/.test(first) && isPlainYearly(recur);
  return () => {
    for (;;) {
      const next: unknown = iterator.next();
      if (!(next instanceof ICAL.Time)) return undefined;
      const start = next.toString();
      // A year without a 29th of February has no such occurrence (RFC 5545, 3.3.10); ical.js takes the day after.
      if (!onTheDay || start.slice(5, 10) === '02-29') return start;
    }
  };
}

function isPlainYearly({ freq, parts }: ICAL.Recur): boolean {
  return freq === 'YEARLY' && !Object.keys(parts).some((part) => part.startsWith('BY'));
}

function timeParts({ allDay, start }: SimTime) {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = start.split(/[-T:]/).map(Number);
  return allDay ? { year, month, day, isDate: true } : { year, month, day, hour, minute, second };
}

function floatingUntil(rule: string, time: SimTime): string {
  return rule.replace(
    /UNTIL=(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?/i,
    (_, year: string, month: string, day: string, hour?: string, minute?: string, second?: string, utc?: string) => {
      const date = `${year}${month}${day}`;
      if (time.allDay) return `UNTIL=${date}`;
      if (hour === undefined) return `UNTIL=${date}T235959`;
      if (!utc) return `UNTIL=${date}T${hour}${minute}${second}`;
      const wall = wallFromInstant(Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`), time.zone);
      return `UNTIL=${wall.replace(/[-:]/g, '')}`;
    },
  );
}
