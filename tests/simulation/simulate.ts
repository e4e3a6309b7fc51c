import './harness/determinism.ts';
import './harness/loader.ts';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
    trace: { type: 'string' },
    'two-way': { type: 'string', default: '0' },
    'no-faults': { type: 'boolean', default: false },
  },
});

// Only now, so that everything is imported under the simulation's time and chance.
const { planRun } = await import('./world/plan.ts');
const { simulate } = await import('./world/storm.ts');

const first = Number(values.seed);
const runs = Number(values.runs);
const begun = performance.now();
const cpuBegun = process.cpuUsage();
let failed = 0;
let steps = 0;
let half = process.cpuUsage();
for (let seed = first; seed < first + runs; seed += 1) {
  if (seed === first + (runs >> 1)) half = process.cpuUsage();
  const plan = planRun(String(seed), { twoWayShare: Number(values['two-way']), faults: !values['no-faults'] });
  const outcome = await simulate(plan);
  steps += outcome.steps;
  if (values.trace) (await import('node:fs')).writeFileSync(values.trace, outcome.lines.join('\n'));
  if (outcome.faults.length > 0) {
    failed += 1;
    console.log(`seed ${seed}:`);
    for (const fault of outcome.faults.slice(0, 12)) console.log(`  ${fault}`);
  }
}
const seconds = (performance.now() - begun) / 1000;
const cpu = process.cpuUsage(cpuBegun);
const later = process.cpuUsage(half);
console.log(
  `cpu ms per run in the second half: ${((later.user + later.system) / 1000 / (runs - (runs >> 1))).toFixed(0)}`,
);
console.log(`cpu ms per run: ${((cpu.user + cpu.system) / 1000 / runs).toFixed(0)}`);
console.log(
  `${runs} runs, ${failed} failed, ${(runs / seconds).toFixed(1)} runs/s, ${Math.round(steps / runs)} steps a run`,
);
