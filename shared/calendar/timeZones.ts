import { Temporal } from 'temporal-polyfill';
import { findIana, findWindows } from 'windows-iana';

const canonical = new Map<string, string | undefined>();

/** The IANA name of a zone spelled in either system, or undefined where nobody knows it. `tzone://Microsoft/Utc` is UTC. */
export function ianaZone(name: string | undefined): string | undefined {
  if (!name) return undefined;
  if (!canonical.has(name)) canonical.set(name, lookUp(name));
  return canonical.get(name);
}

function lookUp(name: string): string | undefined {
  if (/^(utc|etc\/(utc|gmt|uct|zulu)|gmt|z|tzone:\/\/microsoft\/utc)$/i.test(name)) return 'UTC';
  const fromWindows = findIana(name)[0];
  if (fromWindows) return fromWindows === 'Etc/UTC' || fromWindows === 'Etc/GMT' ? 'UTC' : fromWindows;
  if (/^[+-]\d/.test(name)) return undefined;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name;
  } catch {
    return undefined;
  }
}

/** The Windows name of an IANA zone, or undefined where Windows has none. */
export function windowsZone(iana: string): string | undefined {
  return iana === 'UTC' ? 'UTC' : findWindows(iana)[0];
}

/**
 * The instant of a wall-clock time.
 * @param wall `YYYY-MM-DDTHH:mm:ss` with any fraction, without offset
 * @param zone IANA name
 * @returns epoch ms; a time in a spring gap moves forward, one in an autumn overlap is the earlier
 * @throws RangeError for a malformed time or an unknown zone
 */
export function instantFromWall(wall: string, zone: string): number {
  return Temporal.PlainDateTime.from(wall.replace(/(\.\d{9})\d+$/, '$1')).toZonedDateTime(zone).epochMilliseconds;
}

/** The wall-clock time of an instant (epoch ms) in an IANA zone, as `YYYY-MM-DDTHH:mm:ss`. */
export function wallFromInstant(instant: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instant)
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'second' });
}
