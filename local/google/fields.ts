import { instantFromWall, wallFromInstant } from '../../shared/calendar/timeZones.ts';
import type { SimCalendar, SimFields, SimTime } from '../core/core.ts';
import { GoogleError, invalid } from './errors.ts';
import type { EventBody, Moment } from './eventBody.ts';
import { defaultReminderMinutes } from './resource.ts';

export interface WriteFlags {
  /** `conferenceDataVersion=1`: only then is conference data looked at. */
  readonly conference: boolean;
  /** `supportsAttachments=true`: likewise. */
  readonly attachments: boolean;
}

/** Lines that Google puts around its own conference block; it owns what stands between them. */
const conferenceBlock = /\n*-::~:~::~[:~]*::-[\s\S]*?-::~:~::~[:~]*::-\n*/g;

const responses = { needsAction: 'none', accepted: 'accepted', tentative: 'tentative', declined: 'declined' } as const;

/**
 * An event body as the calendar core keeps it.
 * @param before what stands there now, for what a write without the flags leaves alone
 * @throws GoogleError 400
 */
export function fieldsOf(calendar: SimCalendar, body: EventBody, flags: WriteFlags, before?: SimFields): SimFields {
  const eventType = eventTypeOf(body, before);
  const extra = { ...keptExtra(body, flags, before), ...(eventType !== 'default' && { eventType }) };
  const time = timeOf(calendar, body);
  const tentative = body.status === 'tentative';
  const free = body.transparency === 'transparent';
  checkStatusEvent(eventType, body, time, calendar);
  const reminderMinutes = reminderOf(body);
  return {
    title: body.summary,
    description: 'conferenceData' in extra ? body.description : body.description.replace(conferenceBlock, ''),
    // Google keeps markup as it is sent and calls none of it HTML.
    descriptionType: 'html',
    location: body.location,
    time,
    showAs: free ? 'free' : tentative ? 'tentative' : 'busy',
    sensitivity: sensitivities[body.visibility],
    ...(before?.organizer && { organizer: before.organizer }),
    attendees: body.attendees.map(({ email, displayName, responseStatus }) => ({
      email,
      ...(displayName !== undefined && { name: displayName }),
      response: responses[responseStatus],
    })),
    ...(reminderMinutes !== undefined && { reminderMinutes }),
    cancelled: false,
    extra: {
      ...extra,
      ...(free && tentative && { status: 'tentative' }),
      ...(body.visibility === 'public' && { visibility: 'public' }),
      ...(body.extendedProperties && { extendedProperties: body.extendedProperties }),
      sequence: sequenceOf(body, time, before),
    },
  };
}

const sensitivities = {
  default: 'normal',
  public: 'normal',
  private: 'private',
  confidential: 'confidential',
} as const;

function keptExtra(body: EventBody, flags: WriteFlags, before: SimFields | undefined): Record<string, unknown> {
  const old = before?.extra ?? {};
  const conferenceData = flags.conference ? body.conferenceData : old.conferenceData;
  const attachments = flags.attachments ? body.attachments : old.attachments;
  const written = {
    colorId: body.colorId,
    source: body.source,
    workingLocationProperties: body.workingLocationProperties,
    outOfOfficeProperties: body.outOfOfficeProperties,
    focusTimeProperties: body.focusTimeProperties,
    birthdayProperties: body.birthdayProperties,
    guestsCanModify: body.guestsCanModify,
    guestsCanInviteOthers: body.guestsCanInviteOthers,
    guestsCanSeeOtherGuests: body.guestsCanSeeOtherGuests,
    anyoneCanAddSelf: body.anyoneCanAddSelf,
    hangoutLink: old.hangoutLink,
    privateCopy: old.privateCopy,
    locked: old.locked,
    conferenceData,
    attachments,
  };
  return Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined));
}

function eventTypeOf(body: EventBody, before: SimFields | undefined): string {
  const old = before?.extra.eventType;
  if (before) return typeof old === 'string' ? old : 'default';
  if (body.eventType === 'fromGmail') throw invalid('Event type cannot be fromGmail for the event creation.');
  return body.eventType;
}

