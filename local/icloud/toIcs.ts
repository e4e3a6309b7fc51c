import ICAL from 'ical.js';
import type { Sensitivity, ShowAs } from '../../shared/calendar/event.ts';
import { plainFromRich, richFromHtml } from '../../shared/calendar/text.ts';
import { wallFromInstant } from '../../shared/calendar/timeZones.ts';
import type { SimEvent, SimFields, SimTime } from '../core/core.ts';
import { instantOf, wallOf } from '../core/expansion.ts';

/** An event of the calendar world as Apple would write it: one resource, master and exceptions together. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What an Apple client rewrites when a person edits an event; everything else it keeps as it was. */
const known: ReadonlySet<string> = new Set([
  'uid',
  'dtstamp',
  'created',
  'last-modified',
  'sequence',
  'dtstart',
  'dtend',
  'duration',
  'rrule',
  'rdate',
  'exdate',
  'recurrence-id',
  'summary',
  'description',
  'x-alt-desc',
  'location',
  'transp',
  'status',
  'class',
  'x-microsoft-cdo-busystatus',
  'organizer',
  'attendee',
]);

/**
 * @param before the text that the event had: what Apple does not know of it is kept
 */
export function icsOf(event: SimEvent, before?: string): string {
  const calendar = new ICAL.Component('vcalendar');
  calendar.addPropertyWithValue('version', '2.0');
  calendar.addPropertyWithValue('prodid', '-//Apple Inc.//iCloud Calendar//EN');
  calendar.addPropertyWithValue('calscale', 'GREGORIAN');
  const old = before === undefined ? [] : componentsIn(before);
  const events = [eventComponent(event, event), ...exceptionsOf(event)];
  const zones = new Map<string, number>();
  for (const { component, time } of events) {
    const twin = old.find((each) => idOf(each) === idOf(component));
    for (const property of twin?.getAllProperties() ?? []) {
      if (!known.has(property.name)) component.addProperty(ICAL.Property.fromString(property.toICALString()));
    }
    for (const alarm of twin?.getAllSubcomponents() ?? [])
      component.addSubcomponent(ICAL.Component.fromString(alarm.toString()));
    if (!time.allDay && time.zone !== 'UTC') zones.set(time.zone, instantOf(time.start, time));
  }
  for (const [zone, around] of zones) calendar.addSubcomponent(zoneComponent(zone, around));
  for (const { component } of events) calendar.addSubcomponent(component);
  return `${calendar.toString()}\r\n`;
}

/** What Apple does not know of the first event of a text, each property by its name. */
export function unknownOf(text: string): Record<string, string> {
  const properties = componentsIn(text)[0]?.getAllProperties() ?? [];
  const unknown = properties.filter(({ name }) => !known.has(name));
  return Object.fromEntries(unknown.map((property) => [property.name.toUpperCase(), property.toICALString()]));
}

function componentsIn(text: string): ICAL.Component[] {
  try {
    return new ICAL.Component(ICAL.parse(text)).getAllSubcomponents('vevent');
  } catch {
    return [];
  }
}

/** Tells the components of one resource apart. */
function idOf(component: ICAL.Component): string {
  return component.getFirstProperty('recurrence-id')?.toICALString() ?? '';
}

interface Written {
  readonly component: ICAL.Component;
  readonly time: SimTime;
}

function eventComponent(event: SimEvent, fields: SimFields, recurrenceId?: string): Written {
  const component = new ICAL.Component('vevent');
  const add = (line: string) => component.addProperty(ICAL.Property.fromString(line));
  const text = (name: string, value: string) => value !== '' && component.addPropertyWithValue(name, value);
  text('uid', event.iCalUId);
  add(`DTSTAMP:${stamp(event.modifiedAt)}`);
  add(`CREATED:${stamp(event.createdAt)}`);
  add(`LAST-MODIFIED:${stamp(event.modifiedAt)}`);
  add(`SEQUENCE:${event.version}`);
  const { time } = fields;
  if (recurrenceId !== undefined) add(dated('RECURRENCE-ID', recurrenceId, event.time));
  add(dated('DTSTART', time.start, time));
  add(dated('DTEND', laterEnd(time), time));
  if (recurrenceId === undefined && event.recurrence !== undefined) {
    add(`RRULE:${event.recurrence}`);
    for (const start of event.rdates) add(dated('RDATE', start, event.time));
    for (const [start, { cancelledInstance }] of event.overrides) {
      if (cancelledInstance) add(dated('EXDATE', start, event.time));
    }
  }
  text('summary', fields.title);
  text(
    'description',
    fields.descriptionType === 'html' ? plainFromRich(richFromHtml(fields.description)) : fields.description,
  );
  text('location', fields.location);
  add(`TRANSP:${fields.showAs === 'free' ? 'TRANSPARENT' : 'OPAQUE'}`);
  add(`STATUS:${statusOf(fields)}`);
  const beyond = busyStates[fields.showAs];
  if (beyond) add(`X-MICROSOFT-CDO-BUSYSTATUS:${beyond}`);
  add(`CLASS:${classes[fields.sensitivity]}`);
  if (fields.organizer) add(person('ORGANIZER', fields.organizer, ''));
  for (const attendee of fields.attendees) add(person('ATTENDEE', attendee, `;PARTSTAT=${answers[attendee.response]}`));
  if (fields.reminderMinutes !== undefined && fields.reminderMinutes !== null) {
    component.addSubcomponent(
      ICAL.Component.fromString(
        `BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Reminder\r\nTRIGGER:-PT${fields.reminderMinutes}M\r\nEND:VALARM`,
      ),
    );
  }
  return { component, time };
}

