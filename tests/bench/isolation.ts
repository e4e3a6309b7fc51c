import { percentile } from '../../local/demo/figures.ts';
import { googleId } from '../../local/google/calendarIds.ts';
import { graphCalendarId } from '../../local/microsoft/ids.ts';
import { gatherCrowd, type Pairing, type Travel } from './crowd.ts';
import { median } from './machine.ts';
import { benchAppointment } from './services.ts';

/** Whether people with trouble hold up the others: the same changes in a calm time and in one with trouble, in turns. */

export interface IsolationTurn {
  readonly calm: readonly Travel[];
  readonly troubled: readonly Travel[];
  /** Copies that the long first sync made meanwhile, and requests that were turned away: the trouble was there. */
  readonly copiesMade: number;
  readonly turnedAway: number;
}

export interface Isolation {
  readonly pairs: number;
  readonly perSecond: number;
  readonly turns: readonly IsolationTurn[];
}

interface IsolationOptions {
  readonly pairs: number;
  readonly perSecond: number;
  readonly seconds: number;
  readonly turns: number;
  /** Of the first sync that runs meanwhile. */
  readonly events: number;
}

export async function benchIsolation(options: IsolationOptions, say: (line: string) => void): Promise<Isolation> {
  const { pairs, perSecond, seconds, events } = options;
  const crowd = await gatherCrowd(pairs + 2, say);
  try {
    const [throttled, refused, ...others] = crowd.pairs;
    if (!throttled || !refused) throw new Error('There are too few pairs.');
    const { worlds } = crowd.farm.services;
    const change = ({ source }: Pairing, index: number) =>
      worlds.microsoft.insert(source.id, benchAppointment(index, Date.now()));
    const turns: IsolationTurn[] = [];
    for (let turn = 0; turn < options.turns; turn += 1) {
      say(`turn ${turn + 1} of ${options.turns}, calm`);
      const calm = await crowd.travel(others, perSecond, seconds);
      say(`turn ${turn + 1} of ${options.turns}, troubled`);
      let turnedAway = 0;
      const [source, target] = [graphCalendarId(throttled.source), googleId(refused.target)];
      crowd.refuse(async (service, request) => {
        const path = decodeURIComponent(request.url);
        if (service === 'microsoft' && path.includes(source)) {
          turnedAway += 1;
          return Response.json(
            { error: { code: 'TooManyRequests' } },
            { status: 429, headers: { 'retry-after': '600' } },
          );
        }
        if (service === 'google' && request.method === 'POST' && path.includes(`/calendars/${target}/events`)) {
          turnedAway += 1;
          return Response.json({ error: { code: 400, errors: [{ reason: 'invalid' }] } }, { status: 400 });
        }
        return undefined;
      });
      const long = await crowd.join(`long${turn}`, events);
      const trouble = setInterval(() => {
        change(throttled, turn * 1000 + turnedAway);
        change(refused, turn * 1000 + turnedAway);
      }, 1_000);
      const troubled = await crowd.travel(others, perSecond, seconds);
      clearInterval(trouble);
      crowd.refuse(undefined);
      turns.push({ calm, troubled, copiesMade: worlds.google.events(long.target.id).length, turnedAway });
    }
    return { pairs, perSecond, turns };
  } finally {
    await crowd.stop();
  }
}

/** The goal: how much the others' 95th percentile may grow. */
const MOST_GROWTH = 1.2;

export function printedIsolation({ pairs, perSecond, turns }: Isolation): string[] {
  const p95 = (travels: readonly Travel[]) =>
    percentile(
      travels.map(({ ms }) => ms),
      95,
    );
  const ratios = turns.map(({ calm, troubled }) => p95(troubled) / p95(calm));
  return [
    `${pairs} pairs, ${perSecond} changes a second; from change to copy, ms at the 95th percentile`,
    ...turns.map(
      ({ calm, troubled, copiesMade, turnedAway }) =>
        `calm ${p95(calm).toFixed(0)}, troubled ${p95(troubled).toFixed(0)} (${copiesMade} copies of a first sync, ${turnedAway} requests turned away)`,
    ),
    `troubled / calm ${median(ratios).toFixed(2)}, goal at most ${MOST_GROWTH}${median(ratios) > MOST_GROWTH ? ': missed' : ''}`,
  ];
}
