import type { EventContent, Marker, NewMarker } from '../../calendar/event.ts';
import { propertiesBeyond, readBeyond } from './beyondGoogle.ts';
import { copyIdOf } from './eventId.ts';
import type { GoogleEvent } from './schemas.ts';

/**
 * Where a copy at Google says that it is one: in its id and in private extended properties. Google drops names over 44 characters and
 * cuts values over 1,024 without a word (https://developers.google.com/workspace/calendar/api/guides/extended-properties).
 */
const LONGEST_VALUE = 1024;

const idShape = /^hetk1[0-9a-v]{52}$/;

/** The private properties of a copy. What Google has no word for rides along. */
export function propertiesOf(marker: NewMarker, content: EventContent): Record<string, string> {
  const { hetkShowAs, hetkSensitivity } = propertiesBeyond(content);
  return {
    hetkRoute: marker.routeId,
    hetkOrigin: marker.origin,
    hetkGen: String(marker.generation),
    ...(hetkShowAs && { hetkShowAs }),
    ...(hetkSensitivity && { hetkSensitivity }),
    ...(marker.iCalUId && Buffer.byteLength(marker.iCalUId) <= LONGEST_VALUE && { hetkUid: marker.iCalUId }),
    ...(marker.version && { hetkVersion: marker.version }),
  };
}

/** The marker on an event, or undefined where Hetk did not write it. */
export function markerOf(item: GoogleEvent): Marker | undefined {
  const { hetkRoute, hetkOrigin, hetkGen, hetkUid, hetkVersion } = item.extendedProperties?.private ?? {};
  if (!hetkRoute || !hetkOrigin || !/^\d{1,9}$/.test(hetkGen ?? '')) {
    // A reader without the right to see it gets a private copy as a bare block of time: still nobody's original.
    return idShape.test(item.id) ? { routeId: '', origin: '', generation: 0, genuine: false } : undefined;
  }
  return {
    routeId: hetkRoute,
    origin: hetkOrigin,
    generation: Number(hetkGen),
    genuine: item.id === copyIdOf(`hetk1:${hetkRoute}:${hetkOrigin}:${hetkGen}`),
    ...readBeyond(item),
    ...(hetkUid && { iCalUId: hetkUid }),
    ...(hetkVersion && { version: hetkVersion }),
  };
}
