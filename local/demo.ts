import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { percentile, rounded } from './demo/figures.ts';
import { runWithIcloud } from './demo/icloud.ts';
import { burst, lastRequests, listings, mostRounds, quiet, webhookP99, writes } from './demo/load.ts';
import { type DemoPerson, demoPerson } from './demo/person.ts';
import {
  type Direction,
  type FirstSync,
  firstSync,
  oneWaySteps,
  type StepResult,
  verdict,
  work,
} from './demo/scenario.ts';
import { seeds } from './demo/seed.ts';
import { type Simulator, simulatorAt } from './demo/simulator.ts';
import { begun, type Figures, lookEverywhere, mailed, say, tell, weekOf } from './demo/stage.ts';
import { twoWaySteps, twoWayVerdict } from './demo/twoWay.ts';
import { emptyTestDatabase } from './sql/testDatabase.ts';
import { anyPorts, type LocalWorld, startLocalWorld } from './world.ts';

/**
 * `npm run demo`: the main job by itself, one-way in both directions and two-way, checked event by event; then the same with iCloud, in little.
 * Exit 0 only if all of it is right.
 */

const TURNS = 3;
const PAGE = { microsoft: 100, google: 1000 };
const BATCH = { microsoft: 20, google: 50 };

const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false } } });

async function main(): Promise<boolean> {
  const server = process.env.HETK_TEST_MSSQL;
  const database = server ? 'the SQL Server of HETK_TEST_MSSQL' : 'SQLite';
  say(`Starting the one-machine world: Functions host, ${database}, Azurite, simulated Microsoft, Google and iCloud …`);
  if (server) await emptyTestDatabase(server);
  const settings = { HETK_ICLOUD_POLL_SECONDS: '30', ...(server && { HETK_DATABASE: server }) };
  const world = await startLocalWorld({ ports: anyPorts, isolated: true, quiet: true, settings });
  try {
    if (!world.microsoftUrl || !world.googleUrl || !world.icloudUrl)
      throw new Error('The demo runs on the simulated services only; unset the settings that point elsewhere.');
    const microsoft = simulatorAt('microsoft', world.microsoftUrl);
    const google = simulatorAt('google', world.googleUrl);
    const icloud = simulatorAt('icloud', world.icloudUrl);
    const [atMicrosoft, atGoogle, atIcloud] = [
      personOf(world, 'Microsoft'),
      personOf(world, 'Google'),
      personOf(world, 'iCloud'),
    ];
    const who = { microsoft: atMicrosoft.email, google: atGoogle.email, icloud: atIcloud.email };
    const person = demoPerson(world.appUrl);
    await person.connect('microsoft', who.microsoft);
    await person.connect('google', who.google);
    say(`Connected ${who.microsoft} (Microsoft) and ${who.google} (Google) through their sign-in redirects.`);
    await person.connectIcloud(who.icloud, atIcloud.password ?? '');
    say(`Connected ${who.icloud} (iCloud) with an app-specific password.`);

    const figures: Figures = {
      machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
    };
    const right = [
      await runDirection(person, microsoft, google, who, figures),
      await runDirection(person, google, microsoft, who, figures),
      await runTwoWay(person, microsoft, google, who, figures),
      await runWithIcloud({ person, microsoft, google, icloud, who }, figures),
    ].every(Boolean);
    report(figures, right);
    return right;
  } finally {
    await world.stop();
  }
}

/** A simulated service that tells of changes. */
type PushSimulator = Simulator & { readonly name: 'microsoft' | 'google' };

async function runDirection(
  person: DemoPerson,
  source: PushSimulator,
  target: PushSimulator,
  who: { microsoft: string; google: string },
  figures: Figures,
): Promise<boolean> {
  const name = `${source.name} → ${target.name}`;
  say(`\n${name}`);
  // The way back is a second pair; it gets calendars of its own, so that each direction can be judged by itself.
  const sourceCalendar =
    source.name === 'microsoft'
      ? await source.primary(who[source.name])
      : await source.addCalendar(who[source.name], 'Plans');
  const targetCalendar =
    source.name === 'microsoft'
      ? await target.primary(who[target.name])
      : await target.addCalendar(who[target.name], 'Copies');
  await lookEverywhere(person);
  const { direction, bar } = begun(person, source, target, sourceCalendar, targetCalendar);
  const first = await firstSync(direction, await seeds(Date.now())).finally(() => bar.stop());
  say(`  ${first.events} events in ${rounded(first.ms / 1000)} s`);
  await quiet(direction);

  await source.resetRequests();
  await target.resetRequests();
  const results: StepResult[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) results.push(...(await work(oneWaySteps(direction, weekOf(turn)), say)));
  await quiet(direction);
  const asked = { listings: await listings(source), writes: await writes(target) };

  const push = await source.samplePush(sourceCalendar.id);
  const idle = await cost(direction, () => burst(push, 1));
  if (idle.listings !== 1) say(`  the notification without change led to: ${await lastRequests(source)}`);
  const many = await cost(direction, () => burst(push, 1_000));
  const p99 = await webhookP99(push, 6_000, 50);
  await quiet(direction);

  const { expected, faults, mails } = await verdict(direction);
  const problems = [...faults, ...mailed(mails), ...figureFaults({ first, source, target, idle, many })];
  tell(expected, problems);

  const times = results.map(({ ms }) => ms);
  const key = (figure: string) => `${source.name}To${target.name[0]?.toUpperCase()}${target.name.slice(1)}_${figure}`;
  Object.assign(figures, {
    [key('propagation_p50_ms')]: rounded(percentile(times, 50)),
    [key('propagation_p95_ms')]: rounded(percentile(times, 95)),
    [key('changes_count')]: results.length,
    [key('sourceListingsPerChange_requests')]: rounded(asked.listings / results.length),
    [key('targetWritesPerChange_requests')]: rounded(asked.writes / results.length),
    [key('noChange_requests')]: idle.listings,
    [key('noChange_writes')]: idle.writes,
    [key('firstSync_events')]: first.events,
    [key('firstSync_ms')]: Math.round(first.ms),
    [key('firstSync_sourceReads_requests')]: readsOf(first),
    [key('firstSync_targetBatches_requests')]: first.targetRequests.batch ?? 0,
    [key('burstOf1000_rounds')]: many.listings,
    [key('webhook50Callers_p99_ms')]: rounded(p99),
    [key('copiesChecked_count')]: expected,
    [key('wrong_count')]: problems.length,
  });
  return problems.length === 0;
}

