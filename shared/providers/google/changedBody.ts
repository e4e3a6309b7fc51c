import type { calendar_v3 } from '@googleapis/calendar';
import type { EventContent, Span } from '../../calendar/event.ts';
import { propertiesBeyond } from './beyondGoogle.ts';
import { descriptionFrom, locationFrom, stateOf, timesOf, titleFrom, visibilities } from './body.ts';

/** As the client's types have it, but for the private properties: there PATCH takes null too, and deletes the one so named. */
type Patch = Omit<calendar_v3.Schema$Event, 'extendedProperties'> & {
  extendedProperties?: { private: Record<string, string | null> };
};

/**
 * The PATCH that changes these fields of an original and nothing else: what it does not name stays, and an empty text clears.
 * @param conditional an etag goes along. Only then does the event's `status` too: Google is known to bring a deleted event back for one that
 *   says `confirmed` (google-api-ruby-client#1811); without it "tentative" rides in a property
 */
export function changedBody(changes: Partial<EventContent>, conditional: boolean): Patch {
  const { title, description, location, span, showAs, sensitivity } = changes;
  const status = conditional && showAs !== undefined ? stateOf(showAs).status : undefined;
  const beyond = propertiesBeyond(changes);
  const properties = {
    ...(showAs && { hetkShowAs: (status !== 'tentative' && beyond.hetkShowAs) || null }),
    ...(sensitivity && { hetkSensitivity: beyond.hetkSensitivity ?? null }),
  };
  return {
    ...(title !== undefined && { summary: titleFrom(title) }),
    ...(description !== undefined && { description: descriptionFrom(description) }),
    ...(location !== undefined && { location: locationFrom(location) }),
    ...(span && replacedTimes(span)),
    ...(showAs && { transparency: stateOf(showAs).transparency, ...(status && { status }) }),
    ...(sensitivity && { visibility: visibilities[sensitivity] }),
    ...(Object.keys(properties).length > 0 && { extendedProperties: { private: properties } }),
  };
}

/** PATCH merges: a time of the other kind has to be taken out in so many words. */
function replacedTimes(span: Span): Pick<calendar_v3.Schema$Event, 'start' | 'end'> {
  const other = span.kind === 'all-day' ? { dateTime: null, timeZone: null } : { date: null };
  const { start, end } = timesOf(span);
  return { start: { ...other, ...start }, end: { ...other, ...end } };
}
