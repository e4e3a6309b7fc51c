import { parseArgs } from 'node:util';
import { findOnPath } from '../findOnPath.ts';
import { benchCaldav } from './caldav.ts';
import { benchExpand, printedExpansion } from './expand.ts';
import { benchLoad, printedLoad } from './load.ts';
import { missedGoals, printed } from './report.ts';

/**
 * `npm run bench -- caldav [--events N] [--repeat N] [--json]`: Hetk beside `vdirsyncer`, both between two Radicale servers of their own.
 * `npm run bench -- expand [--repeat N] [--json]`: what an old endless recurrence rule costs, in N processes.
 * `npm run bench -- load [--repeat N] [--json]`: what a cold start reads, packaged and as sources.
 * With `--json` the last line is one JSON object. Goals that are missed are said and fail nothing: figures depend on the machine.
 */

const NEEDED = { radicale: 'radicale', vdirsyncer: 'vdirsyncer' } as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: 'string', default: '1000' },
    repeat: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

async function main(): Promise<number> {
  const [bench] = positionals;
  if (positionals.length === 1 && bench === 'caldav') return caldav();
  if (positionals.length === 1 && bench === 'expand') return expansion();
  if (positionals.length === 1 && bench === 'load') return loading();
  console.error(
    'Say which: npm run bench -- caldav [--events N] [--repeat N] [--json], or expand or load [--repeat N] [--json]',
  );
  return 2;
}

function expansion(): number {
  const runs = benchExpand(Number(values.repeat ?? 7));
  for (const line of printedExpansion(runs)) console.log(line);
  if (values.json) console.log(JSON.stringify({ runs }));
  return 0;
}

function loading(): number {
  const turns = benchLoad(Number(values.repeat ?? 7));
  for (const line of printedLoad(turns)) console.log(line);
  if (values.json) console.log(JSON.stringify(turns));
  return 0;
}

async function caldav(): Promise<number> {
  const missing = Object.entries(NEEDED).filter(([program]) => !findOnPath(program));
  if (missing.length > 0) {
    for (const [program, name] of missing) console.error(`${program} is not installed: apt-get install ${name}`);
    return 1;
  }
  const results = await benchCaldav({
    events: Number(values.events),
    repeat: Number(values.repeat ?? 1),
    say: console.log,
  });
  for (const line of printed(results)) console.log(line);
  for (const line of missedGoals(results)) console.log(`missed: ${line}`);
  if (values.json) console.log(JSON.stringify(results));
  return 0;
}

process.exit(await main());
