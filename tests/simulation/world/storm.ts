import { loadGeneratedClient } from '../../../shared/providers/google/loadGeneratedClient.ts';
import { loadMsal } from '../../../shared/providers/microsoft/loadMsal.ts';
import { Chance } from '../harness/chance.ts';
import { serviceNames } from '../harness/services.ts';
import { judge } from '../judge/judge.ts';
import { act, create } from './actions.ts';
import type { FaultStep, ProcessFault, PushFault } from './faults.ts';
import * as people from './people.ts';
import type { Plan } from './plan.ts';
import { type Run, startRun, tickTimers } from './run.ts';

/** One run from its plan to its verdict: a storm of people and faults, then calm, then judgement. */

// Hetk reads these when it first needs them. Reading takes real time, for which the scheduler would not wait.
await Promise.all([loadMsal(), loadGeneratedClient()]);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export interface Outcome {
  /** What was wrong, one line each. */
  readonly faults: readonly string[];
  readonly digest: string;
  readonly lines: readonly string[];
  readonly steps: number;
  /** How often each fault fired. */
  readonly fired: ReadonlyMap<string, number>;
}

export async function simulate(plan: Plan): Promise<Outcome> {
  const run = await startRun(plan);
  let faults: readonly string[];
  try {
    await storm(run);
    await calm(run);
    faults = await verdict(run);
  } catch (error) {
    faults = [
      ...run.ledger.faults,
      `broken: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    ];
  }
  countFaults(run);
  return {
    faults,
    digest: run.trace.digest(),
    lines: run.trace.lines,
    steps: run.scheduler.steps,
    fired: run.ledger.firedFaults,
  };
}

function countFaults({ plan, queues, services, ledger }: Run): void {
  for (const service of [...serviceNames, 'network'] as const) {
    for (const [name, times] of Object.entries(services.faults[service].fired())) {
      ledger.fired(`${service}: ${name}`, times);
    }
  }
  const waiting = services.waited();
  ledger.fired('microsoft: unavailable, with Retry-After', waiting);
  ledger.fired('microsoft: unavailable', -waiting);
  ledger.fired('process: message hidden for ten minutes', queues.hidden);
  if (new Set(plan.skews).size > 1) ledger.fired('process: clocks differ');
}

async function storm(run: Run): Promise<void> {
  const { plan, scheduler } = run;
  for (const { place, seed } of plan.events) create(run, people.sideAt(run, place), new Chance(seed));
  const begun = scheduler.now;
  const until = begun + plan.stormMs;
  const armed = armProcessFaults(run);
  for (const step of plan.steps) {
    scheduler.at(
      begun + step.afterMs,
      step.kind === 'act' ? `ACT ${step.what}` : `FAULT ${JSON.stringify(step.fault)}`,
      () => {
        if (step.kind === 'fault') arm(run, step, armed);
        else
          Promise.resolve(act(run, step.what, step.seed)).catch((error: unknown) =>
            run.ledger.wrong(`an action failed: ${step.what}: ${error instanceof Error ? error.stack : String(error)}`),
          );
      },
    );
  }
  const timers = () => {
    if (scheduler.now >= until) return;
    tickTimers(run);
    scheduler.at(scheduler.now + run.chance.between(5, plan.stormMs > 4 * HOUR ? 240 : 45) * MINUTE, 'timers', timers);
  };
  scheduler.at(begun + MINUTE, 'timers', timers);
  await scheduler.run(until);
  armed.length = 0;
  run.pushDelay = () => 0;
  for (const service of [...serviceNames, 'network'] as const) run.services.faults[service].disarm();
}

interface ArmedFault {
  readonly fault: Extract<ProcessFault, { passes: number }>;
  left: number;
}

function armProcessFaults(run: Run): ArmedFault[] {
  const armed: ArmedFault[] = [];
  run.scheduler.fate = (host, label) => {
    for (const entry of armed) {
      // A message whose worker was killed five times is an operator's business; that is shown elsewhere.
      if (entry.fault.name === 'killed' && run.queues.tries(host) >= 3) continue;
      if (entry.fault.gate !== undefined && !label.includes(entry.fault.gate)) continue;
      entry.left -= 1;
      if (entry.left >= 0) continue;
      armed.splice(armed.indexOf(entry), 1);
      if (entry.fault.name === 'held-up') {
        run.ledger.fired('process: held up');
        return { holdMs: entry.fault.ms };
      }
      if (label.includes('credentials.write')) run.ledger.fired('process: token rotation lost');
      return entry.fault.when === 'before' ? 'killed-before' : 'killed-after';
    }
    return 'pass';
  };
  return armed;
}

function arm(run: Run, step: FaultStep, armed: ArmedFault[]): void {
  switch (step.at) {
    case 'microsoft':
    case 'google':
    case 'icloud':
    case 'network':
      // See `invite-to-copy`: against a condition that is not heeded an invitation cannot be protected.
      if (step.fault.name === 'if-match-ignored' && run.ledger.theirs.size > 0) return;
      run.services.faults[step.at].arm(step.fault);
      return;
    case 'push':
      armPush(run, step.fault);
      return;
    case 'process':
      armProcess(run, step.fault, armed);
  }
}

function armProcess(run: Run, fault: ProcessFault, armed: ArmedFault[]): void {
  if (fault.name === 'killed' || fault.name === 'held-up') {
    armed.push({ fault, left: fault.passes });
    return;
  }
  const waiting = run.queues.idle();
  const message = waiting.length > 0 ? run.chance.pick(waiting) : undefined;
  if (!message) return;
  run.ledger.fired(`process: ${fault.name}`);
  if (fault.name === 'message-doubled') run.queues.double(message);
  else message.visibleAt = run.scheduler.now + fault.ms;
}

function armPush(run: Run, fault: PushFault): void {
  const { services, scheduler, ledger, chance } = run;
  switch (fault.name) {
    case 'lifecycle': {
      const sides = run.sides.filter(({ service }) => service === 'microsoft');
      if (sides.length === 0) return;
      const told = services.microsoft.lifecycle(chance.pick(sides).sim.id, fault.event);
      if (told > 0) ledger.fired(`push: lifecycle ${fault.event}`);
      return;
    }
    case 'forged': {
      ledger.fired('push: forged by a stranger');
      const body = JSON.stringify({ value: [{ clientState: 'k1.x.y.z', subscriptionId: 's', changeType: 'updated' }] });
      scheduler.at(scheduler.now, 'a stranger pushes', () => void run.pushFromOutside('/webhooks/graph', body));
      return;
    }
    case 'delayed': {
      let left = fault.times;
      run.pushDelay = () => {
        if (left <= 0) return 0;
        left -= 1;
        ledger.fired('push: delayed by hours');
        return fault.ms;
      };
      return;
    }
    case 'subscription-dropped': {
      const live = [
        ...services.microsoft.subscriptions.live().map(({ id }) => ['microsoft', id] as const),
        ...services.google.channels
          .list()
          .filter((channel) => channel.live)
          .map(({ id }) => ['google', id] as const),
      ];
      if (live.length === 0) return;
      const [service, id] = chance.pick(live);
      if (service === 'microsoft') services.microsoft.subscriptions.drop(id);
      else services.google.channels.drop(id);
      ledger.fired(`push: ${service} subscription gone early`);
    }
  }
}

/** Nothing fails any more. People mend what only they can mend, and some days pass. */
async function calm(run: Run): Promise<void> {
  const { scheduler } = run;
  scheduler.fate = () => 'pass';
  run.scaleIn();
  // What was in hand comes to its end first: hidden messages return after ten minutes.
  await pass(run, 20 * MINUTE, 20 * MINUTE);
  await mend(run);
  await pass(run, 80 * MINUTE, 80 * MINUTE);
  await mend(run);
  if (run.plan.prompt) await pass(run, 18 * HOUR, 9 * HOUR);
  else await pass(run, 32 * HOUR, 8 * HOUR);
  await mend(run);
  await pass(run, 80 * MINUTE, 80 * MINUTE);
}

async function pass(run: Run, ms: number, everyMs: number): Promise<void> {
  const { scheduler } = run;
  for (const until = scheduler.now + ms; scheduler.now < until; ) {
    await scheduler.run(Math.min(until, scheduler.now + everyMs));
    tickTimers(run);
  }
  await scheduler.run(scheduler.now + MINUTE);
}

/** Accounts that ask for it are connected again, pairs are resumed, and held deletions confirmed. */
async function mend(run: Run): Promise<void> {
  const { kysely } = run.database;
  const accounts = await kysely.selectFrom('accounts').select(['id', 'status']).execute();
  for (const { id, status } of accounts) {
    const side = run.sides.find((each) => each.accountId === id);
    const revoked = side && (run.ledger.revoked.get(side.email)?.length ?? 0) > 0;
    if (!side || run.ledger.isLeaving(side)) continue;
    if (status === 'reconnect' || (status === 'active' && revoked)) {
      scheduleTask(run, 'a person reconnects', () => people.reconnect(run, side));
    }
  }
  for (const pair of await people.pairsNow(run)) {
    if (pair.removing) continue;
    if (pair.paused) scheduleTask(run, 'a person resumes', () => people.resume(run, pair));
    if (pair.routes.some(({ state }) => state === 'braked')) {
      run.ledger.fired('brake confirmed');
      scheduleTask(run, 'a person confirms', () => people.confirm(run, pair));
    }
  }
}

function scheduleTask(run: Run, label: string, task: () => Promise<void>): void {
  run.scheduler.at(run.scheduler.now, label, () =>
    task().catch((error: unknown) => run.ledger.wrong(`${label}: ${String(error)}`)),
  );
}

/** A last look at everything, then the verdict; then once more, which must write nothing. */
async function verdict(run: Run): Promise<string[]> {
  if (!run.plan.prompt) await verifyAll(run);
  const wrong = await judge(run);
  const before = run.ledger.writes.length;
  await verifyAll(run);
  const wrote = run.ledger.writes.slice(before);
  if (wrote.length > 0) wrong.push(`rest: ${wrote.length} writes, the first ${wrote[0]?.what}`);
  return [...new Set(wrong)];
}

async function verifyAll(run: Run): Promise<void> {
  const sources = new Set(
    (await people.pairsNow(run)).flatMap(({ routes }) => routes.map(({ source }) => source.calendarId)),
  );
  const at = run.scheduler.now;
  for (const calendarId of sources) {
    run.queues.send('changes', JSON.stringify({ kind: 'pull', calendarId, at }), 0);
    run.queues.send('bulk', JSON.stringify({ kind: 'full', calendarId, at, verify: true }), 0);
  }
  await run.scheduler.run(run.scheduler.now + 10 * MINUTE);
}
