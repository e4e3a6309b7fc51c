import type { SimFields, SimTime } from '../../../local/core/core.ts';
import type { InsertOptions } from '../../../local/core/world.ts';
import { instantFromWall, wallFromInstant } from '../../../shared/calendar/timeZones.ts';
import type { Chance } from '../harness/chance.ts';
import type { Side } from './side.ts';

/** What people write into their calendars. Every text holds a mark that occurs nowhere else, so that it can be found wherever it went. */

const DAY = 86_400_000;
const markLetters = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
/** A mark, as it stands in a text. */
export const markShape = /ZQ[2-9A-HJ-NP-Z]{8}/g;

/** Hands out marks and remembers where each was written. */
export class Marks {
  private readonly chance: Chance;
  private readonly homes = new Map<string, string[]>();
  private minute = 0;

  constructor(chance: Chance) {
    this.chance = chance;
  }

  /** A new mark for the text of originals in a calendar; without one it is to be copied nowhere. */
  make(calendarId?: string): string {
    const letters = Array.from({ length: 8 }, () => markLetters[this.chance.below(markLetters.length)]);
    const mark = `ZQ${letters.join('')}`;
    this.homes.set(mark, calendarId === undefined ? [] : [calendarId]);
    return mark;
  }

  /** A person wrote these texts into an original of another calendar too. */
  alsoIn(calendarId: string, ...texts: readonly string[]): void {
    for (const mark of texts.flatMap((text) => text.match(markShape) ?? [])) {
      const homes = this.homes.get(mark);
      if (homes && !homes.includes(calendarId)) homes.push(calendarId);
    }
  }

  /** The calendars whose originals hold a mark; undefined for what only looks like one. */
  homesOf(mark: string): readonly string[] | undefined {
    return this.homes.get(mark);
  }

  /** A minute of the hour, another one each time: events of one world seldom begin at the same moment. */
  nextMinute(): number {
    this.minute = (this.minute + 7) % 60;
    return this.minute;
  }
}

export interface Invention {
  readonly fields: SimFields;
  readonly options: InsertOptions;
}

const rules = ['FREQ=WEEKLY;COUNT=5', 'FREQ=DAILY;COUNT=4', 'FREQ=MONTHLY;COUNT=3', 'FREQ=WEEKLY;INTERVAL=2;COUNT=3'];

export function invent(chance: Chance, marks: Marks, side: Side, now: number): Invention {
  const { sim } = side;
  const drawn = inventTime(chance, marks, side, now);
  const recurrence = chance.happens(0.25) ? chance.pick(rules) : undefined;
  const time = recurrence !== undefined && side.service === 'icloud' ? onEveryDay(drawn) : drawn;
  const showAs = side.service === 'google' ? chance.pick(['busy', 'busy', 'free', 'tentative'] as const) : undefined;
  const meeting = chance.happens(0.2) ? inventMeeting(chance, marks, side) : { attendees: [] };
  const fields: SimFields = {
    title: `Plan ${marks.make(sim.id)}`,
    ...inventDescription(chance, marks, side),
    location: chance.happens(0.5) ? `Room ${marks.make(sim.id)}` : '',
    time,
    showAs: showAs ?? chance.pick(['busy', 'busy', 'free', 'tentative', 'oof', 'workingElsewhere'] as const),
    sensitivity:
      side.service === 'google'
        ? chance.pick(['normal', 'normal', 'private', 'confidential'] as const)
        : chance.pick(['normal', 'normal', 'personal', 'private', 'confidential'] as const),
    ...meeting,
    ...(chance.happens(0.3) && { reminderMinutes: 30 }),
    cancelled: false,
    extra: inventExtra(chance, side, time),
  };
  const options: InsertOptions = {
    ...(recurrence && { recurrence }),
    ...(chance.happens(0.3) && { iCalUId: `${marks.make(sim.id)}@import.example` }),
  };
  return { fields, options };
}

/** Kinds that only Google knows; two of them are never copied. */
function inventExtra(chance: Chance, side: Side, time: SimTime): Record<string, unknown> {
  if (side.service !== 'google' || !side.sim.primary || !chance.happens(0.08)) return {};
  return time.allDay ? { eventType: 'birthday' } : { eventType: chance.pick(['workingLocation', 'fromGmail']) };
}

/**
 * Somewhere in the window, mostly soon, sometimes on the day on which clocks change, seldom beyond it; never at its ends, where it depends on the hour
 * what is in it.
 */
