import ICAL from 'ical.js';
import type { CalendarEvent, Marker, Span } from '../../calendar/event.ts';
import { richFromPlain } from '../../calendar/text.ts';
import { ianaZone, instantFromWall } from '../../calendar/timeZones.ts';
import type { Window } from '../../calendar/window.ts';
import { eventIdOf } from './ids.ts';
import type { Resource } from './resources.ts';
import { copyUidOf, isCopyUid, restoredUidOf } from './uid.ts';

export interface Reading {
  readonly ownerEmail: string;
  readonly zone: string | undefined;
}

export function uidIn(text: string): string | undefined {
  return /^UID:(.*)$/m.exec(text.replace(/\r?\n[ \t]/g, ''))?.[1]?.trim();
}
type Inst = { c: ICAL.Component; start: ICAL.Time; end: ICAL.Time; rid?: ICAL.Time };
function zoneOf(t: ICAL.Time, c: ICAL.Component, r: Reading): string {
  if (t.zone === ICAL.Timezone.utcTimezone) return 'UTC';
  const tz = c.getFirstProperty('dtstart')?.getParameter('tzid');
  return ianaZone(String(tz ?? '')) ?? r.zone ?? 'UTC';
}
function ms(t: ICAL.Time, zone: string) {
  return instantFromWall(t.toString().replace('Z', ''), zone);
}
function ridOf(t: ICAL.Time, zone: string) {
  return t.isDate ? t.toString() : new Date(ms(t, zone)).toISOString();
}
function instances(text: string, window: Window | undefined, r: Reading): { list: Inst[]; recurring: boolean } {
  const comp = new ICAL.Component(ICAL.parse(text));
  const vs = comp.getAllSubcomponents('vevent');
  const master = vs.find((v) => !v.hasProperty('recurrence-id'));
  const others = vs.filter((v) => v !== master);
  const endOf = (v: ICAL.Component) => new ICAL.Event(v).endDate;
  const out: Inst[] = [];
  const over = new Map<string, ICAL.Component>();
  for (const o of others) {
    const rid = o.getFirstPropertyValue('recurrence-id') as ICAL.Time;
    over.set(rid.toString(), o);
  }
  if (!master) {
    for (const o of others)
      out.push({
        c: o,
        start: o.getFirstPropertyValue('dtstart') as ICAL.Time,
        end: endOf(o),
        rid: o.getFirstPropertyValue('recurrence-id') as ICAL.Time,
      });
    return { list: out, recurring: true };
  }
  const ev = new ICAL.Event(master, { strictExceptions: false });
  if (!ev.startDate) throw new Error('no start');
  if (!ev.isRecurring()) return { list: [{ c: master, start: ev.startDate, end: ev.endDate }], recurring: false };
  const it = ev.iterator();
  const zone = zoneOf(ev.startDate, master, r);
  for (let n = 0; n < 20000; n++) {
    const next = it.next() as ICAL.Time | undefined;
    if (!next) break;
    const at = next.isDate ? Date.parse(`${next.toString()}Z`) : ms(next, zone);
    if (window && at > window.end) break;
    if (over.has(next.toString())) continue;
    const end = next.clone();
    end.addDuration(ev.duration);
    out.push({ c: master, start: next, end, rid: next });
  }
  for (const [, o] of over)
    out.push({
      c: o,
      start: o.getFirstPropertyValue('dtstart') as ICAL.Time,
      end: endOf(o),
      rid: o.getFirstPropertyValue('recurrence-id') as ICAL.Time,
    });
  return { list: out, recurring: true };
}
const str = (c: ICAL.Component, n: string) => String(c.getFirstPropertyValue(n) ?? '');
function eventFrom(resource: Resource, i: Inst, r: Reading): CalendarEvent {
  const { c } = i;
  const zone = zoneOf(i.start, c, r);
  const span: Span = i.start.isDate
    ? { kind: 'all-day', start: i.start.toString(), end: i.end.toString() }
    : { kind: 'timed', start: ms(i.start, zone), end: ms(i.end, zoneOf(i.end, c, r)), zone };
  const uid = str(c, 'uid');
  const raw = str(c, 'x-hetk');
  const m = raw ? (JSON.parse(raw) as Marker) : undefined;
  const marker: Marker | undefined = m
    ? { ...m, genuine: uid === copyUidOf(`hetk1:${m.routeId}:${m.origin}:${m.generation}`) }
    : isCopyUid(uid)
      ? { routeId: '', origin: '', generation: 0, genuine: false }
      : undefined;
  const rest = str(c, 'x-hetk-restores');
  const [, routeId, origin] = /^hetkr1:([^:]+):([^:]+):\d+$/.exec(rest) ?? [];
  const people = c
    .getAllProperties('attendee')
    .map((p) => ({ email: String(p.getFirstValue()).replace(/^mailto:/i, '') }));
  const org = str(c, 'organizer').replace(/^mailto:/i, '');
  const cls = str(c, 'class').toUpperCase();
  const busy = str(c, 'x-microsoft-cdo-busystatus').toUpperCase();
  return {
    id: eventIdOf({ href: resource.href, ...(i.rid && { recurrenceId: ridOf(i.rid, zone) }) }),
    ...(i.rid && { seriesId: resource.href, recurrenceId: ridOf(i.rid, zone) }),
    ...(resource.etag && { etag: resource.etag }),
    iCalUId: uid,
    kind: 'default',
    title: str(c, 'summary'),
    description: richFromPlain(str(c, 'description')),
    location: str(c, 'location'),
    span,
    showAs:
      str(c, 'transp') === 'TRANSPARENT'
        ? 'free'
        : busy === 'OOF'
          ? 'oof'
          : busy === 'WORKINGELSEWHERE'
            ? 'workingElsewhere'
            : str(c, 'status') === 'TENTATIVE'
              ? 'tentative'
              : 'busy',
    sensitivity:
      marker?.sensitivity ?? (cls === 'PRIVATE' ? 'private' : cls === 'CONFIDENTIAL' ? 'confidential' : 'normal'),
    ...(org && { organizer: { email: org } }),
    isOrganizer: !org || org.toLowerCase() === r.ownerEmail.toLowerCase(),
    attendees: people.filter(({ email }) => email.toLowerCase() !== r.ownerEmail.toLowerCase()),
    response: 'organizer',
    cancelled: str(c, 'status') === 'CANCELLED',
    modifiedAt: 0,
    ...(marker && { marker }),
    ...(routeId && origin && uid === restoredUidOf(rest) && { restores: { routeId, origin } }),
  };
}
export function readInstances(
  resource: Resource,
  window: Window,
  reading: Reading,
): { events: CalendarEvent[]; problem?: string } {
  try {
    const { list } = instances(resource.text, window, reading);
    return { events: list.map((i) => eventFrom(resource, i, reading)).filter((e) => !e.cancelled) };
  } catch {
    return { events: [], problem: 'unparsable' };
  }
}
export function readInstance(
  resource: Resource,
  recurrenceId: string | undefined,
  reading: Reading,
): CalendarEvent | 'gone' | 'unreadable' {
  try {
    const { list, recurring } = instances(
      resource.text,
      recurrenceId ? { start: 0, end: Date.parse(recurrenceId) + 86400000 } : { start: 0, end: 0 },
      reading,
    );
    if (recurrenceId === undefined) {
      if (recurring) return 'unreadable';
      const e = list[0] && eventFrom(resource, list[0], reading);
      return !e || e.cancelled ? 'gone' : e;
    }
    const e = list.map((i) => eventFrom(resource, i, reading)).find((x) => x.recurrenceId === recurrenceId);
    return !e || e.cancelled ? 'gone' : e;
  } catch {
    return 'unreadable';
  }
}
