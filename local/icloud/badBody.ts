import ICAL from 'ical.js';

/** A text that is no iCalendar at all. */
export class NotIcs extends Error {}

/**
 * What iCloud, or an Apple client after it, does not take of a body.
 * @throws NotIcs
 */
export function badBody(
  text: string,
): 'no-end' | 'not-one-event' | 'method' | 'end-before-start' | 'rule' | 'form' | undefined {
  const calendar = parsed(text);
  const events = calendar.getAllSubcomponents('vevent');
  const uids = new Set(events.map((event) => String(event.getFirstPropertyValue('uid') ?? '')));
  if (events.length === 0 || uids.size !== 1 || uids.has('')) return 'not-one-event';
  if (calendar.hasProperty('method')) return 'method';
  if (events.some((event) => !event.hasProperty('dtend') && !event.hasProperty('duration'))) return 'no-end';
  if (events.some(endsTooEarly)) return 'end-before-start';
  // Apple's calendar does not expand a rule that begins with anything else.
  if (/^RRULE:(?!FREQ=)/m.test(text.replace(/\r?\n[ \t]/g, ''))) return 'rule';
  const master = events.find((event) => !event.hasProperty('recurrence-id'));
  return master && hasMixedForms(master, events) ? 'form' : undefined;
}

function parsed(text: string): ICAL.Component {
  try {
    const calendar = new ICAL.Component(ICAL.parse(text));
    if (calendar.name === 'vcalendar') return calendar;
  } catch (cause) {
    throw new NotIcs('It does not parse.', { cause });
  }
  throw new NotIcs('It is no VCALENDAR.');
}

function endsTooEarly(event: ICAL.Component): boolean {
  const [start, end] = [event.getFirstPropertyValue('dtstart'), event.getFirstPropertyValue('dtend')];
  if (!(start instanceof ICAL.Time)) return true;
  return end instanceof ICAL.Time && end.compare(start) <= 0;
}

/** EXDATE and RECURRENCE-ID must have the form of DTSTART, UTC with UTC and zone with zone, or Apple drops the series (keeper.sh). */
function hasMixedForms(master: ICAL.Component, events: readonly ICAL.Component[]): boolean {
  const form = formOf(master.getFirstProperty('dtstart'));
  const dates = [
    ...master.getAllProperties('exdate'),
    ...events.flatMap((event) => event.getAllProperties('recurrence-id')),
  ];
  return dates.some((date) => formOf(date) !== form);
}

function formOf(property: ICAL.Property | null): string {
  const value: unknown = property?.getFirstValue();
  if (!property || !(value instanceof ICAL.Time)) return 'none';
  if (value.isDate) return 'date';
  if (value.zone === ICAL.Timezone.utcTimezone) return 'utc';
  return property.getParameter('tzid') ? 'zone' : 'floating';
}