export function inventTime(chance: Chance, marks: Marks, side: Side, now: number): SimTime {
  const zone = chance.happens(0.5) ? side.sim.zone : chance.pick(zonesOfEvents);
  const days = chance.weighted({ soon: 80, far: 17, beyond: 3 });
  const ahead = { soon: [-3, 40], far: [-80, 290], beyond: [400, 500] }[days] ?? [];
  const date = chance.happens(0.2)
    ? chance.pick(changesOfClocks(now))
    : dateAt(now + chance.between(ahead[0] ?? 0, ahead[1] ?? 0) * DAY);
  if (chance.happens(0.25)) {
    const length = chance.pick([1, 1, 1, 2, 3]);
    return { allDay: true, start: date, end: dateAt(Date.parse(date) + length * DAY), zone: side.sim.zone };
  }
  const start = `${date}T${two(chance.below(24))}:${two(marks.nextMinute())}:00`;
  return timed(start, chance.pick([15, 30, 60, 60, 90, 24 * 60]), zone);
}

/** Past the hours that a day may not have: a rule leaves occurrences there out (RFC 5545, 3.3.10), which the simulated calendar does not. */
function onEveryDay(time: SimTime): SimTime {
  if (time.allDay || time.start.slice(11, 13) >= '04') return time;
  return { ...time, start: wallAfter(time.start, 4 * 60), end: wallAfter(time.end, 4 * 60) };
}

/** A time of so many minutes, whatever the clocks do meanwhile. */
export function timed(start: string, minutes: number, zone: string): SimTime {
  const begin = instantFromWall(start, zone);
  const wall = wallFromInstant(begin, zone);
  const end = wallFromInstant(begin + minutes * 60_000, zone);
  // In the hour that comes twice the wall clock cannot say how long it takes.
  return { allDay: false, start: wall, end: end > wall ? end : wallAfter(wall, minutes), zone };
}

const zonesOfEvents = [
  'Europe/Vienna',
  'America/New_York',
  'Asia/Kolkata',
  'Pacific/Auckland',
  'Pacific/Honolulu',
  'Pacific/Kiritimati',
  'UTC',
];

/** Days with a change of clocks somewhere, near enough to be in every window. */
function changesOfClocks(now: number): string[] {
  const all = ['2026-03-08', '2026-03-29', '2026-04-05', '2026-09-27', '2026-10-25', '2026-11-01', '2027-03-14'];
  const later = ['2027-03-28', '2027-04-04', '2027-09-26', '2027-10-31', '2027-11-07', '2028-03-12', '2028-03-26'];
  return [...all, ...later].filter((date) => Math.abs(Date.parse(date) - now) < 80 * DAY || soon(date, now));
}

function soon(date: string, now: number): boolean {
  const ahead = Date.parse(date) - now;
  return ahead > 0 && ahead < 290 * DAY;
}

function inventMeeting(chance: Chance, marks: Marks, side: Side): Pick<SimFields, 'attendees' | 'organizer'> {
  const guest = `${marks.make(side.sim.id)}@guests.example`;
  const response = chance.pick(['none', 'accepted', 'tentative', 'declined'] as const);
  if (chance.happens(0.5)) return { attendees: [{ email: guest, response }] };
  const host = `${marks.make(side.sim.id)}@hosts.example`;
  return {
    organizer: { email: host, name: 'Host' },
    attendees: [
      { email: side.email, response },
      { email: guest, response: 'accepted' },
    ],
  };
}

export function inventDescription(
  chance: Chance,
  marks: Marks,
  side: Side,
): Pick<SimFields, 'description' | 'descriptionType'> {
  const mark = () => marks.make(side.sim.id);
  switch (chance.weighted({ none: 4, text: 3, html: 3, link: 2, join: 2 })) {
    case 'text':
      return { description: `First ${mark()}\nSecond line`, descriptionType: 'text' };
    case 'html':
      return {
        description: `<p>Hello <b>${mark()}</b></p><p>Second &amp; last<script>alert(1)</script></p>`,
        descriptionType: 'html',
      };
    case 'link':
      return { description: `See https://example.com/${mark()} please`, descriptionType: 'text' };
    case 'join':
      return {
        description: `Agenda ${mark()}\nJoin Zoom Meeting\nhttps://zoom.us/j/${chance.between(1e9, 9e9)}?pwd=abc`,
        descriptionType: 'text',
      };
    default:
      return { description: '', descriptionType: 'text' };
  }
}

export function dateAt(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

export function wallAfter(wall: string, minutes: number): string {
  return wallFromInstant(Date.parse(`${wall}Z`) + minutes * 60_000, 'UTC');
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
