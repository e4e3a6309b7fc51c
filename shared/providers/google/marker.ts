import { createHash } from 'node:crypto';
import type { EventContent, Marker, NewMarker, Sensitivity, ShowAs } from '../../calendar/event.ts';
import type { GoogleEvent } from './schemas.ts';

/**
 * Where a copy at Google says that it is one: in its id and in private extended properties. Google drops names over 44 characters and
 * cuts values over 1,024 without a word (https://developers.google.com/workspace/calendar/api/guides/extended-properties).
 */
const LONGEST_VALUE = 1024;

const idPrefix = 'hetk1';
const idShape = /^hetk1[0-9a-v]{52}$/;

/**
 * The id of the copy with this identity. Event ids are base32hex in lower case, unique in their calendar, and chosen by the writer: a
 * creation that is repeated meets the first copy. The prefix tells a copy also where its properties are withheld from the reader.
 */
export function eventIdOf(identity: string): string {
  return idPrefix + base32hex(createHash('sha256').update(identity).digest());
}

function base32hex(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ((held >> bits) & 31).toString(32);
    }
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ((held << (5 - bits)) & 31).toString(32) : text;
}

const showAsBeyondGoogle: readonly ShowAs[] = ['tentative', 'oof', 'workingElsewhere'];
const sensitivityBeyondGoogle: readonly Sensitivity[] = ['personal', 'confidential'];

/** The private properties of a copy. What Google has no word for rides along. */
export function propertiesOf(marker: NewMarker, content: EventContent): Record<string, string> {
  return {
    hetkRoute: marker.routeId,
    hetkOrigin: marker.origin,
    hetkGen: String(marker.generation),
    ...(showAsBeyondGoogle.includes(content.showAs) && { hetkShowAs: content.showAs }),
    ...(sensitivityBeyondGoogle.includes(content.sensitivity) && { hetkSensitivity: content.sensitivity }),
    ...(marker.iCalUId && Buffer.byteLength(marker.iCalUId) <= LONGEST_VALUE && { hetkUid: marker.iCalUId }),
  };
}

/** The marker on an event, or undefined where Hetk did not write it. */
export function markerOf(item: GoogleEvent): Marker | undefined {
  const { hetkRoute, hetkOrigin, hetkGen, hetkShowAs, hetkSensitivity, hetkUid } =
    item.extendedProperties?.private ?? {};
  if (!hetkRoute || !hetkOrigin || !/^\d{1,9}$/.test(hetkGen ?? '')) {
    // A reader without the right to see it gets a private copy as a bare block of time: still nobody's original.
    return idShape.test(item.id) ? { routeId: '', origin: '', generation: 0, genuine: false } : undefined;
  }
  const showAs = showAsBeyondGoogle.find((name) => name === hetkShowAs);
  const sensitivity = sensitivityBeyondGoogle.find((name) => name === hetkSensitivity);
  return {
    routeId: hetkRoute,
    origin: hetkOrigin,
    generation: Number(hetkGen),
    genuine: item.id === eventIdOf(`hetk1:${hetkRoute}:${hetkOrigin}:${hetkGen}`),
    ...(showAs && { showAs }),
    ...(sensitivity && { sensitivity }),
    ...(hetkUid && { iCalUId: hetkUid }),
  };
}
