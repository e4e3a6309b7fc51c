import { parseArgs } from 'node:util';
import { findOnPath } from '../findOnPath.ts';
import { benchCaldav } from './caldav.ts';
import { missedGoals, printed } from './report.ts';

/**
 * `npm run bench -- caldav [--events N] [--repeat N] [--json]`: Hetk beside `vdirsyncer`, both between two Radicale servers of their own.
 * With `--json` the last line is one JSON object. Goals that are missed are said and fail nothing: figures depend on the machine.
 */

const NEEDED = { radicale: 'radicale', vdirsyncer: 'vdirsyncer' } as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: 'string', default: '1000' },
    repeat: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});

async function main(): Promise<number> {
  if (positionals.length !== 1 || positionals[0] !== 'caldav') {
    console.error('There is one bench: npm run bench -- caldav [--events N] [--repeat N] [--json]');
    return 2;
  }
  const missing = Object.entries(NEEDED).filter(([program]) => !findOnPath(program));
  if (missing.length > 0) {
    for (const [program, name] of missing) console.error(`${program} is not installed: apt-get install ${name}`);
    return 1;
  }
  const results = await benchCaldav({ events: Number(values.events), repeat: Number(values.repeat), say: console.log });
  for (const line of printed(results)) console.log(line);
  for (const line of missedGoals(results)) console.log(`missed: ${line}`);
  if (values.json) console.log(JSON.stringify(results));
  return 0;
}

process.exit(await main());
