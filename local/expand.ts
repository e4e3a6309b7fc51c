import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { isDate } from '../shared/providers/dates.ts';
import { personLine, reportOn } from './expand/report.ts';

/** `npm run expand -- FILE.ics --from DATE --to DATE [--json]`: what Hetk makes of an iCalendar file, one line per instance. */

const usage = `npm run expand -- FILE.ics --from DATE --to DATE [--json]
  DATE is YYYY-MM-DD; the day of --to is the first that is no longer shown.`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { from: { type: 'string' }, to: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const [file] = positionals;
  const { from = '', to = '', json } = values;
  if (positionals.length !== 1 || file === undefined || !isDate(from) || !isDate(to) || to < from)
    throw new Error(usage);
  const report = reportOn(await readFile(file, 'utf8'), from, to);
  for (const line of report.instances) console.log(personLine(line));
  for (const { uid, reason } of report.problems)
    console.log(`Problem${uid === undefined ? '' : ` with ${uid}`}: ${reason}`);
  if (json) console.log(JSON.stringify(report));
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
