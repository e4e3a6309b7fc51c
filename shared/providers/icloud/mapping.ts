import type { CalendarEvent } from '../../calendar/event.ts';
import { richFromHtml, richFromPlain } from '../../calendar/text.ts';
import { type Component, linesNamed, textOf, unescaped } from './contentLines.ts';
import type { Instance } from './expand.ts';
import { eventIdOf } from './ids.ts';
import { markerOf, restoredOf } from './marker.ts';
import { type People, peopleOf } from './people.ts';
import { sensitivityOf, showAsOf } from './states.ts';
import { wallFrom } from './wall.ts';

/** The resource that an instance was read from, and whose calendar it lies in. */
export interface Origin {
  /** The kept path of the resource. */
  readonly href: string;
  readonly etag?: string | undefined;
  readonly ownerEmail: string;
}

/** The provider-neutral event of an instance. */
export function eventFromInstance(instance: Instance, { href, etag, ownerEmail }: Origin): CalendarEvent {
  const { uid, recurrenceId, span, event, isCancelled } = instance;
  const isOccurrence = recurrenceId !== undefined;
  const marker = markerOf(event, uid, isOccurrence);
  const restores = marker ? undefined : restoredOf(event, uid, isOccurrence);
  return {
    id: eventIdOf({ href, ...(isOccurrence && { recurrenceId }) }),
    ...(isOccurrence && { seriesId: href, recurrenceId }),
    ...(etag && { etag }),
    ...(uid && { iCalUId: uid }),
    kind: 'default',
    ...saidOf(event, ownerEmail),
    span,
    cancelled: isCancelled,
    ...(marker && { marker }),
    ...(restores && { restores }),
  };
}

type Said = People &
  Pick<CalendarEvent, 'title' | 'description' | 'location' | 'showAs' | 'sensitivity' | 'modifiedAt'>;

/** What all occurrences of a series share is read once. */
const said = new WeakMap<Component, { ownerEmail: string; says: Said }>();

function saidOf(event: Component, ownerEmail: string): Said {
  const known = said.get(event);
  if (known?.ownerEmail === ownerEmail) return known.says;
  const says: Said = {
    title: textOf(event, 'SUMMARY'),
    description: descriptionOf(event),
    location: textOf(event, 'LOCATION'),
    showAs: showAsOf(event),
    sensitivity: sensitivityOf(event),
    ...peopleOf(event, ownerEmail),
    modifiedAt: modifiedAt(event),
  };
  said.set(event, { ownerEmail, says });
  return says;
}

/** Plain text, which every program writes; HTML only where there is nothing else. */
function descriptionOf(event: Component): string {
  const plain = textOf(event, 'DESCRIPTION');
  if (plain.trim() !== '') return richFromPlain(plain);
  const html = linesNamed(event, 'X-ALT-DESC').find(({ text }) => /^[^:]*FMTTYPE="?text\/html/i.test(text));
  return html ? richFromHtml(unescaped(html.text.slice(html.text.indexOf(':') + 1))) : '';
}

/** Both are in UTC (RFC 5545, 3.8.7). */
function modifiedAt(event: Component): number {
  for (const property of ['LAST-MODIFIED', 'DTSTAMP']) {
    const [, year, month, day, time] = /^(\d{4})-?(\d\d)-?(\d\d)(T[\d:]+)/.exec(textOf(event, property).trim()) ?? [];
    const [, hour, minute, second] = /^T(\d\d):?(\d\d):?(\d\d)/.exec(time ?? '') ?? [];
    const wall = wallFrom(`${year}-${month}-${day}T${hour}:${minute}:${second}`);
    if (wall !== undefined) return wall;
  }
  return 0;
}
