import ICAL from 'ical.js';
import type { Sensitivity, ShowAs } from '../../shared/calendar/event.ts';
import { ianaZone } from '../../shared/calendar/timeZones.ts';
import type { SimAttendee, SimFields, SimTime } from './core.ts';
import { instantOf, ruleProblem, wallOf } from './expansion.ts';

/** An event as a file says it: `fields` and the options of the world's `insert`. */
export interface IcsEvent {
  readonly fields: SimFields;
  readonly iCalUId: string;
  readonly recurrence?: string;
  readonly rdates: readonly string[];
  readonly exdates: readonly string[];
  readonly exceptions: readonly { readonly originalStart: string; readonly fields: SimFields }[];
}

/**
 * The events of an iCalendar file. Every component stands alone: what cannot be read becomes a problem (which names the event by its UID,
 * never by its content), and the rest is read all the same. Never throws.
 */
export function eventsFromIcs(text: string): { events: IcsEvent[]; problems: string[] } {
  const problems: string[] = [];
  const masters = new Map<string, IcsEvent & { exceptions: { originalStart: string; fields: SimFields }[] }>();
  const overrides: { uid: string; component: ICAL.Component }[] = [];
  for (const [index, component] of componentsOf(text, problems).entries()) {
    const uid = textOf(component, 'uid') || `event-${index + 1}@file.example`;
    if (component.hasProperty('recurrence-id')) {
      overrides.push({ uid, component });
      continue;
    }
    attempt(problems, uid, () => masters.set(uid, { ...masterOf(component, uid, problems), exceptions: [] }));
  }
  for (const { uid, component } of overrides) {
    attempt(problems, uid, () => {
      const master = masters.get(uid);
      if (!master) {
        masters.set(uid, { ...masterOf(component, uid, problems), exceptions: [] });
        return;
      }
      const originalStart = startsOf(component, 'recurrence-id', master.fields.time)[0];
      if (originalStart === undefined) throw new Error('its RECURRENCE-ID is no date');
      master.exceptions.push({ originalStart, fields: fieldsOf(component) });
    });
  }
  return { events: [...masters.values()], problems };
}

function attempt(problems: string[], uid: string, read: () => void): void {
  try {
    read();
  } catch (error) {
    problems.push(`Event ${uid}: ${firstWords(error)}`);
  }
}

/** Every VEVENT of every calendar in the text; where the whole does not parse, each VEVENT is tried by itself. */
function componentsOf(text: string, problems: string[]): ICAL.Component[] {
  const clean = text
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    // Many programs leave out VALUE=DATE.
    .replace(/^(DTSTART|DTEND|RECURRENCE-ID|EXDATE|RDATE)(?:;TZID=[^:\n]*)?:(\d{8})$/gim, '$1;VALUE=DATE:$2');
  try {
    return eventsIn(ICAL.parse(clean));
  } catch (whole) {
    const blocks = clean.match(/^BEGIN:VEVENT$[\s\S]*?^END:VEVENT$/gim) ?? [];
    if (blocks.length === 0) problems.push(`The file is no calendar: ${firstWords(whole)}`);
    return blocks.flatMap((block, index) => {
      try {
        return eventsIn(ICAL.parse(`BEGIN:VCALENDAR\n${block}\nEND:VCALENDAR`));
      } catch (error) {
        problems.push(`Event number ${index + 1}: ${firstWords(error)}`);
        return [];
      }
    });
  }
}

function eventsIn(parsed: unknown): ICAL.Component[] {
  if (!Array.isArray(parsed)) return [];
  const roots: unknown[] = typeof parsed[0] === 'string' ? [parsed] : parsed;
  return roots.flatMap((root) => {
    if (!Array.isArray(root)) return [];
    const component = new ICAL.Component(root);
    return component.name === 'vevent' ? [component] : component.getAllSubcomponents('vevent');
  });
}

