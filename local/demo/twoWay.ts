import type { Edit } from '../core/personEdits.ts';
import { judge, judgedSpan } from './rules.ts';
import type { Direction, Step } from './scenario.ts';
import type { ShownCalendar, ShownInstance, Simulator } from './simulator.ts';

/** Two-way pairs: what a person does to copies and what must become of their originals, and the verdict on both calendars. */

const DAY = 86_400_000;

/** One of the two calendars, as a person works in it. */
interface Side {
  create(edit: Edit): Promise<string>;
  /** The one event or occurrence with this title. */
  edit(title: string, edit: Edit): Promise<void>;
  remove(title: string): Promise<void>;
  /** How many have this title and pass the test. */
  count(title: string, test?: (shown: ShownInstance) => boolean): Promise<number>;
}

function sideOf(simulator: Simulator, calendar: ShownCalendar, from: number, to: number): Side {
  const titled = async (title: string) =>
    (await simulator.instances(calendar.id, from, to)).filter((shown) => shown.title === title);
  const first = async (title: string) => {
    const [shown] = await titled(title);
    if (!shown) throw new Error(`The simulated ${simulator.name} shows no event called ${title}.`);
    return shown;
  };
  return {
    create: (edit) => simulator.create(calendar.id, edit),
    async edit(title, edit) {
      const { eventId, originalStart } = await first(title);
      await simulator.change(calendar.id, eventId, edit, originalStart);
    },
    async remove(title) {
      const { eventId, originalStart } = await first(title);
      await simulator.remove(calendar.id, eventId, originalStart);
    },
    count: async (title, test = () => true) => (await titled(title)).filter(test).length,
  };
}

/** A week of changes on both sides, most of them to copies. */
export function twoWaySteps({ source, target, sourceCalendar, targetCalendar }: Direction, day: number): Step[] {
  const date = (offset: number) => new Date(day + offset * DAY).toISOString().slice(0, 10);
  const label = `#${date(0).slice(5)}`;
  const here = sideOf(source, sourceCalendar, day - 2 * DAY, day + 40 * DAY);
  const there = sideOf(target, targetCalendar, day - 2 * DAY, day + 40 * DAY);
  const zone = 'Europe/Vienna';
  const [dentist, visit, choir, course, outdoors, planning, party] = [
    'Dentist',
    'Dentist, second visit',
    'Choir',
    'Course',
    'Course, outdoors',
    'Planning',
    'Party',
  ].map((title) => `${title} ${label}`) as [string, string, string, string, string, string, string];
  const at = (wanted: string) => (shown: ShownInstance) => shown.start === wanted;

  return [
    {
      name: `create an appointment at ${source.name}`,
      act: async () => {
        await here.create({ title: dentist, start: `${date(1)}T09:00:00`, zone, description: 'Bring the card.' });
      },
      arrived: async () => (await there.count(dentist)) === 1,
    },
    {
      name: 'give its copy another title and a place',
      act: () => there.edit(dentist, { title: visit, location: 'Main Street 1' }),
      arrived: async () =>
        (await here.count(
          visit,
          ({ location, description }) => location === 'Main Street 1' && description.includes('Bring the card.'),
        )) === 1 && (await here.count(dentist)) === 0,
    },
    {
      name: 'move its copy to the afternoon',
      act: () => there.edit(visit, { start: `${date(1)}T15:00:00`, zone }),
      arrived: async () => (await here.count(visit, at(`${date(1)}T14:00:00.000Z`))) === 1,
    },
    {
      name: 'move the original to the next day',
      act: () => here.edit(visit, { start: `${date(2)}T15:00:00`, zone }),
      arrived: async () => (await there.count(visit, at(`${date(2)}T14:00:00.000Z`))) === 1,
    },
    {
      name: 'delete its copy: the original goes, too',
      act: () => there.remove(visit),
      arrived: async () => (await here.count(visit)) === 0,
      takesFreshCopy: true,
    },
    {
      name: `create an appointment at ${target.name}`,
      act: async () => {
        await there.create({ title: choir, start: `${date(3)}T19:00:00`, zone });
      },
      arrived: async () => (await here.count(choir)) === 1,
    },
    {
      name: 'make its copy private and free',
      act: () => here.edit(choir, { sensitivity: 'private', showAs: 'free' }),
      arrived: async () =>
        (await there.count(choir, ({ sensitivity, showAs }) => sensitivity === 'private' && showAs === 'free')) === 1,
    },
    {
      name: 'create a weekly series of four',
      act: async () => {
        await here.create({ title: course, start: `${date(4)}T07:30:00`, zone, recurrence: 'FREQ=WEEKLY;COUNT=4' });
      },
      arrived: async () => (await there.count(course)) === 4,
    },
    {
      name: 'edit the copy of one occurrence',
      act: () => there.edit(course, { title: outdoors }),
      arrived: async () => (await here.count(outdoors)) === 1 && (await here.count(course)) === 3,
    },
    {
      name: 'delete the copy of another occurrence',
      act: () => there.remove(course),
      arrived: async () => (await here.count(course)) === 2,
      takesFreshCopy: true,
    },
    {
      name: 'create a meeting',
      act: async () => {
        const attendees: Edit['attendees'] = [{ email: 'kim@example.com', name: 'Kim', response: 'accepted' }];
        await here.create({ title: planning, start: `${date(5)}T10:00:00`, zone, attendees });
      },
      arrived: async () => (await there.count(planning)) === 1,
    },
    {
      name: 'edit its copy: it is put back',
      act: () => there.edit(planning, { title: party, start: `${date(6)}T10:00:00`, zone }),
      arrived: async () =>
        (await there.count(planning, at(`${date(5)}T09:00:00.000Z`))) === 1 && (await there.count(party)) === 0,
    },
    {
      name: 'delete its copy: it is made anew',
      act: () => there.remove(planning),
      arrived: async () => (await there.count(planning)) === 1 && (await here.count(planning)) === 1,
      takesFreshCopy: true,
    },
  ];
}

/** Holds each calendar's copies against the other's originals, event by event. */
export async function twoWayVerdict({ source, target, sourceCalendar, targetCalendar }: Direction) {
  const now = Date.now();
  const { from, to } = judgedSpan(now);
  const here = await source.instances(sourceCalendar.id, from - DAY, to + DAY);
  const there = await target.instances(targetCalendar.id, from - DAY, to + DAY);
  const verdicts = [
    judge(here.filter(isOriginal), there.filter(isCopy), sourceCalendar.owner, now),
    judge(there.filter(isOriginal), here.filter(isCopy), targetCalendar.owner, now),
  ];
  return {
    expected: verdicts.reduce((sum, { expected }) => sum + expected, 0),
    faults: verdicts.flatMap(({ faults }) => faults),
    mails: (await source.requests()).mails + (await target.requests()).mails,
  };
}

/** A copy carries the mark that Hetk leaves beside the event's own fields; at iCloud its UID is one, too. */
function isCopy({ extra, iCalUId }: ShownInstance): boolean {
  return /hetk/i.test(JSON.stringify(extra)) || iCalUId.startsWith('hetk1-');
}

function isOriginal(shown: ShownInstance): boolean {
  return !isCopy(shown);
}
