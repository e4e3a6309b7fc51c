import { percentile } from '../../local/demo/figures.ts';
import { gatherCrowd, type Travel } from './crowd.ts';

/** How long a change is on its way when many people have changes, and what of that is Hetk's. */

export interface Propagation {
  readonly pairs: number;
  readonly rates: readonly { readonly perSecond: number; readonly travels: readonly Travel[] }[];
}

export async function benchPropagation(
  pairs: number,
  rates: readonly number[],
  seconds: number,
  say: (line: string) => void,
): Promise<Propagation> {
  const crowd = await gatherCrowd(pairs, say);
  try {
    const all: { perSecond: number; travels: Travel[] }[] = [];
    for (const perSecond of rates) {
      say(`${perSecond} changes a second for ${seconds} s`);
      all.push({ perSecond, travels: await crowd.travel(crowd.pairs, perSecond, seconds) });
    }
    return { pairs, rates: all };
  } finally {
    await crowd.stop();
  }
}

/** The goal: ms at the 95th percentile beyond what the services take, at so many changes a second. */
const MOST_ADDED_MS = 400;
const AT_RATE = 10;

export function printedPropagation({ pairs, rates }: Propagation): string[] {
  const cell = (text: string) => text.padStart(9);
  const of = (values: readonly number[]) => [50, 95, 99].map((p) => cell(percentile(values, p).toFixed(0))).join('');
  return [
    `${pairs} pairs; ms at the 50th, 95th and 99th percentile`,
    `${'changes/s'.padEnd(10)}${cell('changes')}  ${'from change to copy'.padStart(27)}  ${'of it added by Hetk'.padStart(27)}`,
    ...rates.map(({ perSecond, travels }) => {
      const added = travels.map(({ addedMs }) => addedMs);
      const missed = perSecond === AT_RATE && percentile(added, 95) > MOST_ADDED_MS ? '  missed' : '';
      return `${String(perSecond).padEnd(10)}${cell(String(travels.length))}  ${of(travels.map(({ ms }) => ms))}  ${of(added)}${missed}`;
    }),
  ];
}
