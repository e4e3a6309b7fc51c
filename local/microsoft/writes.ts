import { createHash } from 'node:crypto';
import { DAY_MS } from '../../shared/calendar/window.ts';
import type { Random } from '../../shared/platform/random.ts';
import type { SimCalendar, SimFields } from '../core/core.ts';
import { instantOf } from '../core/expansion.ts';
import type { Faults } from '../core/faults.ts';
import type { CalendarWorld } from '../core/world.ts';
import { accessDenied, badProperty, GraphError, invalidRequest } from './errors.ts';
import { attendeesOf, type EventBody, readEventBody, timeOf } from './eventBody.ts';
import { etagOf, type Row, sameProperty } from './eventRow.ts';
import { graphId } from './ids.ts';
import { type Kept, keptOf } from './kept.ts';
import type { MicrosoftFault } from './mishaps.ts';
import { type Found, findEvent, foundRow } from './reads.ts';
import { ruleOf } from './recurrence.ts';
import type { Session } from './session.ts';

export interface WriteNeeds {
  readonly world: CalendarWorld;
  readonly random: Random;
  readonly faults: Faults;
  /** Counts the mails that the service would send. */
  readonly mailed: (count: number) => void;
}

export interface WriteRequest {
  readonly method: string;
  readonly path: string;
  readonly ifMatch: string | null;
}

/** What an event rings at when nobody said otherwise, minutes before its start. */
const usualReminder = 15;

/** POST, PATCH and DELETE of events. Each throws GraphError for what Graph refuses. */
export function createWrites({ world, random, faults, mailed }: WriteNeeds) {
  /** What each transactionId of a mailbox made; it stays spent when that event is deleted. */
  const transactions = new Map<string, { calendarId: string; eventId: string; digest: string }>();
  const hit = (fault: MicrosoftFault, request: WriteRequest) => faults.hit(fault, request) !== undefined;

  function writable(calendar: SimCalendar, request: WriteRequest): void {
    if (calendar.sharedBy || calendar.access === 'reader') throw accessDenied();
    if (hit('event-refused', request)) throw invalidRequest('The request is invalid.');
    if (hit('conflict-409', request)) throw conflict(409);
  }

  function condition({ event, instance }: Found, request: WriteRequest): void {
    const { ifMatch } = request;
    if (ifMatch === null || ifMatch === '*') return;
    const current = etagOf(event.id, instance?.version ?? event.version);
    if (ifMatch !== current && !hit('if-match-ignored', request)) throw conflict(412);
  }

  /** What the service does to an event on its own account once the answer is on its way. */
  function afterwards(calendar: SimCalendar, eventId: string, request: WriteRequest, originalStart?: string): void {
    if (hit('etag-bump', request)) world.touch(calendar.id, eventId);
    const event = hit('bodies-rewritten', request) ? world.event(calendar.id, eventId) : undefined;
    const written = event && { ...event, ...(originalStart === undefined ? {} : event.overrides.get(originalStart)) };
    if (written) world.change(calendar.id, eventId, rewritten(written), originalStart);
  }

  return {
    create(session: Session, calendar: SimCalendar, json: unknown, request: WriteRequest): Row {
      writable(calendar, request);
      const body = readEventBody(json);
      const digest = createHash('sha256').update(JSON.stringify(json)).digest('hex');
      const key = body.transactionId ? `${session.person.email}\n${body.transactionId}` : undefined;
      const earlier = key === undefined ? undefined : transactions.get(key);
      if (earlier) {
        const event = world.event(earlier.calendarId, earlier.eventId);
        const home = world.calendar(earlier.calendarId);
        if (event && home && !event.deleted && earlier.digest === digest) {
          return foundRow(session, { calendar: home, event });
        }
        throw duplicate(
          hit('duplicate-409', request) ? 409 : 400,
          hit('duplicate-unnamed', request) ? undefined : graphId(earlier, session.preferences.immutable),
        );
      }
      const time = timeOf(body);
      const attendees = attendeesOf(body) ?? [];
      const ringing = (body.isReminderOn ?? true) || hit('reminder-ignored', request);
      const fields: SimFields = {
        title: body.subject ?? '',
        description: body.body?.content ?? '',
        descriptionType: body.body?.contentType ?? 'html',
        location: locationOf(body) ?? '',
        time,
        showAs: showAsOf(body) ?? 'busy',
        sensitivity: body.sensitivity ?? 'normal',
        organizer: session.person,
        attendees,
        reminderMinutes: ringing ? (body.reminderMinutesBeforeStart ?? usualReminder) : undefined,
        cancelled: false,
        extra: { ...keptFrom(body, undefined), ...(body.transactionId ? { transactionId: body.transactionId } : {}) },
      };
      mailed(attendees.length);
      const event = world.insert(calendar.id, fields, {
        iCalUId: newGlobalObjectId(random),
        recurrence: body.recurrence ? ruleOf(body.recurrence) : undefined,
      });
      if (key !== undefined) transactions.set(key, { calendarId: calendar.id, eventId: event.id, digest });
      const row = foundRow(session, { calendar, event });
      afterwards(calendar, event.id, request);
      return row;
    },

    update(session: Session, found: Found, json: unknown, request: WriteRequest): Row {
      const { calendar, event, instance } = found;
      writable(calendar, request);
      const body = readEventBody(json);
      condition(found, request);
      const before = instance?.fields ?? event;
      const kept = keptOf(before);
      if (body.transactionId != null && body.transactionId !== kept.transactionId) {
        throw badProperty('At least one property failed validation: transactionId cannot be changed.');
      }
      if (instance && body.recurrence) throw badProperty('At least one property failed validation: recurrence.');
      const timed = body.start !== undefined || body.end !== undefined || body.isAllDay !== undefined;
      const time = timed ? timeOf(body, before.time) : undefined;
      if (instance && time) withinNeighbours(found, instantOf(time.start, time));
      const attendees = attendeesOf(body);
      const reminder = reminderAfter(body, before);
      mailed(Math.max(before.attendees.length, attendees?.length ?? 0));
      const location = locationOf(body);
      const showAs = showAsOf(body);
      world.change(
        calendar.id,
        event.id,
        {
          ...(body.subject === undefined ? {} : { title: body.subject ?? '' }),
          ...(body.body ? { description: body.body.content ?? '', descriptionType: body.body.contentType } : {}),
          ...(location === undefined ? {} : { location }),
          ...(time ? { time } : {}),
          ...(showAs ? { showAs } : {}),
          ...(body.sensitivity ? { sensitivity: body.sensitivity } : {}),
          ...(attendees ? { attendees } : {}),
          ...reminder,
          ...(body.recurrence === undefined || instance
            ? {}
            : { recurrence: body.recurrence ? ruleOf(body.recurrence) : undefined }),
          extra: { ...before.extra, ...keptFrom(body, kept) },
        },
        instance?.originalStart,
      );
      const id = graphId({ eventId: event.id, originalStart: instance?.originalStart }, session.preferences.immutable);
      const row = foundRow(session, findEvent(world, [calendar], id));
      afterwards(calendar, event.id, request, instance?.originalStart);
      return row;
    },

    remove(found: Found, request: WriteRequest): void {
      const { calendar, event, instance } = found;
      writable(calendar, request);
      condition(found, request);
      mailed((instance?.fields ?? event).attendees.length);
      world.remove(calendar.id, event.id, instance?.originalStart);
    },
  };

  /** An occurrence cannot move past its neighbours. */
  function withinNeighbours({ event, instance }: Found, start: number): void {
    if (!instance) return;
    const around = world.instancesOf(event, instance.startMs - 800 * DAY_MS, instance.startMs + 800 * DAY_MS);
    const at = around.findIndex(({ originalStart }) => originalStart === instance.originalStart);
    const [before, after] = [around[at - 1], around[at + 1]];
    if ((before && start <= before.startMs) || (after && start >= after.startMs)) {
      throw new GraphError(
        400,
        'ErrorOccurrenceCrossingBoundary',
        'Modified occurrence is crossing or overlapping adjacent occurrence.',
      );
    }
  }
}

