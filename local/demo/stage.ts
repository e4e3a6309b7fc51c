import { SingleBar } from 'cli-progress';
import type { DemoPerson } from './person.ts';
import type { Direction } from './scenario.ts';
import type { ShownCalendar, Simulator } from './simulator.ts';

/** What each part of the demo begins and ends with. */

export const say = (line: string) => console.log(line);

export interface Figures extends Record<string, number | string> {}

/** A pair's two calendars, with a bar for its first sync. */
export function begun(
  person: DemoPerson,
  source: Simulator,
  target: Simulator,
  sourceCalendar: ShownCalendar,
  targetCalendar: ShownCalendar,
): { direction: Direction; bar: SingleBar } {
  const bar = new SingleBar({
    format: '  first sync [{bar}] {value}/{total}',
    barsize: 40,
    noTTYOutput: true,
    notTTYSchedule: 1_000,
  });
  bar.start(1, 0);
  const progress = (done: number, total: number) => {
    bar.setTotal(Math.max(total, 1));
    bar.update(done);
  };
  return { direction: { person, source, target, sourceCalendar, targetCalendar, say, progress }, bar };
}

export async function accountsOf(person: DemoPerson): Promise<{ id: string; provider: string }[]> {
  return (await person.get<{ accounts: { id: string; provider: string }[] }>('/api/me')).accounts;
}

/** The page lists calendars when an account is connected; new ones are looked for on request, and where there is no push changes, too. */
export async function lookAgain(person: DemoPerson, accountId: string): Promise<void> {
  await person.send('POST', `/api/accounts/${accountId}/refresh`);
}

/** After calendars were added. */
export async function lookEverywhere(person: DemoPerson): Promise<void> {
  for (const { id } of await accountsOf(person)) await lookAgain(person, id);
}

/** The Monday of a week of changes; each turn has one of its own. */
export function weekOf(turn: number): number {
  return Date.parse('2027-01-04') + turn * 7 * 86_400_000;
}

export function tell(expected: number, problems: readonly string[]): void {
  say(
    `  checked ${expected} copies against the rules: ${problems.length === 0 ? 'all right' : `${problems.length} wrong`}`,
  );
  for (const problem of problems.slice(0, 20)) say(`    ${problem}`);
}

export function mailed(mails: number): string[] {
  return mails > 0 ? [`${mails} mails would have been sent`] : [];
}
