import {
  CALDAV,
  childOf,
  childrenOf,
  DAV,
  holds,
  parseXml,
  textIn,
  type XmlElement,
} from '../../shared/providers/icloud/xml.ts';
import type { SimCalendar } from '../core/core.ts';
import type { CalendarWorld } from '../core/world.ts';
import { calendarPath } from './addresses.ts';
import { cdata, multistatus, propResponse, refusal, statusResponse, text } from './answers.ts';
import type { Strikes } from './mishaps.ts';
import type { Store } from './store.ts';
import { positionAt, tokenAt } from './syncTokens.ts';

interface ReportNeeds {
  readonly world: CalendarWorld;
  readonly store: Store;
  readonly strikes: Strikes;
  /** Entries in one page of changes. */
  readonly pageSize: number;
}

/** REPORTs on a calendar: changes, queries by time, many resources by name. */
export function createReports({ world, store, strikes, pageSize }: ReportNeeds) {
  const etagProp = (etag: string) => ({ namespace: DAV, name: 'getetag', content: text(etag) });
  const pathIn = (calendar: SimCalendar, name: string) => `${calendarPath(calendar)}${encodeURIComponent(name)}`;
  /** Resources whose text is late, until the fault is used up. */
  const isLate = () => strikes('text-late') !== undefined;

  function changes(calendar: SimCalendar, report: XmlElement): Response {
    const token = textIn(report, DAV, 'sync-token') ?? '';
    const last = store.position(calendar);
    const expired = token === '' ? undefined : strikes('token-expired');
    if (expired && expired.value !== 'full') return expiredToken(calendar, String(expired.value ?? '403'));
    const from = token === '' || expired ? 0 : positionAt(calendar, token, last);
    if (from === undefined) return new Response(null, { status: 403 });
    const lagging = token !== '' && last > from && strikes('changes-lag') !== undefined;
    const all = store.since(calendar, from).filter(({ position }) => !lagging || position < last);
    const limit = Number(textIn(childOf(report, DAV, 'limit'), DAV, 'nresults')) || pageSize;
    const page = all.slice(0, limit);
    const more = page.length < all.length;
    const path = calendarPath(calendar);
    const entries = page.flatMap(({ name }) => {
      const resource = store.find(calendar, name);
      if (resource) return [propResponse(pathIn(calendar, name), [etagProp(resource.etag)])];
      return token === '' || expired ? [] : [statusResponse(pathIn(calendar, name), '404 Not Found')];
    });
    const end = more ? (page.at(-1)?.position ?? from) : lagging ? last - 1 : last;
    const whole = strikes('whole-507') !== undefined && more;
    const own =
      more && !whole ? statusResponse(path, '507 Insufficient Storage') : propResponse(path, [etagProp('"self"')]);
    return multistatus([own, ...entries], tokenAt(calendar, end), whole ? 507 : 207);
  }

  function expiredToken(calendar: SimCalendar, value: string): Response {
    if (value === 'inside') {
      const error = '<error><valid-sync-token/></error>';
      return multistatus([statusResponse(calendarPath(calendar), '403 Forbidden', error)]);
    }
    if (value === '403-marked') return refusal(403, 'valid-sync-token', DAV);
    return new Response(null, { status: Number(value) });
  }

  /** iCloud takes a time-range below VEVENT, and nothing about properties. */
  function query(calendar: SimCalendar, report: XmlElement): Response {
    const filter = childOf(report, CALDAV, 'filter');
    if (filter && holds(filter, CALDAV, 'prop-filter')) return new Response(null, { status: 412 });
    const inner = childOf(childOf(filter, CALDAV, 'comp-filter'), CALDAV, 'comp-filter');
    const range = childOf(inner, CALDAV, 'time-range');
    if (inner?.attributes.name !== 'VEVENT' || !range) return refusal(403, 'supported-filter');
    const [start, end] = [instantOf(range.attributes.start), instantOf(range.attributes.end)];
    const touched = new Set(world.instances(calendar.id, start, end).map(({ event }) => event.id));
    const found = store.live(calendar).filter(({ event }) => touched.has(event.id));
    if (found.length > 0 && strikes('query-gap')) found.shift();
    return multistatus(found.map(({ name, etag }) => propResponse(pathIn(calendar, name), [etagProp(etag)])));
  }

  function multiget(calendar: SimCalendar, report: XmlElement): Response {
    const hrefs = childrenOf(report, DAV, 'href').map((element) => element.text.trim());
    return multistatus(
      hrefs.map((path) => {
        const name = decodeURIComponent(path.split('/').at(-1) ?? '');
        const resource = path.startsWith(calendarPath(calendar)) ? store.find(calendar, name) : undefined;
        if (!resource || strikes('multiget-gap') || isLate()) return statusResponse(path, '404 Not Found');
        const { etag, text: body } = store.read(resource);
        return propResponse(path, [etagProp(etag), { namespace: CALDAV, name: 'calendar-data', content: cdata(body) }]);
      }),
    );
  }

  return {
    isLate,
    answer(calendar: SimCalendar, body: string): Response {
      const report = parseXml(body);
      if (report.name === 'sync-collection') return changes(calendar, report);
      if (report.name === 'calendar-query') return query(calendar, report);
      if (report.name === 'calendar-multiget') return multiget(calendar, report);
      return refusal(403, 'supported-report', DAV);
    },
  };
}

function instantOf(stamp = ''): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}
