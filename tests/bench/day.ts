import { countNames, type DayCounts, noCounts, plus, type TimerCounts } from '../../local/costs/usage.ts';
import { DAY_MS } from '../../shared/calendar/window.ts';
import { Chance } from '../simulation/harness/chance.ts';
import { startDayUser, type UserKind } from './dayUser.ts';
import { timers } from './timers.ts';
import { startBenchWorld } from './world.ts';

/**
 * What a user's day takes, counted: whole days pass in a world under a clock of its own, with every timer, push, poll, renewal, slide and
 * verification that comes in them. Chance is seeded, so that the counts hardly differ from run to run.
 */

interface Profile {
  /** Of a user in a day, in all calendars together. */
  readonly changes: number;
  readonly pairs: number;
  /** How many of such users have iCloud besides. */
  readonly icloudShare: number;
}

const profiles = {
  quiet: { changes: 2, pairs: 1, icloudShare: 0 },
  office: { changes: 12, pairs: 1, icloudShare: 0.3 },
  heavy: { changes: 60, pairs: 3, icloudShare: 1 },
} as const satisfies Record<string, Profile>;

export interface CountedDays {
  /** Events of people in each source. */
  readonly events: number;
  /** How many days the counts are the mean of. */
  readonly days: number;
  readonly profiles: Readonly<Record<keyof typeof profiles, DayCounts>>;
  readonly timers: TimerCounts;
}

/** @param days how many pass one after another; a registration at Google lasts five until it is renewed */
export async function benchDay(events: number, days: number, say: (line: string) => void): Promise<CountedDays> {
  let ticking: TimerCounts = { ticks: 0, sqlStatements: 0 };
  async function of(name: keyof typeof profiles): Promise<DayCounts> {
    const { changes, pairs, icloudShare } = profiles[name];
    let mean = noCounts();
    for (const [icloud, share] of [[false, 1 - icloudShare] as const, [true, icloudShare] as const]) {
      if (share === 0) continue;
      say(`${name}, ${icloud ? 'with' : 'without'} iCloud`);
      const counted = await countDays({ pairs, icloud, events }, changes, days);
      mean = plus(mean, [counted.day, share]);
      ticking = counted.timers;
    }
    for (const count of countNames) mean[count] = Math.round(mean[count] * 100) / 100;
    return mean;
  }
  const counted = { quiet: await of('quiet'), office: await of('office'), heavy: await of('heavy') };
  return { events, days, profiles: counted, timers: ticking };
}

/** What Hetk did in a mean day. */
interface CountedDay {
  readonly day: DayCounts;
  readonly timers: TimerCounts;
  /** Events that Hetk created, changed and deleted: one for each change, unless something is written twice or put back. */
  readonly written: number;
}

/** When people make changes: 08:00 to 18:00, ms of the day. */
const WORK_BEGINS_MS = 8 * 3_600_000;
const WORK_TAKES_MS = 10 * 3_600_000;

/** @throws Error when a calendar is not at the end what it should be */
export async function countDays(kind: UserKind, changes: number, days: number): Promise<CountedDay> {
  const world = await startBenchWorld(new Chance('a day'));
  try {
    const user = await startDayUser(world, kind);
    for (const timer of timers) world.start(timer);
    const midnight = () => Math.ceil(world.now() / DAY_MS) * DAY_MS;
    await world.advance(midnight() - world.now());
    const first = midnight();
    let own = 0;
    const pass = async (day: number) => {
      const begin = first + day * DAY_MS;
      for (let count = 0; count < changes; count += 1)
        world.at(begin + WORK_BEGINS_MS + (WORK_TAKES_MS * (count + 0.5)) / changes, async () => {
          own += 1;
          user.change();
        });
      await world.advance(begin + DAY_MS - world.now());
      user.check();
    };
    // Nothing of this day counts: it lets what is due come into the rhythm it keeps.
    await pass(0);
    world.taken();
    own = 0;
    const before = user.changed();
    for (let day = 1; day <= days; day += 1) await pass(day);
    const { work, timers: ticked } = world.taken();
    return {
      day: plus(noCounts(), [{ ...work, changes: own }, 1 / days]),
      timers: { ticks: ticked.executions / days, sqlStatements: ticked.sqlStatements / days },
      written: (user.changed() - before - own) / days,
    };
  } finally {
    await world.close();
  }
}

const names: Readonly<Record<keyof DayCounts, string>> = {
  changes: 'changes by people',
  fallbackPulls: 'fallback pulls',
  polls: 'polls of iCloud accounts',
  fullRounds: 'full rounds',
  renewals: 'push registrations renewed',
  executions: 'executions',
  queueRequests: 'queue requests',
  tableRequests: 'table requests',
  sqlStatements: 'SQL statements',
  microsoftRequests: 'requests to Microsoft',
  googleRequests: 'requests to Google',
  icloudRequests: 'requests to iCloud',
  tokenRequests: 'requests for access tokens',
  logLines: 'log lines',
  logBytes: 'bytes of log',
};

export function printedDay({ events, days, profiles: counted, timers: ticking }: CountedDays): string[] {
  const kinds = ['quiet', 'office', 'heavy'] as const;
  const cell = (text: string) => text.padStart(10);
  return [
    `${'of one user and day'.padEnd(28)}${kinds.map(cell).join('')}`,
    ...countNames.map(
      (name) => `${names[name].padEnd(28)}${kinds.map((kind) => cell(counted[kind][name].toFixed(1))).join('')}`,
    ),
    `mean of ${days} days, ${events} events of people in each source`,
    `besides, of an installation and day: ${ticking.ticks} ticks of timers with ${Math.round(ticking.sqlStatements)} SQL statements`,
  ];
}
