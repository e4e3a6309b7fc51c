import { type EventContent, isMeeting, type Span } from '../../calendar/event.ts';
import { textLines } from './body.ts';
import {
  type Component,
  type ContentLine,
  componentsNamed,
  isComponent,
  linesNamed,
  plainLine,
  readTree,
  textOf,
  withLines,
  writeTree,
} from './contentLines.ts';
import { instanceIn } from './expand.ts';
import { instantOf, type Moment, momentIn, type ZoneBook, zoneBook } from './moment.ts';
import { peopleOf } from './people.ts';
import { isRange, isRecurring, type Override, type Series, seriesIn } from './series.ts';
import { sensitivityLines, sensitivityProperties, showAsLines, showAsProperties, statusLine } from './states.ts';
import { dateLine, formOfLine, type TimeForm, timeLine, timeLines, timeProperties, utcText } from './timeLines.ts';
import { writtenZone } from './writtenZone.ts';
import { namedZone, type Zone } from './zone.ts';

/**
 * Changes within a resource that somebody else wrote. All of it goes back to the server, and what is not changed goes back as it came: other
 * occurrences, alarms, people, properties of other programs, lines that nobody understands.
 */
export interface Rewriting {
  /** Epoch ms. */
  readonly now: number;
  /** IANA name; floating times are read and written in it. */
  readonly calendarZone?: string | undefined;
  /** Of the calendar; nobody else may be invited to any part of the resource. */
  readonly ownerEmail: string;
}

/** The resource cannot be changed in this way without losing something of it. Its message repeats nothing of the resource. */
export class UnchangeableError extends Error {
  override readonly name = 'UnchangeableError';
}

/**
 * A single event with these fields changed.
 * @returns undefined where the resource holds no event
 * @throws UnchangeableError where it is a series, or cannot be read whole
 */
export function withEventChanged(
  text: string,
  changes: Partial<EventContent>,
  rewriting: Rewriting,
): string | undefined {
  const resource = openResource(text, rewriting);
  if (!resource) return undefined;
  const { series, zones } = resource;
  if (!series.master || isRecurring(series)) throw new UnchangeableError('It is a series, not a single event.');
  const { event } = series.master;
  return written(resource, [[event, changed(event, changes, rewriting, zones)]], changes.span);
}

/**
 * One occurrence with these fields changed: its override, or a new one, which starts as what held for the occurrence until now.
 * @param recurrenceId as in `Instance.recurrenceId`
 * @returns undefined where the resource does not hold that occurrence
 * @throws UnchangeableError
 */
export function withOccurrenceChanged(
  text: string,
  recurrenceId: string,
  changes: Partial<EventContent>,
  rewriting: Rewriting,
): string | undefined {
  const resource = openResource(text, rewriting);
  if (!resource) return undefined;
  const { series, zones } = resource;
  const instance = instanceIn(series, recurrenceId);
  if (!instance) return undefined;
  const override = series.overrides.get(recurrenceId);
  if (override) {
    assertSingle(override);
    return written(resource, [[override.event, changed(override.event, changes, rewriting, zones)]], changes.span);
  }
  const planned = plannedIn(series, recurrenceId);
  if (!planned || !series.master) return undefined;
  const made = newOverride(series.master.event, instance.event, planned, instance.span, zones);
  return written(resource, [], changes.span, changed(made, changes, rewriting, zones));
}

/**
 * The series without one occurrence: taken out by EXDATE, and its override gone.
 * @returns undefined where the resource does not hold that occurrence; empty where nothing is left of it
 * @throws UnchangeableError
 */
