import { performance } from 'node:perf_hooks';
import type { Edit } from '../core/personEdits.ts';
import type { Sample } from '../samples/samples.ts';
import type { DemoPerson } from './person.ts';
import { judge, judgedSpan } from './rules.ts';
import type { ShownCalendar, ShownInstance, Simulator } from './simulator.ts';

/** One direction of the demo: a source that a person works in, a target that is only looked at. */
export interface Direction {
  readonly person: DemoPerson;
  readonly source: Simulator;
  readonly target: Simulator;
  readonly sourceCalendar: ShownCalendar;
  readonly targetCalendar: ShownCalendar;
  readonly say: (line: string) => void;
  readonly progress: (done: number, total: number) => void;
}

interface PairView {
  readonly id: string;
  readonly status: string;
  readonly progress: { readonly done: number; readonly total: number };
  readonly problem?: { readonly message: string };
}

export interface FirstSync {
  readonly pairId: string;
  readonly events: number;
  readonly ms: number;
  readonly sourceRequests: Readonly<Record<string, number>>;
  readonly targetRequests: Readonly<Record<string, number>>;
}

const DAY = 86_400_000;
const PATIENCE_MS = 60_000;

/** Fills the source, makes the pair as the page would, and waits until the first sync is done. */
export async function firstSync(
  direction: Direction,
  seeds: readonly Sample[],
  ways: 'one-way' | 'two-way' = 'one-way',
): Promise<FirstSync> {
  const { person, source, target, sourceCalendar, targetCalendar, say } = direction;
  for (const { name, ics } of seeds) {
    const { inserted, problems } = await source.seed(sourceCalendar.id, ics);
    say(`  seeded ${name}: ${inserted} entries${problems.length > 0 ? `, ${problems.length} unreadable` : ''}`);
  }
  const calendars = await person.get<{ id: string; name: string; accountId: string }[]>('/api/calendars');
  const { accounts } = await person.get<{ accounts: { id: string; provider: string; email: string }[] }>('/api/me');
  const idOf = (side: Simulator, shown: ShownCalendar) => {
    const account = accounts.find(({ provider, email }) => provider === side.name && email === shown.owner);
    const found = calendars.find(({ accountId, name }) => accountId === account?.id && name === shown.name);
    if (!found) throw new Error(`The calendar ${shown.name} of ${shown.owner} is not offered.`);
    return found.id;
  };
  await source.resetRequests();
  await target.resetRequests();
  const began = performance.now();
  const pair = await person.send<PairView>('POST', '/api/pairs', {
    source: idOf(source, sourceCalendar),
    target: idOf(target, targetCalendar),
    direction: ways,
    sourceToTarget: {},
  });
  const view = await until('the first sync', async () => {
    const now = await person.get<PairView>(`/api/pairs/${pair.id}`);
    direction.progress(now.progress.done, now.progress.total);
    if (now.problem) throw new Error(`The first sync stopped: ${now.problem.message}`);
    return now.status === 'active' ? now : undefined;
  });
  const ms = performance.now() - began;
  const sourceRequests = (await source.requests()).counts;
  const targetRequests = (await target.requests()).counts;
  return { pairId: view.id, events: view.progress.total, ms, sourceRequests, targetRequests };
}

/** What a person does to one event, and how to see in the other calendar that it arrived. */
export interface Step {
  readonly name: string;
  readonly act: () => Promise<void>;
  readonly arrived: () => Promise<boolean>;
  /** How long it may take, ms; a minute unless it says otherwise. */
  readonly patienceMs?: number;
  /** It takes away a copy that was written a moment ago. */
  readonly takesFreshCopy?: true;
}

export interface StepResult {
  readonly name: string;
  /** From the service's answer to the person, to what must show in the other calendar, ms. */
  readonly ms: number;
}

/** Works as a person would, a change at a time, and measures how long each takes to arrive. */
export async function work(steps: readonly Step[], say: Direction['say']): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (const step of steps) {
    // People pause between two changes; the queue's poller slows down meanwhile, and the figures are to show that.
    await new Promise((resume) => setTimeout(resume, 100 + 500 * Math.random()));
    await step.act();
    const began = performance.now();
    await until(step.name, async () => ((await step.arrived()) ? true : undefined), 4, step.patienceMs);
    const ms = performance.now() - began;
    results.push({ name: step.name, ms });
    say(`  ${step.name.padEnd(46)} ${ms.toFixed(0).padStart(5)} ms`);
  }
  return results;
}

