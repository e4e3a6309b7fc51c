import { percentile, rounded } from './figures.ts';
import { quiet, writes } from './load.ts';
import type { DemoPerson } from './person.ts';
import {
  type Direction,
  type FirstSync,
  firstSync,
  oneWaySteps,
  type Step,
  type StepResult,
  verdict,
  work,
} from './scenario.ts';
import { seeds } from './seed.ts';
import type { Simulator } from './simulator.ts';
import { accountsOf, begun, type Figures, lookAgain, lookEverywhere, mailed, say, tell, weekOf } from './stage.ts';
import { twoWaySteps, twoWayVerdict } from './twoWay.ts';

/**
 * iCloud's part of the demo. iCloud tells nobody of a change, so it is asked: by the timer, which one step waits for, and otherwise because the
 * person presses “Look for changes and new calendars” after what they did.
 */

/** The shortest pace is half a minute, and the timer ticks once a minute. */
const TIMED_POLL_MS = 120_000;

interface Cast {
  readonly person: DemoPerson;
  readonly microsoft: Simulator;
  readonly google: Simulator;
  readonly icloud: Simulator;
  readonly who: { readonly microsoft: string; readonly google: string; readonly icloud: string };
}

/** @returns whether all of it is right */
export async function runWithIcloud({ person, microsoft, google, icloud, who }: Cast, figures: Figures) {
  const account = (await accountsOf(person)).find(({ provider }) => provider === 'icloud');
  if (!account) throw new Error('iCloud is not connected.');
  const calendars = {
    family: await icloud.addCalendar(who.icloud, 'Family'),
    familyAtGoogle: await google.addCalendar(who.google, 'Family'),
    plans: await microsoft.addCalendar(who.microsoft, 'For the phone'),
    phone: await icloud.primary(who.icloud),
    office: await microsoft.addCalendar(who.microsoft, 'Both ways, to iCloud'),
    officeAtIcloud: await icloud.addCalendar(who.icloud, 'Both ways'),
  };
  await lookEverywhere(person);
  const ask = () => lookAgain(person, account.id);
  const asked = askedAfterChanges(icloud, ask);

  say('\nicloud → google');
  const out = begun(person, asked, google, calendars.family, calendars.familyAtGoogle);
  const told = await outOfIcloud(out);
  // Nobody asks until the timer does: meanwhile the other direction, which needs no asking, is at work.
  const lines: string[] = [];
  const unasked = work([leftAlone({ ...out.direction, source: icloud })], (line) => lines.push(line));
  say('\nmicrosoft → icloud');
  const into = begun(person, microsoft, icloud, calendars.plans, calendars.phone);
  const [intoIsRight, [alone]] = await Promise.all([intoIcloud(into, figures), unasked]);
  say('\nicloud → google, by the timer');
  for (const line of lines) say(line);
  const outIsRight = await outOfIcloudInTheEnd(out.direction, ask, told, Math.round(alone?.ms ?? Number.NaN), figures);
  say('\nmicrosoft ↔ icloud');
  const both = begun(person, microsoft, asked, calendars.office, calendars.officeAtIcloud);
  return [intoIsRight, outIsRight, await bothWays(both, figures)].every(Boolean);
}

/** A pair that is to be made. */
type Begun = ReturnType<typeof begun>;

function askedAfterChanges(simulator: Simulator, ask: () => Promise<void>): Simulator {
  return {
    ...simulator,
    async create(calendar, edit) {
      const id = await simulator.create(calendar, edit);
      await ask();
      return id;
    },
    async change(...edit) {
      await simulator.change(...edit);
      await ask();
    },
    async remove(...event) {
      await simulator.remove(...event);
      await ask();
    },
  };
}

/** Microsoft → iCloud: a change is pushed, and each copy is a resource of its own. */
async function intoIcloud({ direction, bar }: Begun, figures: Figures): Promise<boolean> {
  const { target: icloud } = direction;
  const first = await firstSync(direction, (await seeds(Date.now())).slice(-3)).finally(() => bar.stop());
  say(`  ${first.events} events in ${rounded(first.ms / 1000)} s`);
  await quiet(direction);
  await icloud.resetRequests();
  const results = await work(oneWaySteps(direction, weekOf(0)), say);
  await quiet(direction);
  const written = await writes(icloud);
  return concluded('microsoftToIcloud', await verdict(direction), results, [], figures, {
    targetWritesPerChange_requests: rounded(written / results.length),
    firstSync_events: first.events,
    firstSync_ms: Math.round(first.ms),
  });
}