/** ical.js quotes the line it stumbled over; only what kind of trouble it was is passed on. */
function firstWords(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split(/["']/)[0]?.trim().slice(0, 80) || 'unreadable';
}

function masterOf(component: ICAL.Component, uid: string, problems: string[]): Omit<IcsEvent, 'exceptions'> {
  const fields = fieldsOf(component);
  const rules = component.getAllProperties('rrule').map((property) => String(property.getFirstValue() ?? ''));
  const [rule] = rules;
  if (rules.length > 1) problems.push(`Event ${uid}: only the first of its ${rules.length} rules is used`);
  const rdates = startsOf(component, 'rdate', fields.time);
  const trouble = rule === undefined ? undefined : ruleProblem(rule);
  if (trouble !== undefined) problems.push(`Event ${uid}: its rule cannot be used`);
  const own = trouble === undefined ? rule : undefined;
  // Extra dates alone make a series too: its rule is the first start, once.
  const recurrence = own ?? (rdates.length > 0 ? 'FREQ=DAILY;COUNT=1' : undefined);
  return {
    fields,
    iCalUId: uid,
    ...(recurrence === undefined ? {} : { recurrence }),
    rdates: recurrence === undefined ? [] : rdates,
    exdates: recurrence === undefined ? [] : startsOf(component, 'exdate', fields.time),
  };
}

function fieldsOf(component: ICAL.Component): SimFields {
  const html = textOf(component, 'x-alt-desc');
  const organizer = addressOf(component.getFirstProperty('organizer'));
  const reminderMinutes = reminderOf(component);
  return {
    title: textOf(component, 'summary'),
    description: html || textOf(component, 'description'),
    descriptionType: html ? 'html' : 'text',
    location: textOf(component, 'location'),
    time: timeOf(component),
    showAs: showAsOf(component),
    sensitivity: sensitivityOf(component),
    ...(organizer ? { organizer } : {}),
    attendees: component.getAllProperties('attendee').flatMap((property) => attendeeOf(property) ?? []),
    ...(reminderMinutes === undefined ? {} : { reminderMinutes }),
    cancelled: textOf(component, 'status').toUpperCase() === 'CANCELLED',
    extra: {},
  };
}

function textOf(component: ICAL.Component, name: string): string {
  const value: unknown = component.getFirstPropertyValue(name);
  return value === null || value === undefined ? '' : String(value);
}

function timeOf(component: ICAL.Component): SimTime {
  const property = component.getFirstProperty('dtstart');
  const start: unknown = property?.getFirstValue();
  if (!property || !(start instanceof ICAL.Time)) throw new Error('it has no readable start');
  const allDay = start.isDate;
  const zone = zoneOf(property, start);
  const time = { allDay, start: wall(start), end: wall(start), zone };
  const from = instantOf(time.start, time);
  const endProperty = component.getFirstProperty('dtend');
  const end: unknown = endProperty?.getFirstValue();
  const length: unknown = component.getFirstPropertyValue('duration');
  const day = 24 * 60 * 60 * 1000;
  let until = allDay ? from + day : from;
  if (endProperty && end instanceof ICAL.Time) {
    const endTime = { allDay, zone: end.isDate ? zone : zoneOf(endProperty, end) };
    until = instantOf(allDay ? wall(end).slice(0, 10) : padded(wall(end)), endTime);
  } else if (length instanceof ICAL.Duration) until = from + length.toSeconds() * 1000;
  if (until < from) throw new Error('it ends before it starts');
  if (allDay && until === from) until = from + day;
  return { ...time, end: wallOf(until, time) };
}

function wall(time: ICAL.Time): string {
  const text = time.toString().replace(/Z$/, '');
  if (Number.isNaN(Date.parse(text))) throw new Error('one of its dates is none');
  return text;
}

function padded(text: string): string {
  return text.length === 10 ? `${text}T00:00:00` : text;
}

/** Zones that nobody knows count as UTC, floating times too. Outlook's and Mozilla's prefixed names end in the IANA name. */
function zoneOf(property: ICAL.Property, time: ICAL.Time): string {
  const tzid: unknown = property.getParameter('tzid');
  if (typeof tzid !== 'string' || time.zone === ICAL.Timezone.utcTimezone) return 'UTC';
  return ianaZone(tzid) ?? ianaZone(tzid.split('/').slice(-2).join('/')) ?? 'UTC';
}

/** The starts a property lists, in the event's own terms. */
function startsOf(component: ICAL.Component, name: string, time: SimTime): string[] {
  return component.getAllProperties(name).flatMap((property) =>
    property.getValues().flatMap((value: unknown) => {
      const start = value instanceof ICAL.Period ? value.start : value;
      if (!(start instanceof ICAL.Time)) return [];
      if (time.allDay) return [wall(start).slice(0, 10)];
      if (start.isDate) return [`${wall(start)}${time.start.slice(10)}`];
      return [wallOf(instantOf(wall(start), { allDay: false, zone: zoneOf(property, start) }), time)];
    }),
  );
}

function addressOf(property: ICAL.Property | null): { email: string; name?: string } | undefined {
  const email = String(property?.getFirstValue() ?? '').replace(/^mailto:/i, '');
  if (!property || !email.includes('@')) return undefined;
  const name: unknown = property.getParameter('cn');
  return typeof name === 'string' && name !== '' ? { email, name } : { email };
}

const responses: Readonly<Record<string, SimAttendee['response']>> = {
  ACCEPTED: 'accepted',
  TENTATIVE: 'tentative',
  DECLINED: 'declined',
};

function attendeeOf(property: ICAL.Property): SimAttendee | undefined {
  const address = addressOf(property);
  return (
    address && { ...address, response: responses[String(property.getParameter('partstat')).toUpperCase()] ?? 'none' }
  );
}

const busyStates: Readonly<Record<string, ShowAs>> = {
  FREE: 'free',
  TENTATIVE: 'tentative',
  BUSY: 'busy',
  OOF: 'oof',
  WORKINGELSEWHERE: 'workingElsewhere',
};

/** Outlook's own property says more than TRANSP, which knows free and busy. */
function showAsOf(component: ICAL.Component): ShowAs {
  const own = busyStates[textOf(component, 'x-microsoft-cdo-busystatus').toUpperCase()];
  if (own) return own;
  if (textOf(component, 'transp').toUpperCase() === 'TRANSPARENT') return 'free';
  return textOf(component, 'status').toUpperCase() === 'TENTATIVE' ? 'tentative' : 'busy';
}

function sensitivityOf(component: ICAL.Component): Sensitivity {
  const kind = textOf(component, 'class').toUpperCase();
  return kind === 'PRIVATE' ? 'private' : kind === 'CONFIDENTIAL' ? 'confidential' : 'normal';
}

/** Minutes before the start of the first alarm that rings relative to it. */
function reminderOf(component: ICAL.Component): number | undefined {
  for (const alarm of component.getAllSubcomponents('valarm')) {
    const trigger: unknown = alarm.getFirstPropertyValue('trigger');
    if (trigger instanceof ICAL.Duration) return Math.max(0, Math.round(-trigger.toSeconds() / 60));
  }
  return undefined;
}
