import { describe, expect, it } from '@jest/globals';
import { ianaZone, instantFromWall, wallFromInstant, windowsZone } from '../../../shared/calendar/timeZones.ts';
import { inWindow, windowAround } from '../../../shared/calendar/window.ts';

describe('time zones', () => {
  it('knows Windows, IANA and Microsoft spellings', () => {
    expect(ianaZone('W. Europe Standard Time')).toBe('Europe/Berlin');
    expect(ianaZone('tzone://Microsoft/Utc')).toBe('UTC');
    expect(ianaZone('Asia/Kolkata')).toBe('Asia/Kolkata');
    expect(ianaZone('tzone://Microsoft/Custom')).toBeUndefined();
    expect(windowsZone('America/New_York')).toBe('Eastern Standard Time');
  });

  it('reads wall-clock time across a change to summer time', () => {
    expect(instantFromWall('2026-03-28T09:00:00.0000000', 'Europe/Vienna')).toBe(Date.parse('2026-03-28T08:00:00Z'));
    expect(instantFromWall('2026-03-29T09:00:00', 'Europe/Vienna')).toBe(Date.parse('2026-03-29T07:00:00Z'));
    expect(wallFromInstant(Date.parse('2026-03-29T07:00:00Z'), 'Europe/Vienna')).toBe('2026-03-29T09:00:00');
  });
});

describe('the window', () => {
  const window = windowAround(Date.parse('2026-11-23T15:00:00Z'), 92, 366);

  it('is the same for all work of one day', () => {
    expect(windowAround(Date.parse('2026-11-23T00:00:01Z'), 92, 366)).toEqual(window);
  });

  it('holds what touches it and nothing that ends as it begins', () => {
    const hour = 3_600_000;
    const at = (start: number, end: number) => ({ kind: 'timed', start, end, zone: 'UTC' }) as const;
    expect(inWindow(at(window.start - hour, window.start), window)).toBe(false);
    expect(inWindow(at(window.start - hour, window.start + 1), window)).toBe(true);
    expect(inWindow(at(window.start, window.start), window)).toBe(true);
    expect(inWindow(at(window.end, window.end + hour), window)).toBe(false);
  });
});
