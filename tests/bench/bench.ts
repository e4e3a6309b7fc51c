import { parseArgs } from 'node:util';
import { findOnPath } from '../findOnPath.ts';
import { machine } from './machine.ts';

/**
 * `npm run bench -- NAME [options] [--json]`: the performance figures of docs/performance.md.
 * With `--json` the last line is one JSON object. Goals that are missed are said and fail nothing: figures depend on the machine.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: 'string' },
    repeat: { type: 'string' },
    from: { type: 'string' },
    heap: { type: 'string' },
    pairs: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '60' },
    days: { type: 'string', default: '10' },
    write: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

interface Outcome {
  readonly lines: readonly string[];
  readonly results: unknown;
}

const benches: Readonly<Record<string, { readonly usage: string; readonly run: () => Promise<Outcome | undefined> }>> =
  {
    caldav: { usage: '[--events N] [--repeat N]', run: caldav },
    expand: { usage: '[--repeat N]', run: expansion },
    load: { usage: '[--repeat N]', run: loading },
    requests: { usage: '[--events N,N,…] [--from SERVICE]', run: requests },
    memory: { usage: '[--events N,N,…] [--from SERVICE] [--heap MB]', run: memory },
    propagation: { usage: '[--pairs N] [--seconds N]', run: propagation },
    isolation: { usage: '[--pairs N] [--seconds N] [--events N] [--repeat N]', run: isolation },
    scale: { usage: '[--events N,N,…] [--repeat N]', run: scale },
    day: { usage: '[--events N] [--days N] [--write]', run: day },
    floor: { usage: '[--events N] [--repeat N]', run: floor },
  };

const NEEDED = { radicale: 'radicale', vdirsyncer: 'vdirsyncer' } as const;

async function main(): Promise<number> {
  const [name = ''] = positionals;
  const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
  if (positionals.length !== 1 || !bench) {
    console.error('Say which:');
    for (const [each, { usage }] of Object.entries(benches))
      console.error(`  npm run bench -- ${each} ${usage} [--json]`);
    return 2;
  }
  console.log(machine());
  const outcome = await bench.run();
  if (!outcome) return 1;
  for (const line of outcome.lines) console.log(line);
  if (values.json) console.log(JSON.stringify(outcome.results));
  return 0;
}

const repeat = (usual: number) => Number(values.repeat ?? usual);
const sizes = (usual: string) => (values.events ?? usual).split(',').map(Number);

async function expansion(): Promise<Outcome> {
  const { benchExpand, printedExpansion } = await import('./expand.ts');
  const runs = benchExpand(repeat(7));
  return { lines: printedExpansion(runs), results: { runs } };
}

async function loading(): Promise<Outcome> {
  const { benchLoad, printedLoad } = await import('./load.ts');
  const loaded = await benchLoad(repeat(7));
  return { lines: printedLoad(loaded), results: loaded };
}

async function requests(): Promise<Outcome> {
  const { benchRequests, printedRequests } = await import('./requests.ts');
  const counted = await benchRequests(sizes('1000,10000,50000'), console.log, values.from);
  return { lines: printedRequests(counted), results: counted };
}

async function memory(): Promise<Outcome> {
  const { benchMemory, printedMemory } = await import('./memory.ts');
  const heapMb = values.heap ? Number(values.heap) : undefined;
  const all = await benchMemory(sizes('1000,10000,50000'), console.log, { from: values.from, heapMb });
  return { lines: printedMemory(all), results: all };
}

async function propagation(): Promise<Outcome> {
  const { benchPropagation, printedPropagation } = await import('./propagation.ts');
  const results = await benchPropagation(Number(values.pairs), [1, 10, 50], Number(values.seconds), console.log);
  return { lines: printedPropagation(results), results };
}

async function isolation(): Promise<Outcome> {
  const { benchIsolation, printedIsolation } = await import('./isolation.ts');
  const [events = 10_000] = sizes('10000');
  const [pairs, seconds, turns] = [Number(values.pairs), Number(values.seconds), repeat(3)];
  const results = await benchIsolation({ pairs, perSecond: 10, seconds, turns, events }, console.log);
  return { lines: printedIsolation(results), results };
}

/** Of calendars, not of events. */
async function scale(): Promise<Outcome> {
  const { benchScale, printedScale } = await import('./scale.ts');
  const results = await benchScale(sizes('1000,100000,1000000'), repeat(7), 100, console.log);
  return { lines: printedScale(results), results };
}

/** With `--write` the counts are kept for `npm run costs`. */
async function day(): Promise<Outcome> {
  const [{ benchDay, printedDay }, { keepMeasured }] = await Promise.all([
    import('./day.ts'),
    import('../../local/costs/measuredFile.ts'),
  ]);
  const [events = 400] = sizes('400');
  const results = await benchDay(events, Number(values.days), console.log);
  const date = new Date().toISOString().slice(0, 10);
  if (values.write) await keepMeasured({ days: { date, machine: machine(), ...results } });
  return { lines: printedDay(results), results };
}

async function floor(): Promise<Outcome> {
  const { benchFloor, printedFloor } = await import('./floor.ts');
  const [changes = 1000] = sizes('1000');
  const results = await benchFloor(changes, repeat(3), console.log);
  return { lines: printedFloor(results), results };
}

async function caldav(): Promise<Outcome | undefined> {
  const missing = Object.entries(NEEDED).filter(([program]) => !findOnPath(program));
  for (const [program, name] of missing) console.error(`${program} is not installed: apt-get install ${name}`);
  if (missing.length > 0) return undefined;
  const { benchCaldav } = await import('./caldav.ts');
  const { missedGoals, printed } = await import('./report.ts');
  const [events = 1000] = sizes('1000');
  const results = await benchCaldav({ events, repeat: repeat(1), say: console.log });
  return { lines: [...printed(results), ...missedGoals(results).map((line) => `missed: ${line}`)], results };
}

process.exit(await main());
