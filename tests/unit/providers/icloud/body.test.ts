import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EventContent, NewMarker, Span } from '../../../../shared/calendar/event.ts';
import { differingFields } from '../../../../shared/calendar/fingerprint.ts';
import { copyText, restoredText } from '../../../../shared/providers/icloud/body.ts';
import { componentsNamed, readTree } from '../../../../shared/providers/icloud/contentLines.ts';
import { embeddedZone } from '../../../../shared/providers/icloud/embeddedZone.ts';
import { instanceOf } from '../../../../shared/providers/icloud/expand.ts';
import { eventFromInstance } from '../../../../shared/providers/icloud/mapping.ts';
import { copyUidOf, restoredUidOf } from '../../../../shared/providers/icloud/uid.ts';
import { namedZone } from '../../../../shared/providers/icloud/zone.ts';

const now = Date.parse('2026-05-01T10:00:00.500Z');
const marker: NewMarker = { routeId: 'r1', origin: 'o1', generation: 0, iCalUId: 'abc' };
const uid = copyUidOf('hetk1:r1:o1:0');
const berlin: Span = {
  kind: 'timed',
  start: Date.parse('2026-07-01T07:00:00Z'),
  end: Date.parse('2026-07-01T08:00:00Z'),
  zone: 'Europe/Berlin',
};
const content: EventContent = {
  title: 'Planning',
  description: '<p>First</p><p>Second</p>',
  location: 'Room 1',
  span: berlin,
  showAs: 'busy',
  sensitivity: 'normal',
};

const textOfCopy = (changes: Partial<EventContent> = {}) =>
  copyText({ uid, now, content: { ...content, ...changes }, marker });

function readBack(text: string) {
  const instance = instanceOf(text, undefined);
  if (!instance || instance === 'unreadable') throw new Error('The copy cannot be read.');
  return eventFromInstance(instance, { href: '/a.ics', ownerEmail: 'ann@example.com' });
}

describe('a copy as it is written', () => {
  it('says everything that iCloud wants and nothing that mails or rings', () => {
    const lines = textOfCopy().split('\r\n');
    expect(lines).toEqual(
      expect.arrayContaining(
        [
          'VERSION:2.0',
          `UID:${uid.slice(0, 71)}`,
          'DTSTAMP:20260501T100000Z',
          'DTSTART;TZID=Europe/Berlin:20260701T090000',
          'DTEND;TZID=Europe/Berlin:20260701T100000',
          'TZID:Europe/Berlin',
          'DESCRIPTION:First\\nSecond',
          'TRANSP:OPAQUE',
          'CLASS:PUBLIC',
          'STATUS:CONFIRMED',
          'SEQUENCE:0',
        ].filter((line) => !line.startsWith('UID')),
      ),
    );
    expect(textOfCopy()).not.toMatch(/ORGANIZER|ATTENDEE|VALARM|METHOD/);
  });

  it('written over has a higher SEQUENCE each time, also than one that another program counted up', () => {
    const sequenceAt = (at: number) => {
      const text = copyText({ uid, now: at, content, marker, isUpdate: true });
      return Number(/^SEQUENCE:(\d+)\r$/m.exec(text)?.[1]);
    };
    const [first, second] = [sequenceAt(now), sequenceAt(now + 60_000)];
    expect(first).toBeGreaterThan(1000);
    expect(second).toBeGreaterThan(first + 1);
    // What other programs keep it in.
    expect(sequenceAt(Date.parse('2087-01-01T00:00:00Z'))).toBeLessThan(2 ** 31);
  });

  it('has lines of at most 75 octets that end in CRLF, and no character is cut', () => {
    const text = textOfCopy({ title: '漢字😀é'.repeat(60) });
    for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(readBack(text).title).toBe('漢字😀é'.repeat(60));
  });

  it('is in UTC with a Z, never with a TZID, where the zone is UTC or not known', () => {
    for (const zone of ['UTC', 'Nowhere/City']) {
      const text = textOfCopy({ span: { ...berlin, zone } });
      expect(text).toContain('DTSTART:20260701T070000Z\r\n');
      expect(text).not.toContain('TZID');
    }
  });

  it('is in UTC where clocks show its time twice and it is the second', () => {
    const start = Date.parse('2026-10-25T01:30:00Z');
    const text = textOfCopy({ span: { ...berlin, start, end: start + 3_600_000 } });
    expect(text).toContain('DTSTART:20261025T013000Z\r\n');
    expect(readBack(text).span).toMatchObject({ start });
  });

  it('has an end after its start', () => {
    expect(textOfCopy({ span: { ...berlin, end: berlin.start } })).toContain(
      'DTEND;TZID=Europe/Berlin:20260701T090100',
    );
    expect(textOfCopy({ span: { kind: 'all-day', start: '2026-07-01', end: '2026-07-01' } })).toContain(
      'DTEND;VALUE=DATE:20260702',
    );
  });

  it('describes its zone as it is, around the event', () => {
    for (const name of [
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kolkata',
      'Africa/Casablanca',
      'Europe/Dublin',
    ]) {
      const text = textOfCopy({ span: { ...berlin, zone: name } }).replaceAll(name, 'Unknown name');
      const [component] = componentsNamed(readTree(text).roots, 'VTIMEZONE');
      const zone = namedZone(name);
      if (!component || !zone) throw new Error('There is no zone.');
      const described = embeddedZone(component);
      for (let at = Date.parse('2025-01-02'); at < Date.parse('2027-12-31'); at += 6 * 3_600_000) {
        expect([name, at, described.offsetAt(at)]).toEqual([name, at, zone.offsetAt(at)]);
      }
    }
  });

  it('is read as it was written, whatever it says', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 120 });
    const span = fc.oneof(
      fc
        .record({
          start: fc.integer({ min: Date.parse('2025-01-01') / 60_000, max: Date.parse('2029-01-01') / 60_000 }),
          minutes: fc.integer({ min: 1, max: 5000 }),
          zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia'),
        })
        .map(
          ({ start, minutes, zone }): Span => ({
            kind: 'timed',
            start: start * 60_000,
            end: (start + minutes) * 60_000,
            zone,
          }),
        ),
      fc.constantFrom<Span>({ kind: 'all-day', start: '2026-02-28', end: '2026-03-02' }),
    );
    const contents: fc.Arbitrary<EventContent> = fc.record({
      title: text,
      description: fc.constantFrom('', '<p>One</p><p>Two</p>', 'a<br>b', '<ul><li>x</li><li>y; z, \\n</li></ul>'),
      location: text,
      span,
      showAs: fc.constantFrom('free', 'tentative', 'busy', 'oof', 'workingElsewhere'),
      sensitivity: fc.constantFrom('normal', 'personal', 'private', 'confidential'),
    });
    fc.assert(
      fc.property(contents, (said) => {
        const event = readBack(copyText({ uid, now, content: said, marker }));
        expect(differingFields(said, event)).toEqual([]);
        expect(event.sensitivity).toBe(said.sensitivity);
        expect(event.marker).toEqual({ ...marker, genuine: true });
        expect(event.modifiedAt).toBe(Math.floor(now / 1000) * 1000);
      }),
      { numRuns: 200 },
    );
  });

  it('of an original that is made anew says which one it stands for, and carries no marker', () => {
    const identity = 'hetkr1:r1:o1:0';
    const event = readBack(restoredText({ uid: restoredUidOf(identity), now, content, identity }));
    expect(event).toMatchObject({ title: 'Planning', restores: { routeId: 'r1', origin: 'o1' } });
    expect(event).not.toHaveProperty('marker');
  });
});
