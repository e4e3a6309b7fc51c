import ICAL from 'ical.js';
import type { EventContent, NewMarker } from '../../calendar/event.ts';
import { plainFromRich } from '../../calendar/text.ts';

const st = (n: number) => new Date(n).toISOString().replace(/[-:]|\.\d+/g, '');
function set(c: ICAL.Component, x: Partial<EventContent>, now: number) {
  const rm = (n: string) => c.removeAllProperties(n);
  const put = (n: string, v: string | undefined) => {
    if (v === undefined) return;
    rm(n);
    if (v) c.addPropertyWithValue(n, v);
  };
  put('summary', x.title);
  put('description', x.description === undefined ? undefined : plainFromRich(x.description));
  put('location', x.location);
  const line = (l: string) => c.addProperty(ICAL.Property.fromString(l));
  rm('dtstamp');
  line(`DTSTAMP:${st(now)}`);
  rm('last-modified');
  line(`LAST-MODIFIED:${st(now)}`);
  if (x.span) {
    rm('dtstart');
    rm('dtend');
    rm('duration');
    if (x.span.kind === 'all-day') {
      line(`DTSTART;VALUE=DATE:${x.span.start.replaceAll('-', '')}`);
      line(`DTEND;VALUE=DATE:${x.span.end.replaceAll('-', '')}`);
    } else {
      line(`DTSTART:${st(x.span.start)}`);
      line(`DTEND:${st(Math.max(x.span.end, x.span.start + 60000))}`);
    }
  }
  if (x.showAs) {
    rm('transp');
    rm('status');
    rm('x-microsoft-cdo-busystatus');
    line(`TRANSP:${x.showAs === 'free' ? 'TRANSPARENT' : 'OPAQUE'}`);
    line(`STATUS:${x.showAs === 'tentative' ? 'TENTATIVE' : 'CONFIRMED'}`);
    if (x.showAs === 'oof' || x.showAs === 'workingElsewhere')
      line(`X-MICROSOFT-CDO-BUSYSTATUS:${x.showAs.toUpperCase()}`);
  }
  if (x.sensitivity) {
    rm('class');
    line(
      `CLASS:${x.sensitivity === 'normal' ? 'PUBLIC' : x.sensitivity === 'confidential' ? 'CONFIDENTIAL' : 'PRIVATE'}`,
    );
  }
}
function whole(uid: string, now: number, content: EventContent, name: string, value: string): string {
  const cal = new ICAL.Component('vcalendar');
  cal.addPropertyWithValue('version', '2.0');
  cal.addPropertyWithValue('prodid', '-//Hetk//EN');
  const c = new ICAL.Component('vevent');
  c.addPropertyWithValue('uid', uid);
  const p = new ICAL.Property(name);
  p.resetType('text');
  p.setValue(value);
  c.addProperty(p);
  set(c, content, now);
  cal.addSubcomponent(c);
  return `${cal.toString()}\r\n`;
}
export function copyText({
  uid,
  now,
  content,
  marker,
}: {
  uid: string;
  now: number;
  content: EventContent;
  marker: NewMarker;
}): string {
  return whole(uid, now, content, 'x-hetk', JSON.stringify(marker));
}
export function restoredText({
  uid,
  now,
  content,
  identity,
}: {
  uid: string;
  now: number;
  content: EventContent;
  identity: string;
}): string {
  return whole(uid, now, content, 'x-hetk-restores', identity);
}
function key(t: ICAL.Time) {
  return t.isDate ? t.toString() : t.toJSDate().toISOString();
}
export function changedText(
  text: string,
  rid: string | undefined,
  changes: Partial<EventContent>,
  now: number,
): string | undefined {
  const cal = new ICAL.Component(ICAL.parse(text));
  const vs = cal.getAllSubcomponents('vevent');
  const master = vs.find((v) => !v.hasProperty('recurrence-id'));
  if (rid === undefined) {
    if (!master) return undefined;
    set(master, changes, now);
    return `${cal.toString()}\r\n`;
  }
  let o = vs.find(
    (v) => v.hasProperty('recurrence-id') && key(v.getFirstPropertyValue('recurrence-id') as ICAL.Time) === rid,
  );
  if (!o) {
    if (!master) return undefined;
    const ev = new ICAL.Event(master);
    const it = ev.iterator();
    let n: ICAL.Time | undefined;
    for (let i = 0; i < 9999; i++) {
      n = it.next();
      if (!n || key(n) === rid) break;
    }
    if (!n) return undefined;
    o = ICAL.Component.fromString(master.toString());
    for (const k of ['rrule', 'rdate', 'exdate', 'dtstart', 'dtend', 'duration']) o.removeAllProperties(k);
    const end = n.clone();
    end.addDuration(ev.duration);
    for (const [k, v] of [
      ['recurrence-id', n],
      ['dtstart', n],
      ['dtend', end],
    ] as const) {
      const p = new ICAL.Property(k);
      p.setValue(v);
      const tz = master.getFirstProperty('dtstart')?.getParameter('tzid');
      if (tz) p.setParameter('tzid', String(tz));
      o.addProperty(p);
    }
    cal.addSubcomponent(o);
  }
  set(o, changes, now);
  return `${cal.toString()}\r\n`;
}
export function withoutOccurrence(text: string, rid: string, _now: number): string | undefined {
  const cal = new ICAL.Component(ICAL.parse(text));
  const vs = cal.getAllSubcomponents('vevent');
  const master = vs.find((v) => !v.hasProperty('recurrence-id'));
  for (const v of vs)
    if (v.hasProperty('recurrence-id') && key(v.getFirstPropertyValue('recurrence-id') as ICAL.Time) === rid)
      cal.removeSubcomponent(v);
  if (!master) return cal.getAllSubcomponents('vevent').length ? cal.toString() : '';
  const ev = new ICAL.Event(master);
  const it = ev.iterator();
  let n: ICAL.Time | undefined;
  for (let i = 0; i < 9999; i++) {
    n = it.next();
    if (!n || key(n) === rid) break;
  }
  if (!n) return undefined;
  const p = new ICAL.Property('exdate');
  p.setValue(n);
  const tz = master.getFirstProperty('dtstart')?.getParameter('tzid');
  if (tz) p.setParameter('tzid', String(tz));
  master.addProperty(p);
  return `${cal.toString()}\r\n`;
}