export function withOccurrenceCancelled(text: string, recurrenceId: string, rewriting: Rewriting): string | undefined {
  const resource = openResource(text, rewriting);
  if (!resource) return undefined;
  const { series, zones } = resource;
  if (!instanceIn(series, recurrenceId)) return undefined;
  const override = series.overrides.get(recurrenceId);
  if (override) assertSingle(override);
  const dropped: Edit[] = override ? [[override.event, undefined]] : [];
  if (!series.master) return series.overrides.size > 1 ? written(resource, dropped) : '';
  const planned = plannedIn(series, recurrenceId) ?? override?.planned;
  if (!planned) return undefined;
  const { event } = series.master;
  const line = momentLine('EXDATE', planned, event, zones);
  const excepted: Component = { ...event, content: insertedBeforeParts(event.content, line) };
  return written(resource, [...dropped, [event, stamped(excepted, rewriting)]]);
}

interface Resource {
  readonly roots: readonly Component[];
  readonly series: Series;
  readonly zones: ZoneBook;
}

/** A component, and what takes its place; undefined for nothing. */
type Edit = readonly [Component, Component | undefined];

/**
 * A resource is one series.
 * @throws UnchangeableError where what was read is not all, for what was not would be written over; and where people are invited to a part of it:
 *   whoever stores such a resource makes the server mail them (RFC 6638)
 */
function openResource(text: string, { calendarZone, ownerEmail }: Rewriting): Resource | undefined {
  const tree = readTree(text);
  const zones = zoneBook(tree.roots, calendarZone);
  const [series, ...more] = seriesIn(tree, zones);
  if (!series) return undefined;
  if (tree.faults.length > 0 || series.isBroken) throw new UnchangeableError('It cannot be read whole.');
  if (more.length > 0) throw new UnchangeableError('It holds events of several UIDs.');
  if (componentsNamed(tree.roots, 'VEVENT').some((event) => isMeeting(peopleOf(event, ownerEmail))))
    throw new UnchangeableError('People are invited to a part of it.');
  return { roots: tree.roots, series, zones };
}

/** An override for all that follow cannot be changed for one of them, nor taken away without moving the others. */
function assertSingle({ event }: Override): void {
  if (isRange(event)) throw new UnchangeableError('The override of this occurrence holds for later ones too.');
}

/** The occurrence as the series plans it, in the form of the series. */
function plannedIn(series: Series, recurrenceId: string): Moment | undefined {
  const { master } = series;
  if (!master) return undefined;
  const { start } = master.timing;
  const probe = recurrenceId.includes('T') ? Date.parse(recurrenceId) : Date.parse(`${recurrenceId}T00:00:00Z`);
  if (Number.isNaN(probe)) return undefined;
  return start.isDate ? { ...start, wall: probe } : { ...start, wall: probe + start.zone.offsetAt(probe) };
}

/** What an override starts as: all that held for its occurrence, but for what makes a series. */
function newOverride(master: Component, effective: Component, planned: Moment, span: Span, zones: ZoneBook): Component {
  const single = ['RRULE', 'RDATE', 'EXDATE', 'EXRULE', 'RECURRENCE-ID'].reduce(
    (component, property) => withLines(component, [property], []),
    effective,
  );
  const named = withLines(single, ['RECURRENCE-ID'], [momentLine('RECURRENCE-ID', planned, master, zones)]);
  return withLines(named, timeProperties, timeLines(span, formIn(effective, zones)).lines);
}

/** EXDATE and RECURRENCE-ID have the form of the series' DTSTART; Apple drops a series where they differ. */
function momentLine(property: string, planned: Moment, master: Component, zones: ZoneBook): ContentLine {
  const form = formIn(master, zones);
  return form ? timeLine(property, instantOf(planned), form) : dateLine(property, planned.wall);
}

function formIn(event: Component, zones: ZoneBook): TimeForm | undefined {
  const [line] = linesNamed(event, 'DTSTART');
  const moment = momentIn(event, 'DTSTART', zones);
  return line && moment ? formOfLine(line, moment) : undefined;
}

/** Outlook's own word for what DTSTART says. */
const allDayProperty = 'X-MICROSOFT-CDO-ALLDAYEVENT';