interface Told {
  readonly first: FirstSync;
  readonly results: readonly StepResult[];
}

/** iCloud → Google: what is found by asking. */
async function outOfIcloud({ direction, bar }: Begun): Promise<Told> {
  const first = await firstSync(direction, (await seeds(Date.now())).slice(-3)).finally(() => bar.stop());
  say(`  ${first.events} events in ${rounded(first.ms / 1000)} s`);
  await quiet(direction);
  const results = await work(oneWaySteps(direction, weekOf(0)), say);
  await quiet(direction);
  return { first, results };
}

/** What asking costs when nothing has changed, and the verdict. */
async function outOfIcloudInTheEnd(
  direction: Direction,
  ask: () => Promise<void>,
  { first, results }: Told,
  timedPollMs: number,
  figures: Figures,
): Promise<boolean> {
  const { source, target } = direction;
  await quiet(direction);
  await source.resetRequests();
  await target.resetRequests();
  await ask();
  await quiet(direction, 3_000);
  // One for the list of calendars, which the person asked for, and one for whatever changed.
  const requests = Object.values((await source.requests()).counts).reduce((sum, count) => sum + count, 0);
  const written = await writes(target);
  const problems = [
    ...(requests > 2 ? [`asking without a change took ${requests} requests instead of 2`] : []),
    ...(written > 0 ? [`asking without a change led to ${written} writes`] : []),
  ];
  return concluded('icloudToGoogle', await verdict(direction), results, problems, figures, {
    timedPoll_ms: timedPollMs,
    listAndNoChange_requests: requests,
    noChange_writes: written,
    firstSync_events: first.events,
    firstSync_ms: Math.round(first.ms),
  });
}

/** A change that nobody tells of. */
function leftAlone({ source, target, sourceCalendar, targetCalendar }: Direction): Step {
  const day = weekOf(4);
  const title = 'Picnic';
  const start = `${new Date(day).toISOString().slice(0, 10)}T12:00:00`;
  return {
    name: 'create an appointment and just wait',
    act: async () => {
      await source.create(sourceCalendar.id, { title, start, zone: 'Europe/Vienna' });
    },
    arrived: async () =>
      (await target.instances(targetCalendar.id, day, day + 86_400_000)).some((copy) => copy.title === title),
    patienceMs: TIMED_POLL_MS,
  };
}

/**
 * Microsoft ↔ iCloud: what is done to a copy at iCloud arrives at its original, and the other way round. Nobody waits here until iCloud is
 * believed that a copy is gone which was written a moment ago: its readings are known to lag behind.
 */
async function bothWays({ direction, bar }: Begun, figures: Figures): Promise<boolean> {
  const [forSource, forTarget] = (await seeds(Date.now())).slice(-2);
  if (forTarget) await direction.target.seed(direction.targetCalendar.id, forTarget.ics);
  const first = await firstSync(direction, forSource ? [forSource] : [], 'two-way').finally(() => bar.stop());
  say(`  ${first.events} events in ${rounded(first.ms / 1000)} s`);
  await quiet(direction);
  const steps = twoWaySteps(direction, weekOf(0)).filter(({ takesFreshCopy }) => !takesFreshCopy);
  const results = await work(steps, say);
  await quiet(direction);
  return concluded('microsoftIcloudTwoWay', await twoWayVerdict(direction), results, [], figures, {
    firstSync_events: first.events,
    firstSync_ms: Math.round(first.ms),
  });
}

function concluded(
  name: string,
  { expected, faults, mails }: { expected: number; faults: string[]; mails: number },
  results: readonly StepResult[],
  more: readonly string[],
  figures: Figures,
  own: Readonly<Record<string, number>>,
): boolean {
  const problems = [...faults, ...mailed(mails), ...more];
  tell(expected, problems);
  const times = results.map(({ ms }) => ms);
  const all = {
    propagation_p50_ms: rounded(percentile(times, 50)),
    propagation_p95_ms: rounded(percentile(times, 95)),
    changes_count: results.length,
    ...own,
    copiesChecked_count: expected,
    wrong_count: problems.length,
  };
  for (const [figure, value] of Object.entries(all)) figures[`${name}_${figure}`] = value;
  return problems.length === 0;
}
