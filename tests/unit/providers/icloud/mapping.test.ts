import { describe, expect, it } from '@jest/globals';
import type { CalendarEvent } from '../../../../shared/calendar/event.ts';
import { eventFromInstance } from '../../../../shared/providers/icloud/mapping.ts';
import { copyUidOf, restoredUidOf } from '../../../../shared/providers/icloud/uid.ts';
import { between, calendar, vevent } from './ics.ts';

const href = '/123/calendars/home/a b.ics';
const time = ['DTSTART:20260701T090000Z', 'DTEND:20260701T100000Z'];

function eventOf(...lines: string[]): CalendarEvent {
  return eventIn(calendar(vevent(...time, ...lines)));
}

function eventIn(text: string): CalendarEvent {
  const [instance] = between(text, '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z').instances;
  if (!instance) throw new Error('There is no event.');
  return eventFromInstance(instance, { href, etag: '"1"', ownerEmail: 'Ann@Example.com' });
}

describe('what an event says', () => {
  it('is its text, unescaped and unfolded', () => {
    const event = eventOf(
      'SUMMARY:Lunch\\, with',
      '  soup\\; and bread',
      'LOCATION:Caf\\\\e',
      'DESCRIPTION:One\\nTwo <b>',
    );
    expect(event).toMatchObject({
      id: href,
      etag: '"1"',
      iCalUId: 'event',
      kind: 'default',
      title: 'Lunch, with soup; and bread',
      location: 'Caf\\e',
      description: 'One<br>Two &lt;b&gt;',
    });
    expect(event).not.toHaveProperty('seriesId');
    expect(event).not.toHaveProperty('marker');
  });

  it('is plain text where there is some, and HTML where there is nothing else', () => {
    const html = 'X-ALT-DESC;FMTTYPE=text/html:<html><p>Rich\\, <b>bold</b></p><script>x</script></html>';
    expect(eventOf('DESCRIPTION:Plain', html).description).toBe('Plain');
    expect(eventOf(html).description).toBe('<p>Rich, <b>bold</b></p>');
  });

  it.each([
    ['busy', []],
    ['busy', ['TRANSP:OPAQUE']],
    ['free', ['TRANSP:TRANSPARENT']],
    ['free', ['TRANSP:TRANSPARENT', 'X-MICROSOFT-CDO-BUSYSTATUS:BUSY']],
    ['free', ['X-MICROSOFT-CDO-BUSYSTATUS:FREE']],
    ['busy', ['TRANSP:OPAQUE', 'X-MICROSOFT-CDO-BUSYSTATUS:FREE']],
    ['tentative', ['STATUS:TENTATIVE']],
    ['tentative', ['X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE']],
    ['busy', ['STATUS:CONFIRMED', 'X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE']],
    ['oof', ['X-MICROSOFT-CDO-BUSYSTATUS:OOF']],
    ['oof', ['X-MICROSOFT-CDO-INTENDEDSTATUS:OOF']],
    ['busy', ['X-MICROSOFT-CDO-BUSYSTATUS:BUSY', 'X-MICROSOFT-CDO-INTENDEDSTATUS:OOF']],
    ['workingElsewhere', ['TRANSP:TRANSPARENT', 'X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE']],
  ])('is %s with %j', (showAs, lines) => {
    expect(eventOf(...lines).showAs).toBe(showAs);
  });

  it.each([
    ['normal', []],
    ['normal', ['CLASS:PUBLIC', 'X-HETK-SENSITIVITY:PERSONAL']],
    ['private', ['CLASS:PRIVATE']],
    ['private', ['CLASS:X-SOMETHING']],
    ['personal', ['CLASS:PRIVATE', 'X-HETK-SENSITIVITY:PERSONAL']],
    ['confidential', ['CLASS:confidential']],
  ])('is %s with %j', (sensitivity, lines) => {
    expect(eventOf(...lines).sensitivity).toBe(sensitivity);
  });

  it('was last changed at LAST-MODIFIED, else at DTSTAMP', () => {
    expect(eventOf('LAST-MODIFIED:20260203T040506Z').modifiedAt).toBe(Date.parse('2026-02-03T04:05:06Z'));
    expect(eventOf().modifiedAt).toBe(Date.parse('2026-01-01T00:00:00Z'));
  });

  it('is cancelled by STATUS', () => {
    expect(eventOf('STATUS:CANCELLED').cancelled).toBe(true);
    expect(eventOf('STATUS:CONFIRMED').cancelled).toBe(false);
  });

  it('of an occurrence names its series', () => {
    const text = calendar(vevent('DTSTART;TZID=Europe/Berlin:20260701T090000', 'RRULE:FREQ=DAILY'));
    expect(eventIn(text)).toMatchObject({
      id: `${href}#2026-07-01T07:00:00.000Z`,
      seriesId: href,
      recurrenceId: '2026-07-01T07:00:00.000Z',
    });
  });
});

