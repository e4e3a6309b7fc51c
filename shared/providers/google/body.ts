import type { calendar_v3 } from '@googleapis/calendar';
import type { EventContent, NewMarker, Span } from '../../calendar/event.ts';
import { plainFromRich, richFromPlain } from '../../calendar/text.ts';
import { ianaZone } from '../../calendar/timeZones.ts';
import { DAY_MS } from '../../calendar/window.ts';
import { withoutConferenceBlock } from './conferenceBlock.ts';
import { propertiesOf } from './marker.ts';

/** Google documents no limits for text; these are below all that were ever reported. Characters. */
const LONGEST_TITLE = 1000;
const LONGEST_DESCRIPTION = 8000;
const LONGEST_LOCATION = 1000;

/** Google refuses a span of no length ("The specified time range is empty."). */
const SHORTEST_MS = 60_000;

const visibilities = {
  normal: 'default',
  personal: 'private',
  private: 'private',
  confidential: 'confidential',
} as const;

/**
 * A copy as it is sent, whole: Google clears what is missing from a PUT. There are no attendees, attachments or conference in it, and
 * reminders are off in so many words: left out, the calendar's own reminders would ring. `status` is left out so that an event a person deleted
 * is not brought back.
 */
export function bodyOf(content: EventContent, marker: NewMarker): calendar_v3.Schema$Event {
  const description = capped(withoutConferenceBlock(content.description));
  return {
    summary: cut(content.title, LONGEST_TITLE),
    ...(description && { description }),
    ...(content.location && { location: cut(content.location, LONGEST_LOCATION) }),
    ...timesOf(content.span),
    transparency: content.showAs === 'free' ? 'transparent' : 'opaque',
    visibility: visibilities[content.sensitivity],
    reminders: { useDefault: false, overrides: [] },
    extendedProperties: { private: propertiesOf(marker, content) },
  };
}

function timesOf(span: Span): { start: calendar_v3.Schema$EventDateTime; end: calendar_v3.Schema$EventDateTime } {
  if (span.kind === 'all-day') {
    const next = new Date(Date.parse(`${span.start}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
    return { start: { date: span.start }, end: { date: span.end > span.start ? span.end : next } };
  }
  const timeZone = ianaZone(span.zone) ?? 'UTC';
  return {
    start: { dateTime: secondsOf(span.start), timeZone },
    end: { dateTime: secondsOf(Math.max(span.end, span.start + SHORTEST_MS)), timeZone },
  };
}

/** RFC 3339, UTC, without fractions: Google ignores them. */
function secondsOf(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

/** Never between the halves of a surrogate pair. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Too long a rich text becomes plain text, because cutting markup breaks it; escaping may make that longer again. */
function capped(rich: string): string {
  if (rich.length <= LONGEST_DESCRIPTION) return rich;
  const plain = plainFromRich(rich);
  let short = '';
  for (let length = LONGEST_DESCRIPTION; ; length = Math.floor(length * 0.8)) {
    short = richFromPlain(cut(plain, length));
    if (short.length <= LONGEST_DESCRIPTION) return short;
  }
}
