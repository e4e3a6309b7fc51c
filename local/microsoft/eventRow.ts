import { plainFromRich, richFromHtml } from '../../shared/calendar/text.ts';
import { ianaZone, wallFromInstant, windowsZone } from '../../shared/calendar/timeZones.ts';
import type { SimCalendar, SimEvent, SimFields, SimInstance, SimPerson, SimTime } from '../core/core.ts';
import { instantOf } from '../core/expansion.ts';
import { graphId } from './ids.ts';
import { keptOf } from './kept.ts';
import type { Preferences } from './preferences.ts';
import { recurrenceOf } from './recurrence.ts';

export type Row = Record<string, unknown> & { readonly id: string };

export interface RowNeeds {
  readonly calendar: SimCalendar;
  readonly owner: SimPerson;
  readonly preferences: Preferences;
  /** Extended properties that were asked for by `$expand`. */
  readonly expand?: readonly string[] | undefined;
}

const nobodysTime = '0001-01-01T00:00:00Z';

/** `W/"<changeKey>"`: changes with every version, with or without new content. */
export function etagOf(eventId: string, version: number): string {
  return `W/"${changeKey(eventId, version)}"`;
}

function changeKey(eventId: string, version: number): string {
  return `${Buffer.from(`${eventId.slice(0, 9)}:${version}`).toString('base64')}==`.replace(/=+$/, '==');
}

/** The complete row of a single event or of one occurrence. */
export function instanceRow(needs: RowNeeds, instance: SimInstance): Row {
  const { event, fields, originalStart, exception, version, modifiedAt } = instance;
  const row = fullRow(needs, event, fields, { originalStart, version, modifiedAt });
  if (originalStart === undefined) return { ...row, type: 'singleInstance', seriesMasterId: null, recurrence: null };
  return {
    ...row,
    iCalUId: uidOfInstance(event.iCalUId, originalStart),
    type: exception ? 'exception' : 'occurrence',
    seriesMasterId: graphId({ eventId: event.id }, needs.preferences.immutable),
    recurrence: null,
    ...(exception ? { originalStart: utc(instantOf(originalStart, event.time)) } : {}),
  };
}

/** A series as a whole; its start and end are those of the first occurrence, maybe years ago. */
export function masterRow(needs: RowNeeds, event: SimEvent): Row {
  const row = fullRow(needs, event, event, { version: event.version, modifiedAt: event.modifiedAt });
  return { ...row, type: 'seriesMaster', seriesMasterId: null, recurrence: recurrenceOf(event) };
}

/** All that a delta round says about an occurrence that is like its master (microsoft-graph-docs#1716, #7632, #22197). */
export function stubRow(needs: RowNeeds, { event, fields, originalStart, version }: SimInstance): Row {
  const { immutable } = needs.preferences;
  return {
    '@odata.type': '#microsoft.graph.event',
    '@odata.etag': etagOf(event.id, version),
    id: graphId({ eventId: event.id, originalStart }, immutable),
    seriesMasterId: graphId({ eventId: event.id }, immutable),
    type: 'occurrence',
    ...times(fields.time, needs.preferences),
  };
}