/** The same texts as another editor of the service would store them. */
function rewritten({ title, description, descriptionType, location }: SimFields): Partial<SimFields> {
  const wrapped = `<div class="PlainText">\r\n<div>${description.replaceAll('<br>', '<br>\r\n')}</div>\r\n</div>`;
  return {
    title: `${title} `,
    ...(location === '' ? {} : { location: ` ${location}` }),
    ...(description === '' || descriptionType === 'text' ? {} : { description: wrapped }),
  };
}

const conflict = (status: 409 | 412) =>
  new GraphError(
    status,
    'ErrorIrresolvableConflict',
    'The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.',
  );

const duplicate = (status: 400 | 409, existing: string | undefined) =>
  new GraphError(
    status,
    'ErrorDuplicateTransactionId',
    'The TransactionId specified in the request has already been used to create a different event.',
    existing === undefined ? {} : { more: { '@event.existingEventId': existing } },
  );

function locationOf(body: EventBody): string | undefined {
  if (body.location !== undefined) return body.location?.displayName ?? '';
  return body.locations?.map(({ displayName }) => displayName ?? '').join('; ');
}

/** `unknown` can be written, and means nothing. */
function showAsOf({ showAs }: EventBody): SimFields['showAs'] | undefined {
  return showAs === 'unknown' ? 'busy' : showAs;
}

function reminderAfter(body: EventBody, before: SimFields): { reminderMinutes?: number | undefined } {
  const { isReminderOn: on = before.reminderMinutes !== undefined, reminderMinutesBeforeStart: minutes } = body;
  if (body.isReminderOn === undefined && minutes === undefined) return {};
  return { reminderMinutes: on ? (minutes ?? before.reminderMinutes ?? usualReminder) : undefined };
}

/** What makes a body that of a Teams meeting. @see https://learn.microsoft.com/en-us/graph/api/event-update */
const wayIn = /teams\.microsoft\.com\/l\/meetup-join/;

/** What of the body is kept beside the calendar core's fields. Extended properties are set one by one. */
function keptFrom(body: EventBody, before: Kept | undefined): Partial<Kept> {
  const { categories, importance, isOnlineMeeting, allowNewTimeProposals, hideAttendees, responseRequested } = body;
  const given = { categories, importance, isOnlineMeeting, allowNewTimeProposals, hideAttendees, responseRequested };
  const properties = [...(before?.singleValueExtendedProperties ?? [])];
  for (const property of body.singleValueExtendedProperties ?? []) {
    const at = properties.findIndex(({ id }) => sameProperty(id, property.id));
    properties.splice(at < 0 ? properties.length : at, 1, property);
  }
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    // A meeting that is online stays so, unless its way in is written over.
    ...(before?.isOnlineMeeting ? { isOnlineMeeting: !body.body || wayIn.test(body.body.content ?? '') } : {}),
    ...(properties.length > 0 ? { singleValueExtendedProperties: properties } : {}),
  };
}

/** What Outlook calls an event by across mailboxes (MS-OXOCAL 2.2.1.27). */
function newGlobalObjectId(random: Random): string {
  const unique = Buffer.from(random.bytes(16)).toString('hex');
  return `040000008200e00074c5b7101a82e008${'0'.repeat(40)}10000000${unique}`.toUpperCase();
}
