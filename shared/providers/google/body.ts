import type { calendar_v3 } from '@googleapis/calendar';
import type { EventContent, NewMarker, ShowAs, Span } from '../../calendar/event.ts';
import { plainFromRich, richFromPlain } from '../../calendar/text.ts';
import { ianaZone } from '../../calendar/timeZones.ts';
import { DAY_MS } from '../../calendar/window.ts';
import { propertiesBeyond } from './beyondGoogle.ts';
import { withoutConferenceBlock } from './conferenceBlock.ts';
import { propertiesOf } from './marker.ts';
import { restoresProperty } from './restored.ts';

/** Google documents no limits for text; these are below all that were ever reported. Characters. */
const LONGEST_TITLE = 1000;
const LONGEST_DESCRIPTION = 8000;
const LONGEST_LOCATION = 1000;

/** Google refuses a span of no length ("The specified time range is empty."). */
const SHORTEST_MS = 60_000;

export const visibilities = {
  normal: 'default',
  personal: 'private',
  private: 'private',
  confidential: 'confidential',
} as const;

/**
 * A copy as it is sent, whole: Google clears what is missing from a PUT. `status` is left out so that an event a person deleted is not
 * brought back; "tentative" rides in a property.
 */
export function copyBody(content: EventContent, marker: NewMarker): calendar_v3.Schema$Event {
  return { ...wholeBody(content), extendedProperties: { private: propertiesOf(marker, content) } };
}

/** An original that is made anew. A new event may say its status, so that "tentative" is there for everybody to see. */
export function restoredBody(content: EventContent, identity: string): calendar_v3.Schema$Event {
  const { status } = stateOf(content.showAs);
  const { hetkShowAs, hetkSensitivity } = propertiesBeyond(content);
  const properties = {
    [restoresProperty]: identity,
    ...(hetkShowAs && status !== 'tentative' && { hetkShowAs }),
    ...(hetkSensitivity && { hetkSensitivity }),
  };
  return { ...wholeBody(content), ...(status && { status }), extendedProperties: { private: properties } };
}

/** There are no attendees, attachments or conference in it, and reminders are off in so many words: left out, the calendar's own would ring. */
function wholeBody(content: EventContent): calendar_v3.Schema$Event {
  const description = descriptionFrom(content.description);
  return {
    summary: titleFrom(content.title),
    ...(description && { description }),
    ...(content.location && { location: locationFrom(content.location) }),
    ...timesOf(content.span),
    transparency: stateOf(content.showAs).transparency,
    visibility: visibilities[content.sensitivity],
    reminders: { useDefault: false, overrides: [] },
  };
}

/** How Google says a state. A free event's status says nothing and is left alone. */
export function stateOf(showAs: ShowAs): {
  transparency: 'opaque' | 'transparent';
  status?: 'tentative' | 'confirmed';
} {
  if (showAs === 'free') return { transparency: 'transparent' };
  return { transparency: 'opaque', status: showAs === 'tentative' ? 'tentative' : 'confirmed' };
}

export const titleFrom = (title: string) => cut(title, LONGEST_TITLE);
export const locationFrom = (location: string) => cut(location, LONGEST_LOCATION);
export const descriptionFrom = (description: string) => capped(withoutConferenceBlock(description));

export function timesOf(span: Span): {
  start: calendar_v3.Schema$EventDateTime;
  end: calendar_v3.Schema$EventDateTime;
} {
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