function fullRow(
  needs: RowNeeds,
  event: SimEvent,
  fields: SimFields,
  instance: { originalStart?: string | undefined; version: number; modifiedAt: number },
): Row {
  const { owner, preferences, expand } = needs;
  const kept = keptOf(fields);
  const organizer = fields.organizer ?? owner;
  const isOrganizer = organizer.email.toLowerCase() === owner.email.toLowerCase();
  const own = fields.attendees.find(({ email }) => email.toLowerCase() === owner.email.toLowerCase());
  const properties = kept.singleValueExtendedProperties.filter(({ id }) =>
    expand?.some((each) => sameProperty(each, id)),
  );
  const displayName = fields.location;
  return {
    '@odata.etag': etagOf(event.id, instance.version),
    id: graphId({ eventId: event.id, originalStart: instance.originalStart }, preferences.immutable),
    createdDateTime: utc(event.createdAt, 7),
    lastModifiedDateTime: utc(instance.modifiedAt, 7),
    changeKey: changeKey(event.id, instance.version),
    categories: kept.categories,
    transactionId: kept.transactionId ?? null,
    originalStartTimeZone: spelled(fields.time.zone),
    originalEndTimeZone: spelled(fields.time.zone),
    iCalUId: event.iCalUId,
    reminderMinutesBeforeStart: fields.reminderMinutes ?? 15,
    isReminderOn: fields.reminderMinutes !== undefined,
    hasAttachments: false,
    subject: fields.title,
    bodyPreview: plainBody(fields).slice(0, 255),
    importance: kept.importance,
    sensitivity: fields.sensitivity,
    isAllDay: fields.time.allDay,
    isCancelled: fields.cancelled,
    isOrganizer,
    responseRequested: kept.responseRequested,
    showAs: fields.showAs,
    webLink: `https://outlook.office365.com/owa/?itemid=${encodeURIComponent(event.id)}&exvsurl=1&path=/calendar/item`,
    onlineMeetingUrl: null,
    isOnlineMeeting: kept.isOnlineMeeting,
    onlineMeetingProvider: kept.isOnlineMeeting ? 'teamsForBusiness' : 'unknown',
    allowNewTimeProposals: kept.allowNewTimeProposals,
    isDraft: false,
    hideAttendees: kept.hideAttendees,
    onlineMeeting: null,
    responseStatus: { response: responseOf(isOrganizer, own?.response), time: nobodysTime },
    body: preferences.textBody
      ? { contentType: 'text', content: plainBody(fields) }
      : { contentType: 'html', content: wrapped(fields) },
    ...times(fields.time, preferences),
    location: { displayName, locationType: 'default', uniqueId: displayName, uniqueIdType: 'private' },
    locations: displayName === '' ? [] : [{ displayName, locationType: 'default', uniqueIdType: 'private' }],
    attendees: fields.attendees.map(({ email, name, response }) => ({
      type: 'required',
      status: { response: responseOf(false, response), time: nobodysTime },
      emailAddress: { name: name ?? email, address: email },
    })),
    organizer: { emailAddress: { name: organizer.name ?? organizer.email, address: organizer.email } },
    ...(expand && properties.length > 0 ? { singleValueExtendedProperties: properties } : {}),
  };
}

/** The name part of a property's id is compared by case, the GUID is not. */
export function sameProperty(one: string, other: string): boolean {
  const form = (id: string) => id.replace(/\{[^}]*\}/, (guid) => guid.toLowerCase());
  return form(one) === form(other);
}

/** All-day events float: midnight to midnight in whatever zone is asked for. Fractions have seven digits. */
function times(time: SimTime, { zone, zoneName }: Preferences) {
  const form = (wall: string) => {
    const shown = time.allDay ? `${wall.slice(0, 10)}T00:00:00` : wallFromInstant(instantOf(wall, time), zone);
    return { dateTime: `${shown}.0000000`, timeZone: zoneName };
  };
  return { start: form(time.start), end: form(time.end) };
}

/** The zone comes back in Windows' spelling, whatever it was written in. */
function spelled(zone: string): string {
  return ianaZone(zone) === 'UTC' ? 'tzone://Microsoft/Utc' : (windowsZone(zone) ?? 'tzone://Microsoft/Custom');
}

function utc(instant: number, digits = 0): string {
  const text = new Date(instant).toISOString();
  return digits === 0 ? text.replace(/\.\d+Z$/, 'Z') : text.replace('Z', `${'0'.repeat(digits - 3)}Z`);
}

const meta = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">';

/** Exchange wraps what it was given in a page of its own. */
function wrapped({ description, descriptionType }: SimFields): string {
  if (description === '') return '';
  const inner =
    descriptionType === 'html'
      ? description.replace(/<script[\s\S]*?<\/script>/gi, '').replace(/^[\s\S]*<body[^>]*>|<\/body>[\s\S]*$/gi, '')
      : `<div class="BodyFragment"><font size="2"><span style="font-size:11pt;"><div class="PlainText">${plainAsHtml(description)}</div></span></font></div>`;
  return `<html>\r\n<head>\r\n${meta}\r\n</head>\r\n<body>\r\n${inner}\r\n</body>\r\n</html>\r\n`;
}

function plainAsHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/\r\n?|\n/g, '<br>\r\n');
}

function plainBody({ description, descriptionType }: SimFields): string {
  return descriptionType === 'html' ? plainFromRich(richFromHtml(description)) : description;
}

function responseOf(isOrganizer: boolean, response: string | undefined): string {
  if (isOrganizer) return 'organizer';
  if (response === 'tentative') return 'tentativelyAccepted';
  return response === 'none' || response === undefined ? 'notResponded' : response;
}

/** A global object id holds the date of the instance (MS-OXOCAL 2.2.1.27). */
function uidOfInstance(uid: string, originalStart: string): string {
  if (!/^040000008200e00074c5b7101a82e008/i.test(uid)) return uid;
  const [year = 0, month = 0, day = 0] = originalStart.slice(0, 10).split('-').map(Number);
  const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');
  return `${uid.slice(0, 32)}${hex(year, 4)}${hex(month, 2)}${hex(day, 2)}${uid.slice(40)}`;
}