function exceptionsOf(event: SimEvent): Written[] {
  if (event.recurrence === undefined) return [];
  const length = instantOf(event.time.end, event.time) - instantOf(event.time.start, event.time);
  return [...event.overrides].flatMap(([start, { cancelledInstance, version: _, modifiedAt: __, ...patch }]) => {
    if (cancelledInstance) return [];
    const planned = { ...event.time, start, end: wallOf(instantOf(start, event.time) + length, event.time) };
    return [eventComponent(event, { ...event, time: planned, ...patch }, start)];
  });
}

const busyStates: Partial<Record<ShowAs, string>> = { oof: 'OOF', workingElsewhere: 'WORKINGELSEWHERE' };
const classes: Readonly<Record<Sensitivity, string>> = {
  normal: 'PUBLIC',
  personal: 'PRIVATE',
  private: 'PRIVATE',
  confidential: 'CONFIDENTIAL',
};
const answers = { none: 'NEEDS-ACTION', accepted: 'ACCEPTED', tentative: 'TENTATIVE', declined: 'DECLINED' } as const;

function statusOf({ cancelled, showAs }: SimFields): string {
  if (cancelled) return 'CANCELLED';
  return showAs === 'tentative' ? 'TENTATIVE' : 'CONFIRMED';
}

function person(name: string, { email, name: cn }: { email: string; name?: string }, more: string): string {
  return `${name}${cn ? `;CN="${cn.replaceAll('"', "'")}"` : ''}${more}:mailto:${email}`;
}

/** An event without length gets a second: iCloud takes none without an end. */
function laterEnd(time: SimTime): string {
  return instantOf(time.end, time) > instantOf(time.start, time)
    ? time.end
    : wallOf(instantOf(time.start, time) + (time.allDay ? 86_400_000 : 1000), time);
}

function dated(name: string, wall: string, { allDay, zone }: SimTime): string {
  const plain = wall.replace(/[-:]/g, '');
  if (allDay) return `${name};VALUE=DATE:${plain.slice(0, 8)}`;
  return zone === 'UTC' ? `${name}:${plain}Z` : `${name};TZID=${zone}:${plain}`;
}

function stamp(instant: number): string {
  return new Date(instant).toISOString().replace(/[-:]|\.\d+/g, '');
}

/** Observances by zone and year. */
const zoneTexts = new Map<string, string>();

/** A VTIMEZONE that covers the year around an instant, as those that come with events often do. */
function zoneComponent(zone: string, around: number): ICAL.Component {
  const year = new Date(around).getUTCFullYear();
  const name = `${zone} ${year}`;
  const text = zoneTexts.get(name) ?? zoneText(zone, year);
  zoneTexts.set(name, text);
  return ICAL.Component.fromString(text);
}

function zoneText(zone: string, year: number): string {
  const offsetAt = (instant: number) => Date.parse(`${wallFromInstant(instant, zone)}Z`) - instant;
  const lines = ['BEGIN:VTIMEZONE', `TZID:${zone}`];
  const observance = (from: number, to: number, at: string) => {
    const kind = to > from ? 'DAYLIGHT' : 'STANDARD';
    lines.push(
      `BEGIN:${kind}`,
      `DTSTART:${at}`,
      `TZOFFSETFROM:${offset(from)}`,
      `TZOFFSETTO:${offset(to)}`,
      `END:${kind}`,
    );
  };
  let before = offsetAt(Date.UTC(year, 0, 1));
  observance(before, before, `${year}0101T000000`);
  for (let day = Date.UTC(year, 0, 1); day < Date.UTC(year + 1, 0, 1); day += DAY) {
    if (offsetAt(day + DAY) === before) continue;
    for (let instant = day + HOUR; instant <= day + DAY; instant += HOUR) {
      const after = offsetAt(instant);
      if (after !== before) observance(before, after, stamp(instant + before).slice(0, -1));
      before = after;
    }
  }
  lines.push('END:VTIMEZONE');
  return lines.join('\r\n');
}

function offset(ms: number): string {
  const minutes = Math.abs(Math.round(ms / 60_000));
  const two = (value: number) => String(value).padStart(2, '0');
  return `${ms < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
}
