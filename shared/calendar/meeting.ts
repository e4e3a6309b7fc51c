import { createHash } from 'node:crypto';
import type { CalendarEvent } from './event.ts';
import { startOf } from './window.ts';

const globalObjectId = /^040000008200e00074c5b7101a82e008/i;
const wrappedUid = Buffer.from('vCal-Uid').toString('hex');

/**
 * One spelling for an iCalUId, so that the same meeting compares equal in every provider. Outlook writes a global object id in hex that
 * holds the instance's date (4 bytes after the 16-byte prefix, MS-OXOCAL 2.2.1.27) and may wrap a foreign UID; the date is blanked
 * and the wrapping taken off.
 */
export function meetingUid(iCalUId: string): string {
  const uid = iCalUId.trim();
  if (!globalObjectId.test(uid)) return uid;
  const hex = uid.toLowerCase();
  const wrapped = hex.indexOf(wrappedUid);
  if (wrapped > 0) {
    // "vCal-Uid", a 4-byte 1, the UID, a zero byte.
    return Buffer.from(hex.slice(wrapped + wrappedUid.length + 8), 'hex')
      .toString('utf8')
      .replace(/\0.*$/s, '');
  }
  return `${hex.slice(0, 32)}00000000${hex.slice(40)}`;
}

/** Names one meeting and one instance of it, the same in every calendar that holds it; undefined where the event has no iCalUId. */
export function meetingKey(event: CalendarEvent): string | undefined {
  if (!event.iCalUId) return undefined;
  const instance = event.seriesId ? (event.recurrenceId ?? String(startOf(event.span))) : '';
  const at = instance === '' ? '' : String(Date.parse(instance) || instance);
  return createHash('sha256')
    .update(`${meetingUid(event.iCalUId)}\0${at}`)
    .digest('base64url');
}
