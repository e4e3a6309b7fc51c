import { z } from 'zod';
import type { SimCalendar, SimFields, SimInstance, SimTime } from './core.ts';
import { instanceAt, instantOf, ruleProblem } from './expansion.ts';
import type { CalendarWorld, Patch } from './world.ts';

/** What a person at their calendar does: creates, changes and deletes events, one occurrence or the whole series. */

const date = /^\d{4}-\d\d-\d\d$/;
const wall = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/;
const moment = z
  .string()
  .refine(
    (text) => (date.test(text) || wall.test(text)) && !Number.isNaN(Date.parse(text)),
    'is no date or local time',
  );

const zone = z.string().refine((name) => {
  try {
    return instantOf('2000-01-01T00:00:00', { allDay: false, zone: name }) !== undefined;
  } catch {
    return false;
  }
}, 'is no time zone');

/** Times are wall-clock in `zone` (by default the calendar's), or dates where `allDay`; the end is exclusive. */
export const editSchema = z.strictObject({
  title: z.string().optional(),
  description: z.string().optional(),
  descriptionType: z.enum(['html', 'text']).optional(),
  location: z.string().optional(),
  start: moment.optional(),
  end: moment.optional(),
  allDay: z.boolean().optional(),
  zone: zone.optional(),
  showAs: z.enum(['free', 'tentative', 'busy', 'oof', 'workingElsewhere']).optional(),
  sensitivity: z.enum(['normal', 'personal', 'private', 'confidential']).optional(),
  /** RRULE value; null makes a single event of a series. */
  recurrence: z
    .string()
    .refine((rule) => ruleProblem(rule) === undefined, 'is no recurrence rule')
    .nullable()
    .optional(),
  /** Minutes before the start; null for none. */
  reminderMinutes: z.number().int().nonnegative().nullable().optional(),
  organizer: z.object({ email: z.string(), name: z.string().exactOptional() }).optional(),
  attendees: z
    .array(
      z.object({
        email: z.string(),
        name: z.string().exactOptional(),
        response: z.enum(['none', 'accepted', 'tentative', 'declined']).default('none'),
      }),
    )
    .optional(),
  cancelled: z.boolean().optional(),
  extra: z.record(z.string(), z.unknown()).optional(),
});

export type Edit = z.infer<typeof editSchema>;

/** An edit that makes no sense; the message can be shown. */
export class EditError extends Error {}

/** @throws EditError */
export function createByPerson(world: CalendarWorld, calendar: SimCalendar, edit: Edit, iCalUId?: string) {
  if (edit.start === undefined) throw new EditError('start is missing');
  const allDay = edit.allDay ?? date.test(edit.start);
  const start = allDay ? edit.start.slice(0, 10) : seconds(edit.start);
  const time = timeOf(edit, { allDay, start, end: '', zone: edit.zone ?? calendar.zone });
  const patch = patchOf(edit, time);
  const fields: SimFields = {
    title: patch.title ?? '',
    description: patch.description ?? '',
    descriptionType: patch.descriptionType ?? 'text',
    location: patch.location ?? '',
    time,
    showAs: patch.showAs ?? 'busy',
    sensitivity: patch.sensitivity ?? 'normal',
    ...(patch.organizer ? { organizer: patch.organizer } : {}),
    attendees: patch.attendees ?? [],
    reminderMinutes: patch.reminderMinutes,
    cancelled: patch.cancelled ?? false,
    extra: patch.extra ?? {},
  };
  return world.insert(calendar.id, fields, {
    recurrence: edit.recurrence ?? undefined,
    ...(iCalUId === undefined ? {} : { iCalUId }),
  });
}

/** @throws EditError */
export function changeByPerson(
  world: CalendarWorld,
  calendar: SimCalendar,
  eventId: string,
  edit: Edit,
  originalStart?: string,
) {
  const event = found(world, calendar, eventId);
  const before = originalStart === undefined ? event : occurrence(world, calendar, eventId, originalStart).fields;
  const times = [edit.start, edit.end, edit.allDay, edit.zone].some((value) => value !== undefined);
  const patch = patchOf(edit, times ? timeOf(edit, before.time) : undefined);
  const rule = edit.recurrence === undefined ? {} : { recurrence: edit.recurrence ?? undefined };
  return world.change(calendar.id, eventId, { ...patch, ...rule }, originalStart);
}

/** @throws EditError */
export function removeByPerson(world: CalendarWorld, calendar: SimCalendar, eventId: string, originalStart?: string) {
  if (originalStart === undefined) found(world, calendar, eventId);
  else occurrence(world, calendar, eventId, originalStart);
  world.remove(calendar.id, eventId, originalStart);
}

function found(world: CalendarWorld, calendar: SimCalendar, eventId: string) {
  const event = world.event(calendar.id, eventId);
  if (!event || event.deleted) throw new EditError('there is no such event');
  return event;
}

function occurrence(world: CalendarWorld, calendar: SimCalendar, eventId: string, start: string): SimInstance {
  const instance = instanceAt(found(world, calendar, eventId), start);
  if (!instance) throw new EditError('the series has no such occurrence');
  return instance;
}

function patchOf(edit: Edit, time: SimTime | undefined): Patch {
  const { start, end, allDay, zone: _zone, recurrence, reminderMinutes, ...same } = edit;
  return {
    ...same,
    ...(time ? { time } : {}),
    ...(reminderMinutes === undefined ? {} : { reminderMinutes: reminderMinutes ?? undefined }),
  };
}

/** The new time; where only the start is given the length stays. */
function timeOf(edit: Edit, before: SimTime): SimTime {
  const allDay = edit.allDay ?? before.allDay;
  const inZone = edit.zone ?? before.zone;
  const form = (text: string) => (allDay ? text.slice(0, 10) : seconds(text));
  const start = form(edit.start ?? before.start);
  const at = (text: string) => Date.parse(`${seconds(text)}Z`);
  const length = before.end === '' ? defaultLength(allDay) : at(before.end) - at(before.start);
  const kept = allDay === before.allDay ? length : defaultLength(allDay);
  const end = form(
    edit.end ?? (edit.start === undefined && allDay === before.allDay ? before.end : later(start, kept)),
  );
  const time: SimTime = { allDay, start, end, zone: inZone };
  const [from, to] = [instantOf(start, time), instantOf(end, time)];
  if (to < from || (allDay && to === from)) throw new EditError('the end is before the start');
  return time;
}

function defaultLength(allDay: boolean): number {
  return (allDay ? 24 : 1) * 60 * 60 * 1000;
}

function later(start: string, length: number): string {
  return new Date(Date.parse(`${seconds(start)}Z`) + length).toISOString().slice(0, 19);
}

function seconds(text: string): string {
  return text.length === 10 ? `${text}T00:00:00` : text.length === 16 ? `${text}:00` : text;
}
