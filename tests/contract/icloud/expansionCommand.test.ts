import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { calendar, vevent } from '../../unit/providers/icloud/ics.ts';

const command = fileURLToPath(new URL('../../../local/expand.ts', import.meta.url));
let folder: string;
let file: string;

const named = (uid: string, ...lines: string[]) => vevent(...lines).replace('UID:event', `UID:${uid}`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hetk-expand-'));
  file = join(folder, 'many.ics');
  const text = calendar(
    named(
      'series',
      'DTSTART;TZID=America/New_York:20260301T200000',
      'DURATION:PT1H',
      'RRULE:FREQ=DAILY',
      'SUMMARY:Evening',
    ),
    named(
      'series',
      'RECURRENCE-ID;TZID=America/New_York:20260303T200000',
      'DTSTART:20260303T120000Z',
      'STATUS:CANCELLED',
    ),
    named('days', 'DTSTART;VALUE=DATE:20260302', 'SUMMARY:Day off'),
    named('floating', 'DTSTART:20260302T090000', 'DTEND:20260302T093000', 'SUMMARY:Wake up'),
    named('broken', 'DTSTART:whenever'),
  );
  await writeFile(file, text);
});
afterAll(() => rm(folder, { recursive: true }));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    encoding: 'utf8',
    env: { ...process.env, TZ: 'Asia/Kolkata' },
  });
  return { status, lines: stdout.trim().split('\n'), stderr };
}

describe('npm run expand', () => {
  it('ends with one JSON object: instances by their own clocks, and what could not be read', () => {
    const { status, lines } = run(file, '--from', '2026-03-02', '--to', '2026-03-05', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({
      instances: [
        { uid: 'days', start: '2026-03-02', end: '2026-03-03', allDay: true, zone: null, summary: 'Day off' },
        {
          uid: 'floating',
          start: '2026-03-02T09:00:00',
          end: '2026-03-02T09:30:00',
          allDay: false,
          zone: null,
          summary: 'Wake up',
        },
        ...['02', '04'].map((day) => ({
          uid: 'series',
          start: `2026-03-${day}T20:00:00-05:00`,
          end: `2026-03-${day}T21:00:00-05:00`,
          allDay: false,
          zone: 'America/New_York',
          summary: 'Evening',
          recurrenceId: `2026-03-0${Number(day) + 1}T01:00:00.000Z`,
        })),
      ],
      problems: [{ uid: 'broken', reason: 'its DTSTART is no date' }],
    });
  });

  it('prints one line for each instance', () => {
    const { lines } = run(file, '--from', '2026-03-02', '--to', '2026-03-05');
    expect(lines).toHaveLength(5);
    expect(lines[2]).toContain('2026-03-02T20:00:00-05:00 – 2026-03-02T21:00:00-05:00  America/New_York  Evening');
  });

  it('says how it is used where it is used otherwise', () => {
    for (const args of [
      [],
      [file],
      [file, '--from', 'today', '--to', '2026-03-05'],
      [file, '--from', '2026-03-05', '--to', '2026-03-02'],
    ]) {
      const { status, stderr } = run(...args);
      expect(status).toBe(1);
      expect(stderr).toContain('npm run expand -- FILE.ics --from DATE --to DATE');
    }
  });
});