/** A week of changes in the source. */
export function oneWaySteps({ source, target, sourceCalendar, targetCalendar }: Direction, day: number): Step[] {
  const date = (offset: number) => new Date(day + offset * DAY).toISOString().slice(0, 10);
  const label = `#${date(0).slice(5)}`;
  const from = day - 2 * DAY;
  const to = day + 40 * DAY;
  let single = '';
  let meeting = '';
  let series = '';

  const shown = async (test: (copy: ShownInstance) => boolean) =>
    (await target.instances(targetCalendar.id, from, to)).filter(test).length;
  const titled = (title: string) => shown((copy) => copy.title === title);
  const create = async (edit: Edit) => source.create(sourceCalendar.id, edit);
  const change = async (edit: Edit) => source.change(sourceCalendar.id, single, edit);
  const occurrence = (offset: number) => `${date(offset)}T07:30:00`;

  return [
    {
      name: 'create an appointment',
      act: async () => {
        single = await create({
          title: `Dentist ${label}`,
          start: `${date(1)}T09:00:00`,
          zone: 'Europe/Vienna',
          description: 'Bring the insurance card.\nhttps://dentist.example/map',
          location: 'Main Street 1',
        });
      },
      arrived: async () => (await titled(`Dentist ${label}`)) === 1,
    },
    {
      name: 'give it another title',
      act: () => change({ title: `Dentist, second visit ${label}` }),
      arrived: async () =>
        (await titled(`Dentist, second visit ${label}`)) === 1 && (await titled(`Dentist ${label}`)) === 0,
    },
    {
      name: 'move it to the afternoon',
      act: () => change({ start: `${date(1)}T15:00:00` }),
      arrived: async () =>
        (await shown(
          (copy) =>
            copy.title.startsWith('Dentist, second') &&
            copy.title.endsWith(label) &&
            copy.start === `${date(1)}T14:00:00.000Z`,
        )) === 1,
    },
    {
      name: 'make it private and free',
      act: () => change({ sensitivity: 'private', showAs: 'free' }),
      arrived: async () =>
        (await shown(
          (copy) => copy.title.endsWith(`visit ${label}`) && copy.sensitivity === 'private' && copy.showAs === 'free',
        )) === 1,
    },
    {
      name: 'make it last all day',
      act: () => change({ allDay: true, start: date(1), end: date(2) }),
      arrived: async () =>
        (await shown((copy) => copy.title.endsWith(`visit ${label}`) && copy.time.allDay && copy.start === date(1))) ===
        1,
    },
    {
      name: 'delete it',
      act: () => source.remove(sourceCalendar.id, single),
      arrived: async () => (await shown((copy) => copy.title.endsWith(`visit ${label}`))) === 0,
    },
    {
      name: 'create a meeting with a join link',
      act: async () => {
        meeting = await create({
          title: `Planning ${label}`,
          start: `${date(2)}T10:00:00`,
          zone: 'America/New_York',
          description: '<p>Agenda:</p><ul><li>Budget</li><li>Team</li></ul><p>https://zoom.us/j/99887766</p>',
          descriptionType: 'html',
          location: 'Room 4; https://zoom.us/j/99887766',
          attendees: [{ email: 'kim@example.com', name: 'Kim', response: 'accepted' }],
        });
      },
      arrived: async () => (await titled(`Planning ${label}`)) === 1,
    },
    {
      name: 'create a weekly series of four',
      act: async () => {
        series = await create({
          title: `Course ${label}`,
          start: occurrence(3),
          zone: 'Europe/Vienna',
          recurrence: 'FREQ=WEEKLY;COUNT=4',
        });
      },
      arrived: async () => (await titled(`Course ${label}`)) === 4,
    },
    {
      name: 'move one occurrence of the series',
      act: () =>
        source.change(
          sourceCalendar.id,
          series,
          { start: `${date(11)}T18:00:00`, title: `Course, moved ${label}` },
          occurrence(10),
        ),
      arrived: async () => (await titled(`Course, moved ${label}`)) === 1 && (await titled(`Course ${label}`)) === 3,
    },
    {
      name: 'delete one occurrence of the series',
      act: () => source.remove(sourceCalendar.id, series, occurrence(17)),
      arrived: async () => (await titled(`Course ${label}`)) === 2,
    },
    {
      name: 'cancel the meeting',
      act: () => source.remove(sourceCalendar.id, meeting),
      arrived: async () => (await titled(`Planning ${label}`)) === 0,
    },
  ];
}

/** Holds the target against the rules, event by event. */
export async function verdict(direction: Direction): Promise<{ expected: number; faults: string[]; mails: number }> {
  const { source, target, sourceCalendar, targetCalendar } = direction;
  const now = Date.now();
  const { from, to } = judgedSpan(now);
  const there = await source.instances(sourceCalendar.id, from - DAY, to + DAY);
  const here = await target.instances(targetCalendar.id, from - DAY, to + DAY);
  const { mails } = await target.requests();
  return { ...judge(there, here, sourceCalendar.owner, now), mails };
}

/** Asks every `everyMs` until there is an answer. @throws when there is none for too long */
async function until<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  everyMs = 50,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const end = performance.now() + patienceMs;
  while (performance.now() < end) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resume) => setTimeout(resume, everyMs));
  }
  throw new Error(`After ${patienceMs / 1000} seconds, this has not happened: ${what}.`);
}
