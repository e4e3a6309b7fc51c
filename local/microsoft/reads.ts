import type { SimCalendar, SimEvent, SimInstance } from '../core/core.ts';
import { instanceAt, instantOf } from '../core/expansion.ts';
import type { CalendarWorld } from '../core/world.ts';
import { itemNotFound } from './errors.ts';
import { instanceRow, masterRow, type Row, sameProperty } from './eventRow.ts';
import { graphId, parseGraphId } from './ids.ts';
import { keptOf } from './kept.ts';
import { pageOf, pageSize } from './paging.ts';
import { eventFilter, expandedProperties, readQuery, windowOf } from './query.ts';
import type { Session } from './session.ts';

/** An event, or one occurrence of a series, found by its id. */
export interface Found {
  readonly calendar: SimCalendar;
  readonly event: SimEvent;
  /** Set where the id names an occurrence. */
  readonly instance?: SimInstance;
}

/** @throws GraphError 404 ErrorItemNotFound */
export function findEvent(world: CalendarWorld, calendars: readonly SimCalendar[], id: string): Found {
  const name = parseGraphId(id);
  const calendar = name && calendars.find((each) => world.event(each.id, name.eventId));
  const event = calendar && world.event(calendar.id, name.eventId);
  if (!event || event.deleted) throw itemNotFound();
  if (name.originalStart === undefined) return { calendar, event };
  const instance = instanceAt(event, name.originalStart);
  if (!instance) throw itemNotFound();
  return { calendar, event, instance };
}

const rowNeeds = (session: Session, calendar: SimCalendar, expand?: readonly string[]) => ({
  calendar,
  owner: session.person,
  preferences: session.preferences,
  expand,
});

/** The row of what was found: an occurrence, a single event, or a master. */
export function foundRow(session: Session, { calendar, event, instance }: Found, expand?: readonly string[]): Row {
  const needs = rowNeeds(session, calendar, expand);
  if (instance) return instanceRow(needs, instance);
  if (event.recurrence !== undefined) return masterRow(needs, event);
  const { version, modifiedAt, time } = event;
  const [startMs, endMs] = [instantOf(time.start, time), instantOf(time.end, time)];
  return instanceRow(needs, { event, fields: event, startMs, endMs, exception: false, version, modifiedAt });
}

/** GET of one event. @throws GraphError */
export function getEvent(session: Session, found: Found, url: URL): Record<string, unknown> {
  const options = readQuery(url, ['$select', '$expand'], "the 'Event' resource");
  const row = foundRow(session, found, expandedProperties(options.get('$expand')));
  const wanted = options.get('$select');
  const cancelled = wanted?.split(',').some((name) => name.trim() === 'cancelledOccurrences');
  const full = cancelled ? { ...row, cancelledOccurrences: cancelledOccurrences(session, found.event) } : row;
  return selected(full, wanted);
}

function cancelledOccurrences(session: Session, event: SimEvent): string[] {
  return [...event.overrides].flatMap(([start, override]) => {
    const id = graphId({ eventId: event.id }, session.preferences.immutable);
    return override.cancelledInstance ? [`OID.${id}.${start.slice(0, 10)}`] : [];
  });
}

/** Plain `calendarView`: complete rows, occurrences too, no masters. @throws GraphError */
export function calendarView(world: CalendarWorld, session: Session, calendar: SimCalendar, url: URL) {
  const options = readQuery(url, [...viewOptions, 'startDateTime', 'endDateTime'], "the 'CalendarView' resource");
  const { from, to } = windowOf(options);
  return listing(session, calendar, url, options, world.instances(calendar.id, from, to));
}

/** The instances of one series in a window. @throws GraphError */
export function instancesOfSeries(world: CalendarWorld, session: Session, { calendar, event }: Found, url: URL) {
  const options = readQuery(url, [...viewOptions, 'startDateTime', 'endDateTime'], "the 'Instances' resource");
  const { from, to } = windowOf(options);
  if (event.recurrence === undefined) throw itemNotFound();
  return listing(session, calendar, url, options, world.instancesOf(event, from, to));
}

const viewOptions = ['$select', '$expand', '$top', '$skip', '$orderby'];

function listing(
  session: Session,
  calendar: SimCalendar,
  url: URL,
  options: ReadonlyMap<string, string>,
  instances: readonly SimInstance[],
) {
  const needs = rowNeeds(session, calendar, expandedProperties(options.get('$expand')));
  const { rows, nextLink } = pageOf(url, instances, pageSize(options, session.preferences.pageSize));
  const value = rows.map((instance) => selected(instanceRow(needs, instance), options.get('$select')));
  return collection(url, value, nextLink);
}

/** The events of calendars: singles and masters, filtered in the ways that are known to work. @throws GraphError */
export function listEvents(world: CalendarWorld, session: Session, calendars: readonly SimCalendar[], url: URL) {
  const options = readQuery(url, [...viewOptions, '$filter'], "the 'Events' resource");
  const filter = eventFilter(options.get('$filter'));
  const expand = expandedProperties(options.get('$expand'));
  const found = calendars.flatMap((calendar) =>
    world
      .events(calendar.id)
      .filter((event) => !event.deleted && matches(event, filter))
      .map((event): Found => ({ calendar, event })),
  );
  const { rows, nextLink } = pageOf(url, found, pageSize(options, session.preferences.pageSize));
  return collection(
    url,
    rows.map((each) => selected(foundRow(session, each, expand), options.get('$select'))),
    nextLink,
  );
}

function matches(event: SimEvent, filter: ReturnType<typeof eventFilter>): boolean {
  if (!filter) return true;
  if ('iCalUId' in filter) return event.iCalUId === filter.iCalUId;
  const { id, value } = filter.property;
  return keptOf(event).singleValueExtendedProperties.some(
    (property) =>
      sameProperty(property.id, id) && (value === undefined || property.value.toLowerCase() === value.toLowerCase()),
  );
}

export function collection(url: URL, value: readonly unknown[], nextLink: string | undefined) {
  return {
    '@odata.context': `${url.origin}/v1.0/$metadata#Collection(event)`,
    value,
    ...(nextLink === undefined ? {} : { '@odata.nextLink': nextLink }),
  };
}

function selected(row: Record<string, unknown>, select: string | undefined): Record<string, unknown> {
  if (select === undefined) return row;
  const names = ['@odata.etag', 'id', 'singleValueExtendedProperties', ...select.split(',').map((name) => name.trim())];
  return Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name)));
}