describe('who takes part', () => {
  const ann = 'ATTENDEE;CN=Ann;PARTSTAT=ACCEPTED:mailto:ANN@example.com';
  const bob = 'ATTENDEE;CN="Bob: the builder";PARTSTAT=NEEDS-ACTION:MAILTO:bob@example.com';

  it('in a meeting of somebody else is known without the owner', () => {
    expect(eventOf('ORGANIZER;CN=Bob:mailto:bob@example.com', ann, bob)).toMatchObject({
      organizer: { email: 'bob@example.com', name: 'Bob' },
      isOrganizer: false,
      attendees: [{ email: 'bob@example.com', name: 'Bob: the builder' }],
      response: 'accepted',
    });
  });

  it('in a meeting of the owner’s', () => {
    expect(eventOf('ORGANIZER:mailto:ann@EXAMPLE.com', ann, bob)).toMatchObject({
      isOrganizer: true,
      attendees: [{ email: 'bob@example.com' }],
      response: 'organizer',
    });
  });

  it.each([
    ['ACCEPTED', 'accepted'],
    ['TENTATIVE', 'tentative'],
    ['DECLINED', 'declined'],
    ['NEEDS-ACTION', 'none'],
    ['DELEGATED', 'none'],
  ])('answered %s', (answer, response) => {
    const own = `ATTENDEE;PARTSTAT=${answer}:mailto:ann@example.com`;
    expect(eventOf('ORGANIZER:mailto:bob@example.com', own, bob).response).toBe(response);
  });

  it('is known by EMAIL where the address is a path', () => {
    expect(
      eventOf('ORGANIZER;EMAIL=ann@example.com:/123/principal/', 'ATTENDEE;EMAIL=bob@example.com:/456/principal/'),
    ).toMatchObject({
      isOrganizer: true,
      attendees: [{ email: 'bob@example.com' }],
    });
  });

  it('is somebody even where the line cannot be read: touching it would mail them', () => {
    expect(eventOf('ATTENDEE;CN="Bob').attendees).toHaveLength(1);
    expect(eventOf('ATTENDEE:invalid:nomail').attendees).toHaveLength(1);
  });
});

describe('the mark of a copy', () => {
  const marker = { routeId: 'r1', origin: 'o1', generation: 2, iCalUId: 'a,b;c"\\', version: 'v' };
  const uid = copyUidOf('hetk1:r1:o1:2');
  const text = (uidLine: string, ...lines: string[]) =>
    calendar(vevent(...time, ...lines)).replace('UID:event', `UID:${uidLine}`);
  const json = JSON.stringify(marker);
  const escaped = json.replace(/[\\;,]/g, '\\$&');

  it.each([
    ['as it was written', `X-HETK:${escaped}`],
    ['with its escapes taken away', `X-HETK:${json}`],
    ['with escapes twice', `X-HETK:${escaped.replace(/[\\;,]/g, '\\$&')}`],
    ['with a parameter', `X-HETK;VALUE=TEXT:${escaped}`],
  ])('is read %s', (_, line) => {
    expect(eventIn(text(uid, line)).marker).toEqual({ ...marker, genuine: true });
  });

  it('proves nothing under another UID', () => {
    expect(eventIn(text('other', `X-HETK:${escaped}`)).marker).toEqual({ ...marker, genuine: false });
  });

  it('proves nothing on an occurrence of a series', () => {
    expect(eventIn(text(uid, `X-HETK:${escaped}`, 'RRULE:FREQ=DAILY')).marker).toMatchObject({ genuine: false });
  });

  it('is the UID alone where a client dropped the property, and is there even if it cannot be read', () => {
    expect(eventIn(text(uid)).marker).toMatchObject({ genuine: false });
    expect(eventIn(text('other', 'X-HETK:{')).marker).toMatchObject({ genuine: false });
  });

  it('of an original made anew is no marker', () => {
    const identity = 'hetkr1:r1:o1:0';
    const anew = eventIn(text(restoredUidOf(identity), `X-HETK-RESTORES:${identity}`));
    expect(anew.restores).toEqual({ routeId: 'r1', origin: 'o1' });
    expect(anew).not.toHaveProperty('marker');
    expect(eventIn(text('other', `X-HETK-RESTORES:${identity}`))).not.toHaveProperty('restores');
  });
});