/** @see https://developers.google.com/workspace/calendar/api/guides/calendar-status */
function checkStatusEvent(eventType: string, body: EventBody, time: SimTime, calendar: SimCalendar): void {
  const refuse = (message: string) => new GoogleError(400, 'eventTypeRestriction', message, { domain: 'calendar' });
  if (eventType === 'default' || eventType === 'fromGmail') return;
  if (!calendar.primary) throw refuse(`${eventType} events can only be created on primary calendars.`);
  if (eventType === 'birthday' && !time.allDay) throw refuse('A birthday event must be all-day.');
  if (eventType === 'focusTime' || eventType === 'outOfOffice') {
    if (time.allDay) throw refuse(`A ${eventType} event must not be all-day.`);
    if (body.transparency !== 'opaque') throw refuse(`A ${eventType} event must be opaque.`);
  }
  if (eventType === 'workingLocation') {
    if (body.visibility !== 'public') throw refuse('A working location event must have visibility public.');
    if (body.transparency !== 'transparent') throw refuse('A working location event must be transparent.');
  }
}

function reminderOf({ reminders }: EventBody): number | undefined {
  // An event that does not say otherwise rings as the calendar does.
  if (!reminders) return defaultReminderMinutes;
  if (reminders.useDefault && reminders.overrides.length > 0) {
    throw new GoogleError(
      400,
      'cannotUseDefaultRemindersAndSpecifyOverride',
      'Cannot specify both default reminders and overrides at the same time.',
      { domain: 'calendar' },
    );
  }
  return reminders.useDefault ? defaultReminderMinutes : reminders.overrides[0]?.minutes;
}

function sequenceOf(body: EventBody, time: SimTime, before: SimFields | undefined): number {
  const old = typeof before?.extra.sequence === 'number' ? before.extra.sequence : 0;
  if (body.sequence !== undefined && body.sequence < old) {
    throw invalid('Invalid sequence value. The specified sequence number is below the current sequence number.');
  }
  const moved = before && (before.time.start !== time.start || before.time.end !== time.end);
  return Math.max(body.sequence ?? 0, moved ? old + 1 : old);
}

function timeOf(calendar: SimCalendar, { start, end, recurrence }: EventBody): SimTime {
  if (!start || (!start.date && !start.dateTime)) throw missing('Missing start time.');
  if (!end || (!end.date && !end.dateTime)) throw missing('Missing end time.');
  if ((start.date && start.dateTime) || (end.date && end.dateTime)) throw invalid('Invalid start time.');
  if (Boolean(start.date) !== Boolean(end.date)) {
    throw invalid('Start and end times must either both be date or both be dateTime.');
  }
  if (start.date && end.date) return allDay(calendar, start.date, end.date);
  if (recurrence && recurrence.length > 0 && !start.timeZone) {
    throw missing('Missing time zone definition for start time.');
  }
  const zone = checkZone(start.timeZone ?? calendar.zone, 'start');
  checkZone(end.timeZone ?? zone, 'end');
  const from = instantOf(start, 'start');
  const to = instantOf(end, 'end');
  if (to <= from) throw emptyRange();
  return { allDay: false, start: wallFromInstant(from, zone), end: wallFromInstant(to, zone), zone };
}

function allDay(calendar: SimCalendar, start: string, end: string): SimTime {
  for (const date of [start, end]) {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(Date.parse(date))) throw invalid('Invalid date value.');
  }
  if (end <= start) throw emptyRange();
  return { allDay: true, start, end, zone: calendar.zone };
}

const missing = (message: string) => new GoogleError(400, 'required', message);

const emptyRange = () =>
  new GoogleError(400, 'timeRangeEmpty', 'The specified time range is empty.', {
    domain: 'calendar',
    location: 'timeMax',
  });

/** Google knows IANA names only. */
function checkZone(zone: string, which: string): string {
  try {
    if (/^[+-]/.test(zone)) throw new RangeError(zone);
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch {
    throw invalid(`Invalid time zone definition for ${which} time.`);
  }
}

/** Epoch ms of a `dateTime`, which needs an offset or a zone. */
function instantOf({ dateTime = '', timeZone }: Moment, which: string): number {
  const [, wall, offset] =
    /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:\d{2})?$/i.exec(dateTime) ?? [];
  if (!wall) throw invalid(`Invalid value for: Invalid format: "${which}"`);
  if (!offset && !timeZone) throw missing(`Missing time zone definition for ${which} time.`);
  try {
    const instant = offset ? Date.parse(dateTime) : instantFromWall(wall, timeZone ?? 'UTC');
    if (Number.isNaN(instant)) throw new RangeError(which);
    return instant;
  } catch {
    throw invalid(`Invalid value for: Invalid format: "${which}"`);
  }
}
