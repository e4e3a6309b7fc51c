import './harness/determinism.ts';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Order } from './farm.ts';
import { interfere } from './harness/loader.ts';
import { mutationNamed } from './mutations.ts';
import type { Result } from './report.ts';
import type { Plan } from './world/plan.ts';

/** `npm run simulate`: many runs of the whole of Hetk against the simulated services, each from its seed. */

const usage = `npm run simulate -- [options]
  --seed N              the first seed, or "fresh" for one by chance (printed); 1 by default
  --runs M              how many seeds from there; 100 by default
  --workers W           processes to split them over; as many as there are cores by default
  --json                ends with one JSON object
  --trace FILE          writes what happened in the last run, line by line
  --two-way SHARE       how many of the pairs are two-way, 0 to 1; 0.5 by default
  --no-faults           people only
  --favour NAME,NAME    faults that are to come more often than by chance
  --no-shrink           does not make a failing world smaller
  --until-failure       stops at the first failing seed
  --check-determinism   runs each seed twice and compares the traces
  --all-faults          fails when a promised fault never fired
  --plan FILE           runs a plan that a failing run has left
  --mutation NAME       breaks the engine on purpose (tests/simulation/mutations.ts)`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '100' },
    workers: { type: 'string' },
    json: { type: 'boolean', default: false },
    trace: { type: 'string' },
    'two-way': { type: 'string', default: '0.5' },
    'no-faults': { type: 'boolean', default: false },
    favour: { type: 'string', default: '' },
    'no-shrink': { type: 'boolean', default: false },
    'until-failure': { type: 'boolean', default: false },
    'check-determinism': { type: 'boolean', default: false },
    'all-faults': { type: 'boolean', default: false },
    plan: { type: 'string' },
    mutation: { type: 'string' },
    child: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}

interfere(values.mutation === undefined ? [] : mutationNamed(values.mutation).changes);
// Only now, so that everything is imported under the simulation's time and chance, and with what it puts in the way.
const { planRun } = await import('./world/plan.ts');
const { simulate } = await import('./world/storm.ts');
const { Tally } = await import('./report.ts');
const { kindOf, shrink } = await import('./shrink.ts');

const planOptions = {
  twoWayShare: Number(values['two-way']),
  faults: !values['no-faults'],
  favoured: values.favour.split(',').filter((name) => name !== ''),
};
const shrinkMs = 60_000;

async function resultOf(seed: number): Promise<Result> {
  const { lines, fired, faults, ...rest } = await simulate(planRun(String(seed), planOptions));
  if (values.trace) writeFileSync(values.trace, `${lines.join('\n')}\n`);
  const found = [...faults];
  if (values['check-determinism']) {
    const again = await simulate(planRun(String(seed), planOptions));
    const at = lines.findIndex((line, index) => line !== again.lines[index]);
    if (again.digest !== rest.digest) found.push(`determinism: line ${at}: ${lines[at]} | ${again.lines[at]}`);
  }
  return { seed, ...rest, faults: found, fired: Object.fromEntries(fired) };
}

if (values.child) {
  process.on('message', async (order: Order) => {
    for (const seed of order.seeds) process.send?.(await resultOf(seed));
  });
} else if (values.plan) {
  const plan = JSON.parse(readFileSync(values.plan, 'utf8')) as Plan;
  const { faults, lines } = await simulate(plan);
  if (values.trace) writeFileSync(values.trace, `${lines.join('\n')}\n`);
  for (const fault of faults) console.log(fault);
  process.exitCode = faults.length > 0 ? 1 : 0;
} else {
  await main();
}

