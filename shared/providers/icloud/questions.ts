import type { Window } from '../../calendar/window.ts';
import { requestPath } from './path.ts';
import { escapeXml } from './xml.ts';

/** The XML that Hetk asks with. */

const namespaces =
  'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:s="http://calendarserver.org/ns/" xmlns:a="http://apple.com/ns/ical/"';
const head = '<?xml version="1.0" encoding="utf-8"?>\n';

export type Property = `${'d' | 'c' | 's' | 'a'}:${string}`;

export function propfind(...properties: readonly Property[]): string {
  return `${head}<d:propfind ${namespaces}><d:prop>${properties.map((name) => `<${name}/>`).join('')}</d:prop></d:propfind>`;
}

/** Changes since a token, or without one everything that is there (RFC 6578). No limit: a server pages where it must, and one (Xandikos) cuts without saying so. */
export function syncCollection(token: string): string {
  return `${head}<d:sync-collection xmlns:d="DAV:"><d:sync-token>${escapeXml(token)}</d:sync-token><d:sync-level>1</d:sync-level><d:prop><d:getetag/></d:prop></d:sync-collection>`;
}

/** Hrefs and etags of the resources with an instance in a span. iCloud takes a time-range only below VEVENT. */
export function timeRangeQuery({ start, end }: Window): string {
  return `${head}<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><d:getetag/></d:prop><c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:time-range start="${stamp(start)}" end="${stamp(end)}"/></c:comp-filter></c:comp-filter></c:filter></c:calendar-query>`;
}

export function multiget(paths: readonly string[]): string {
  const hrefs = paths.map((path) => `<d:href>${escapeXml(requestPath(path))}</d:href>`).join('');
  return `${head}<c:calendar-multiget xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><d:getetag/><c:calendar-data/></d:prop>${hrefs}</c:calendar-multiget>`;
}

function stamp(instant: number): string {
  return new Date(instant).toISOString().replace(/[-:]|\.\d+/g, '');
}
