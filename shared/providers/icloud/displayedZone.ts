/**
 * Zones as Outlook and Exchange show them to people, which some programs write as TZID: `(UTC+01:00) Amsterdam, Berlin, Bern`, `(GMT-05:00) Eastern
 * Time (US & Canada)`, `(GMT +01:00)`. CLDR's table has only their short names.
 */

/** What is named after no city. */
const regions: readonly (readonly [RegExp, string])[] = [
  [/^eastern time/i, 'America/New_York'],
  [/^central time/i, 'America/Chicago'],
  [/^mountain time/i, 'America/Denver'],
  [/^pacific time/i, 'America/Los_Angeles'],
  [/^atlantic time/i, 'America/Halifax'],
  [/^arizona/i, 'America/Phoenix'],
  [/^alaska/i, 'America/Anchorage'],
  [/^hawaii/i, 'Pacific/Honolulu'],
  // Lotus Notes.
  [/^western\/central europe$/i, 'Europe/Berlin'],
  [/^coordinated universal time/i, 'UTC'],
];

let cities: Map<string, string> | undefined;

/** The IANA name of a displayed zone, or undefined: the first of its cities that has one. */
export function displayedZone(name: string): string | undefined {
  const [, offset, places = ''] = /^(\(?(?:UTC|GMT)\s*(?:[+-]\s*\d{1,2}(?::?\d\d)?)?\)?)?\s*(.*)$/i.exec(name) ?? [];
  if (places === '') return offset === undefined ? undefined : fixedZone(offset);
  const region = regions.find(([pattern]) => pattern.test(places))?.[1];
  if (region) return region;
  // Without an offset before it a single word is just a word.
  if (offset === undefined && !places.includes(',')) return undefined;
  cities ??= new Map(Intl.supportedValuesOf('timeZone').map((zone) => [cityOf(zone), zone]));
  for (const place of places.split(',')) {
    const zone = cities.get(place.trim().toLowerCase().replace(/\s+/g, '_'));
    if (zone) return zone;
  }
  return undefined;
}

function cityOf(zone: string): string {
  return zone.slice(zone.lastIndexOf('/') + 1).toLowerCase();
}

/** `UTC+11`, `(GMT +01:00)`; the database has whole hours only, and counts them westwards. */
function fixedZone(offset: string): string | undefined {
  const [, sign, hours, minutes = '00'] = /([+-])\s*(\d{1,2})(?::?(\d\d))?/.exec(offset) ?? [];
  if (!sign || !hours) return 'UTC';
  if (minutes !== '00' || Number(hours) > 12) return undefined;
  return Number(hours) === 0 ? 'UTC' : `Etc/GMT${sign === '+' ? '-' : '+'}${Number(hours)}`;
}