function changed(event: Component, changes: Partial<EventContent>, rewriting: Rewriting, zones: ZoneBook): Component {
  const { title, description, location, span, showAs, sensitivity } = changes;
  let result = event;
  if (title !== undefined) result = withLines(result, ['SUMMARY'], textLines({ title }));
  // What other programs show instead of the text would show the old one.
  if (description !== undefined) result = withLines(result, ['DESCRIPTION', 'X-ALT-DESC'], textLines({ description }));
  if (location !== undefined)
    result = withLines(result, ['LOCATION', 'X-APPLE-STRUCTURED-LOCATION'], textLines({ location }));
  if (span) {
    result = withLines(result, timeProperties, timeLines(span, formIn(event, zones)).lines);
    if (linesNamed(event, allDayProperty).length > 0)
      result = withLines(
        result,
        [allDayProperty],
        [plainLine(allDayProperty, span.kind === 'timed' ? 'FALSE' : 'TRUE')],
      );
  }
  if (showAs) {
    result = withLines(result, showAsProperties, showAsLines(showAs));
    // STATUS says more than this; it is touched only where it must.
    const isTentative = textOf(event, 'STATUS').trim().toUpperCase() === 'TENTATIVE';
    if (isTentative !== (showAs === 'tentative')) result = withLines(result, ['STATUS'], [statusLine(showAs)]);
  }
  if (sensitivity) result = withLines(result, sensitivityProperties, sensitivityLines(sensitivity));
  return stamped(result, rewriting);
}

/** Another version, which programs that know the older one are to take over. */
function stamped(event: Component, { now }: Rewriting): Component {
  const sequence = Number(textOf(event, 'SEQUENCE')) || 0;
  const lines: readonly (readonly [string, string])[] = [
    ['DTSTAMP', utcText(now)],
    ['LAST-MODIFIED', utcText(now)],
    ['SEQUENCE', String(sequence + 1)],
  ];
  return lines.reduce(
    (result, [property, value]) => withLines(result, [property], [plainLine(property, value)]),
    event,
  );
}

function insertedBeforeParts(content: Component['content'], line: ContentLine): Component['content'] {
  const at = content.findIndex(isComponent);
  const end = at < 0 ? content.length : at;
  return [...content.slice(0, end), line, ...content.slice(end)];
}

/** The resource with its components replaced, one added beside the master, and the VTIMEZONE that a new TZID needs. */
function written({ roots, series }: Resource, edits: readonly Edit[], span?: Span, added?: Component): string {
  const replaced = new Map(edits);
  const beside = added ? series.master?.event : undefined;
  const replace = (part: Component | ContentLine): (Component | ContentLine)[] => {
    if (!isComponent(part)) return [part];
    const next = replaced.has(part) ? replaced.get(part) : { ...part, content: part.content.flatMap(replace) };
    return [...(next ? [next] : []), ...(part === beside && added ? [added] : [])];
  };
  const components = roots.flatMap(replace).filter(isComponent);
  return writeTree(span ? withZones(components, span) : components);
}

function withZones(roots: readonly Component[], span: Span): readonly Component[] {
  if (span.kind === 'all-day') return roots;
  const described = new Set(componentsNamed(roots, 'VTIMEZONE').map((zone) => textOf(zone, 'TZID')));
  const own = namedZone(span.zone);
  const isNamed = componentsNamed(roots, 'VEVENT').some((event) => tzidsOf(event).has(span.zone));
  if (!own || !isNamed || described.has(span.zone)) return roots;
  return roots.map((root) => (root.name === 'VCALENDAR' ? withZone(root, own, span) : root));
}

function tzidsOf(event: Component): Set<string> {
  const lines = timeProperties.flatMap((property) => linesNamed(event, property));
  return new Set(lines.flatMap(({ text }) => /;TZID=([^:;"]*)/i.exec(text)?.[1] ?? []));
}

function withZone(calendar: Component, zone: Zone, span: Extract<Span, { kind: 'timed' }>): Component {
  const at = calendar.content.findIndex(isComponent);
  const end = at < 0 ? calendar.content.length : at;
  const described = writtenZone(zone, [span.start, span.end]);
  return { ...calendar, content: [...calendar.content.slice(0, end), described, ...calendar.content.slice(end)] };
}