/** One pair for both directions, in calendars of its own: what is done to a copy must arrive at its original. */
async function runTwoWay(
  person: DemoPerson,
  source: PushSimulator,
  target: PushSimulator,
  who: { microsoft: string; google: string },
  figures: Figures,
): Promise<boolean> {
  say(`\n${source.name} ↔ ${target.name}`);
  const sourceCalendar = await source.addCalendar(who[source.name], 'Both ways');
  const targetCalendar = await target.addCalendar(who[target.name], 'Both ways');
  const [forSource, forTarget] = (await seeds(Date.now())).slice(-2);
  if (forTarget) await target.seed(targetCalendar.id, forTarget.ics);
  await lookEverywhere(person);
  const { direction, bar } = begun(person, source, target, sourceCalendar, targetCalendar);
  const first = await firstSync(direction, forSource ? [forSource] : [], 'two-way').finally(() => bar.stop());
  say(`  ${first.events} events in ${rounded(first.ms / 1000)} s`);
  await quiet(direction);

  const results: StepResult[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) results.push(...(await work(twoWaySteps(direction, weekOf(turn)), say)));
  await quiet(direction);

  await source.resetRequests();
  await target.resetRequests();
  await burst(await source.samplePush(sourceCalendar.id), 1);
  await burst(await target.samplePush(targetCalendar.id), 1);
  await quiet(direction, 3_000);
  const idle = (await writes(source)) + (await writes(target));

  const { expected, faults, mails } = await twoWayVerdict(direction);
  const problems = [
    ...faults,
    ...mailed(mails),
    ...(idle > 0 ? [`notifications without change led to ${idle} writes`] : []),
  ];
  tell(expected, problems);
  const times = results.map(({ ms }) => ms);
  Object.assign(figures, {
    twoWay_propagation_p50_ms: rounded(percentile(times, 50)),
    twoWay_propagation_p95_ms: rounded(percentile(times, 95)),
    twoWay_changes_count: results.length,
    twoWay_noChange_writes: idle,
    twoWay_firstSync_events: first.events,
    twoWay_firstSync_ms: Math.round(first.ms),
    twoWay_copiesChecked_count: expected,
    twoWay_wrong_count: problems.length,
  });
  return problems.length === 0;
}

interface Cost {
  readonly listings: number;
  readonly writes: number;
  /** How long what caused it took. */
  readonly ms: number;
}

async function cost(direction: Direction, act: () => Promise<void>): Promise<Cost> {
  await direction.source.resetRequests();
  await direction.target.resetRequests();
  const began = performance.now();
  await act();
  const ms = performance.now() - began;
  await quiet(direction, 3_000);
  return { listings: await listings(direction.source), writes: await writes(direction.target), ms };
}

/** The counted figures are exact and hold on any machine; the timed ones are reported and not judged here. */
function figureFaults({
  first,
  source,
  target,
  idle,
  many,
}: {
  first: FirstSync;
  source: PushSimulator;
  target: PushSimulator;
  idle: Cost;
  many: Cost;
}): string[] {
  const reads = Math.ceil(first.events / PAGE[source.name]);
  const batches = Math.ceil(first.events / BATCH[target.name]);
  const checks: [string, boolean][] = [
    [`the first sync took ${readsOf(first)} reads instead of about ${reads}`, readsOf(first) <= reads + 1],
    [
      `the first sync took ${first.targetRequests.batch ?? 0} batches instead of about ${batches}`,
      (first.targetRequests.batch ?? 0) <= batches + 1,
    ],
    [
      `a notification without change took ${idle.listings} requests and ${idle.writes} writes`,
      idle.listings === 1 && idle.writes === 0,
    ],
    [
      `a burst of 1,000 notifications took ${many.listings} rounds instead of at most ${mostRounds(many.ms)}, and ${many.writes} writes`,
      many.listings <= mostRounds(many.ms) && many.writes === 0,
    ],
  ];
  return checks.flatMap(([fault, right]) => (right ? [] : [fault]));
}

function readsOf({ sourceRequests }: FirstSync): number {
  return (sourceRequests.delta ?? 0) + (sourceRequests.list ?? 0);
}

function personOf({ people }: LocalWorld, service: string): LocalWorld['people'][number] {
  const found = people.find((person) => person.service === service);
  if (!found) throw new Error(`The simulated ${service} has no people.`);
  return found;
}

function report(figures: Figures, right: boolean): void {
  say('\nFigures');
  for (const [name, value] of Object.entries(figures)) say(`  ${name.padEnd(62)} ${value}`);
  say(right ? '\nAll of it is right.' : '\nSomething is wrong; see above.');
  if (options.json) say(JSON.stringify({ ok: right, ...figures }));
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
