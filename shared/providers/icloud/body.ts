import type { EventContent, NewMarker } from '../../calendar/event.ts';
import { plainFromRich } from '../../calendar/text.ts';
import { type Component, type ContentLine, plainLine, textLine, writeTree } from './contentLines.ts';
import { markerLine, restoresProperty } from './marker.ts';
import { sensitivityLines, showAsLines, statusLine } from './states.ts';
import { timeLines, utcText } from './timeLines.ts';
import { writtenZone } from './writtenZone.ts';

/** RFC 5545 knows no limits for text; iCloud takes 20 MB, and nobody reads this much. Characters. */
const LONGEST_TEXT = 100_000;

/** What a whole resource is written from. */
interface NewEvent {
  readonly uid: string;
  readonly content: EventContent;
  /** Epoch ms. */
  readonly now: number;
  /** Written over an older version of it. */
  readonly isUpdate?: boolean;
}

/** The resource of a copy, whole. */
export function copyText({ marker, ...event }: NewEvent & { readonly marker: NewMarker }): string {
  return resourceText(event, [markerLine(marker)]);
}

/** The resource of an original that is made anew: an event like any other, but for the one property that says which it stands for. */
export function restoredText({ identity, ...event }: NewEvent & { readonly identity: string }): string {
  return resourceText(event, [textLine(restoresProperty, identity)]);
}

/** There is no organizer, attendee, alarm or method in it: the first two would mail people (RFC 6638), and a stored object has no method. */
function resourceText({ uid, content, now, isUpdate = false }: NewEvent, marks: readonly ContentLine[]): string {
  const { span, showAs, sensitivity } = content;
  const times = timeLines(span);
  const event: Component = {
    name: 'VEVENT',
    content: [
      textLine('UID', uid),
      plainLine('DTSTAMP', utcText(now)),
      plainLine('LAST-MODIFIED', utcText(now)),
      plainLine('SEQUENCE', String(isUpdate ? sequenceAt(now) : 0)),
      ...times.lines,
      ...textLines(content),
      ...showAsLines(showAs),
      statusLine(showAs),
      ...sensitivityLines(sensitivity),
      ...marks,
    ],
  };
  const zone = times.zone && span.kind === 'timed' ? [writtenZone(times.zone, [span.start, span.end])] : [];
  const calendar: Component = {
    name: 'VCALENDAR',
    content: [
      plainLine('VERSION', '2.0'),
      plainLine('PRODID', '-//Hetk//Hetk//EN'),
      plainLine('CALSCALE', 'GREGORIAN'),
      ...zone,
      event,
    ],
  };
  return writeTree([calendar]);
}

const COUNTED_FROM = Date.UTC(2020, 0, 1);

/**
 * A program that knows an event takes another version of it for newer by its SEQUENCE (RFC 5546, 2.1.4). A copy is written over unread, so that it cannot
 * be counted up: seconds are larger than what was there before, also where another program has counted on meanwhile.
 */
function sequenceAt(now: number): number {
  return Math.floor((now - COUNTED_FROM) / 1000);
}

/** The lines of the texts that are given; one that is empty has none. */
export function textLines({ title, description, location }: Partial<EventContent>): ContentLine[] {
  const texts: readonly (readonly [string, string | undefined])[] = [
    ['SUMMARY', title],
    ['DESCRIPTION', description === undefined ? undefined : plainFromRich(description)],
    ['LOCATION', location],
  ];
  return texts.flatMap(([property, text]) => (text ? [textLine(property, cut(text))] : []));
}

/** Never between the halves of a surrogate pair. */
function cut(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  return `${text.slice(0, LONGEST_TEXT - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