async function main(): Promise<void> {
  // Chance of the real kind: the simulation's own is seeded.
  const seed =
    values.seed === 'fresh'
      ? (process.pid * 7919 + Number(process.hrtime.bigint() % 1_000_000_007n)) % 1e9
      : Number(values.seed);
  const runs = Number(values.runs);
  const single = runs < 8 || values.trace !== undefined;
  const workers = single ? 1 : Number(values.workers ?? availableParallelism());
  if (!Number.isInteger(seed) || !Number.isInteger(runs) || runs < 1 || !Number.isInteger(workers) || workers < 1) {
    console.error(usage);
    process.exit(2);
  }
  console.log(`${runs} runs from seed ${seed} on ${workers} ${workers === 1 ? 'process' : 'processes'}`);
  const tally = new Tally();
  const begun = performance.now();
  const take = (result: Result): boolean => {
    tally.add(result);
    if (result.faults.length > 0) {
      console.log(`seed ${result.seed} fails:`);
      for (const fault of result.faults.slice(0, 8)) console.log(`  ${fault}`);
    }
    if (tally.runs % 500 === 0 && tally.runs < runs) console.log(`${tally.runs} runs so far`);
    return !(values['until-failure'] && tally.failures.length > 0);
  };
  if (workers > 1) {
    const { farm } = await import('./farm.ts');
    await farm(seed, runs, workers, childArgs(), take);
  } else {
    for (let at = seed; at < seed + runs; at += 1) if (!take(await resultOf(at))) break;
  }
  const seconds = (performance.now() - begun) / 1000;
  const [worst] = [...tally.failures].sort((a, b) => a.seed - b.seed);
  if (worst && !values['no-shrink']) await showShrunk(worst);

  const { promised, single: silent } = tally.silent();
  console.log(`\n${tally.table()}\n`);
  if (tally.runs >= 300 && silent.length > 0) console.log(`never fired: ${silent.join(', ')}`);
  console.log(
    `${tally.runs} runs, ${tally.failures.length} failed, ${(tally.runs / seconds).toFixed(1)} runs per second, ${Math.round(tally.steps / tally.runs)} steps a run`,
  );
  const missing = values['all-faults'] ? promised : [];
  if (missing.length > 0) console.log(`promised and never fired: ${missing.join(', ')}`);
  process.exitCode = tally.failures.length > 0 || missing.length > 0 ? 1 : 0;
  if (values.json) {
    console.log(
      JSON.stringify({
        seed,
        runs: tally.runs,
        failed: tally.failures.length,
        runsPerSecond: Number((tally.runs / seconds).toFixed(2)),
        workers,
        digest: tally.digest(),
        failures: tally.failures.map((failure) => ({ seed: failure.seed, faults: failure.faults.slice(0, 8) })),
        faults: tally.faults(),
      }),
    );
  }
}

function childArgs(): string[] {
  return [
    ...['--two-way', values['two-way'], '--favour', values.favour],
    ...(values['no-faults'] ? ['--no-faults'] : []),
    ...(values['check-determinism'] ? ['--check-determinism'] : []),
    ...(values.mutation === undefined ? [] : ['--mutation', values.mutation]),
  ];
}

async function showShrunk({ seed, faults }: Result): Promise<void> {
  const kind = kindOf(faults[0]);
  const whole = planRun(String(seed), planOptions);
  const fails = async (plan: Plan) => (await simulate(plan)).faults;
  const { plan, trials } = await shrink(whole, kind, fails, performance.now() + shrinkMs);
  const { lines, faults: left } = await simulate(plan);
  const name = join(tmpdir(), `hetk-simulation-${seed}`);
  writeFileSync(`${name}.trace`, `${lines.join('\n')}\n`);
  writeFileSync(`${name}.json`, JSON.stringify(plan, undefined, 1));
  console.log(`\nseed ${seed}, made smaller in ${trials} trials:`);
  for (const pair of plan.pairs) console.log(`  pair ${JSON.stringify(pair)}`);
  for (const event of plan.events) console.log(`  event ${event.place.join('.')}`);
  for (const { afterMs, ...step } of plan.steps)
    console.log(`  +${(afterMs / 1000).toFixed(0)} ${JSON.stringify(step)}`);
  for (const fault of left.slice(0, 8)) console.log(`  ${fault}`);
  console.log(
    lines
      .slice(-200)
      .map((line) => `    ${line.slice(0, 300)}`)
      .join('\n'),
  );
  console.log(`the whole trace: ${name}.trace; the world: --plan ${name}.json`);
}
