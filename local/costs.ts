import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { measure } from './costs/measure.ts';
import { keepMeasured, readMeasured } from './costs/measuredFile.ts';
import { costTable, prices, profileTable } from './costs/model.ts';

/**
 * `npm run costs`: what an installation costs a month, and what a quiet, an office and a heavy user takes, from what was counted and measured and from
 * prices (local/costs/*.json, both with their dates). `-- --measure` measures anew first; `npm run bench -- day --write` counts anew.
 */
const { values } = parseArgs({ options: { measure: { type: 'boolean', default: false } } });
if (values.measure) await keepMeasured({ acts: await measure() });
const figures = await readMeasured();
const price = prices.parse(JSON.parse(await readFile(new URL('costs/prices.json', import.meta.url), 'utf8')));
console.log(costTable(figures, price));
console.log(`\n${profileTable(figures, price)}`);
process.exit(0);
