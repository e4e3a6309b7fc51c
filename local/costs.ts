import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measure } from './costs/measure.ts';
import { costTable, prices, profileTable } from './costs/model.ts';
import { measured } from './costs/usage.ts';

const file = (name: string) => fileURLToPath(new URL(`costs/${name}`, import.meta.url));

/**
 * `npm run costs`: what an installation costs a month, and what a quiet, an office and a heavy user takes, from what was measured and from prices (local/costs/*.json, both with their dates).
 * `-- --measure` measures anew first.
 */
const { values } = parseArgs({ options: { measure: { type: 'boolean', default: false } } });
if (values.measure) await writeFile(file('measured.json'), `${JSON.stringify(await measure(), undefined, 2)}\n`);
const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(file(name), 'utf8'));
const [figures, price] = [measured.parse(await read('measured.json')), prices.parse(await read('prices.json'))];
console.log(costTable(figures, price));
console.log(`\n${profileTable(figures, price)}`);
process.exit(0);
