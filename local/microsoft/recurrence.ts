import { z } from 'zod';
import { windowsZone } from '../../shared/calendar/timeZones.ts';
import type { SimEvent, SimTime } from '../core/core.ts';
import { badProperty } from './errors.ts';

/**
 * Graph's `patternedRecurrence` and RFC 5545 rules, in both directions.
 * @see https://learn.microsoft.com/en-us/graph/api/resources/patternedrecurrence
 */

const dayNames = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
const dayCodes = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const indexes = ['first', 'second', 'third', 'fourth', 'last'] as const;
const day = z.enum(dayNames);

export const recurrenceSchema = z.strictObject({
  pattern: z.strictObject({
    type: z.enum(['daily', 'weekly', 'absoluteMonthly', 'relativeMonthly', 'absoluteYearly', 'relativeYearly']),
    interval: z.number().int().min(1).max(99),
    month: z.number().int().min(0).max(12).optional(),
    dayOfMonth: z.number().int().min(0).max(31).optional(),
    daysOfWeek: z.array(day).optional(),
    firstDayOfWeek: day.optional(),
    index: z.enum(indexes).optional(),
  }),
  range: z.strictObject({
    type: z.enum(['endDate', 'noEnd', 'numbered']),
    startDate: z.iso.date(),
    endDate: z.iso.date().optional(),
    numberOfOccurrences: z.number().int().min(0).max(999).optional(),
    recurrenceTimeZone: z.string().optional(),
  }),
});

export type GraphRecurrence = z.infer<typeof recurrenceSchema>;

/** @throws GraphError 400 where the parts do not go together */
export function ruleOf({ pattern, range }: GraphRecurrence): string {
  const parts = [`FREQ=${frequencies[pattern.type]}`, `INTERVAL=${pattern.interval}`];
  const days = (pattern.daysOfWeek ?? []).map((name) => dayCodes[dayNames.indexOf(name)] ?? '');
  if (pattern.type === 'weekly' || pattern.type.startsWith('relative')) {
    if (days.length === 0) throw badProperty('The recurrence pattern needs daysOfWeek.');
  }
  if (pattern.type === 'weekly') {
    parts.push(`BYDAY=${days.join(',')}`, `WKST=${dayCodes[dayNames.indexOf(pattern.firstDayOfWeek ?? 'sunday')]}`);
  }
  if (pattern.type.endsWith('Yearly')) {
    if (!pattern.month) throw badProperty('The recurrence pattern needs a month.');
    parts.push(`BYMONTH=${pattern.month}`);
  }
  if (pattern.type.startsWith('absolute')) {
    if (!pattern.dayOfMonth) throw badProperty('The recurrence pattern needs dayOfMonth.');
    parts.push(`BYMONTHDAY=${pattern.dayOfMonth}`);
  }
  if (pattern.type.startsWith('relative')) {
    const position = indexes.indexOf(pattern.index ?? 'first');
    parts.push(`BYDAY=${days.join(',')}`, `BYSETPOS=${position === 4 ? -1 : position + 1}`);
  }
  if (range.type === 'endDate') {
    if (!range.endDate || range.endDate < range.startDate) throw badProperty('The recurrence range needs an endDate.');
    parts.push(`UNTIL=${range.endDate.replaceAll('-', '')}`);
  }
  if (range.type === 'numbered') {
    if (!range.numberOfOccurrences) throw badProperty('The recurrence range needs numberOfOccurrences.');
    parts.push(`COUNT=${range.numberOfOccurrences}`);
  }
  return parts.join(';');
}

const frequencies = {
  daily: 'DAILY',
  weekly: 'WEEKLY',
  absoluteMonthly: 'MONTHLY',
  relativeMonthly: 'MONTHLY',
  absoluteYearly: 'YEARLY',
  relativeYearly: 'YEARLY',
} as const;

/** The rule of a series in Graph's terms; rules that Exchange does not know come out as the nearest that it does. */
export function recurrenceOf({ recurrence = '', time }: Pick<SimEvent, 'recurrence' | 'time'>): GraphRecurrence {
  const rule = new Map(recurrence.split(';').map((part) => part.toUpperCase().split('=', 2) as [string, string]));
  const start = new Date(`${time.start.slice(0, 10)}T00:00:00Z`);
  const byDay = (rule.get('BYDAY') ?? '').split(',').filter(Boolean);
  const named = byDay.flatMap((code) => dayNames[dayCodes.indexOf(code.slice(-2))] ?? []);
  const daysOfWeek = named.length > 0 ? named : [dayNames[start.getUTCDay()] ?? 'monday'];
  const position = Number(rule.get('BYSETPOS') ?? byDay[0]?.slice(0, -2) ?? '');
  const index = position < 0 ? 'last' : (indexes[position - 1] ?? 'first');
  const interval = Math.min(99, Math.max(1, Number(rule.get('INTERVAL') ?? 1)));
  const month = Number(rule.get('BYMONTH')?.split(',')[0] ?? start.getUTCMonth() + 1);
  const dayOfMonth = Math.max(1, Number(rule.get('BYMONTHDAY')?.split(',')[0] ?? start.getUTCDate()));
  const frequency = rule.get('FREQ');
  const relative = byDay.length > 0;
  const pattern: GraphRecurrence['pattern'] =
    frequency === 'WEEKLY' || (frequency === 'DAILY' && relative)
      ? { type: 'weekly', interval, daysOfWeek, firstDayOfWeek: 'sunday' }
      : frequency === 'MONTHLY'
        ? relative
          ? { type: 'relativeMonthly', interval, daysOfWeek, index }
          : { type: 'absoluteMonthly', interval, dayOfMonth }
        : frequency === 'YEARLY'
          ? relative
            ? { type: 'relativeYearly', interval, month, daysOfWeek, index }
            : { type: 'absoluteYearly', interval, month, dayOfMonth }
          : { type: 'daily', interval };
  return { pattern, range: rangeOf(rule, time) };
}

function rangeOf(rule: ReadonlyMap<string, string>, time: SimTime): GraphRecurrence['range'] {
  const common = {
    startDate: time.start.slice(0, 10),
    recurrenceTimeZone: windowsZone(time.zone) ?? time.zone,
  };
  const until = /^(\d{4})(\d\d)(\d\d)/.exec(rule.get('UNTIL') ?? '');
  if (until) return { ...common, type: 'endDate', endDate: `${until[1]}-${until[2]}-${until[3]}` };
  const count = Number(rule.get('COUNT'));
  if (count > 0) return { ...common, type: 'numbered', numberOfOccurrences: count };
  return { ...common, type: 'noEnd' };
}
