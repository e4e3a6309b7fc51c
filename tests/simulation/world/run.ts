import { connectAccount } from '../../../shared/consent/accounts.ts';
import { newId } from '../../../shared/platform/random.ts';
import { type Database, databaseOf } from '../../../shared/stores/database.ts';
import { sqliteDialect } from '../../../shared/stores/dialects/sqlite.ts';
import { migrate } from '../../../shared/stores/migrations.ts';
import { pollDue, renewDue, slideDue, sweepAbandoned, verifyDue } from '../../../shared/sync/due.ts';
import { googlePush, graphPush } from '../../../shared/sync/notifications.ts';
import { keys } from '../../unit/sync/builders.ts';
import { Chance } from '../harness/chance.ts';
import { virtual } from '../harness/determinism.ts';
import { type HetkHost, startHost } from '../harness/host.ts';
import { SimulatedQueues } from '../harness/queues.ts';
import { Scheduler } from '../harness/scheduler.ts';
import { clients, createServices, type Seen, type Services } from '../harness/services.ts';
import { createMemoryTables, type MemoryTables } from '../harness/tables.ts';
import { Trace } from '../harness/trace.ts';
import { Marks } from './events.ts';
import { Ledger } from './ledger.ts';
import { createPair } from './people.ts';
import type { Plan } from './plan.ts';
import { remoteIds, type Side } from './side.ts';
import { signIn } from './signIn.ts';

/** One world in which Hetk runs: everything that a run has, from its beginning to its end. */
export interface Run {
  readonly plan: Plan;
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly services: Services;
  readonly queues: SimulatedQueues;
  readonly tables: MemoryTables;
  readonly database: Database;
  readonly sides: readonly Side[];
  readonly users: readonly string[];
  readonly marks: Marks;
  readonly ledger: Ledger;
  /** Chance of people and services; the scheduler has its own. */
  readonly chance: Chance;
  /** Processes that live. */
  hosts(): readonly HetkHost[];
  /** One of them. */
  anyHost(): HetkHost;
  /** How much later a push comes, ms; set by the storm. */
  pushDelay: () => number;
  /** Load is low: from now on the first of the processes takes all new work. */
  scaleIn(): void;
  /** A push that no service sent. */
  pushFromOutside(path: string, body: string): Promise<void>;
}

const pollSeconds = 6 * 3600;

/** All of them, those that others point to last. */
export const sqlTables = [
  'tries',
  'removals',
  'policies',
  'subscriptions',
  'routes',
  'pairs',
  'calendars',
  'credentials',
  'accounts',
  'users',
] as const;

/** SQL and tables are the same objects for all runs of a process, emptied before each. */
let shared: Promise<{ database: Database; tables: MemoryTables }> | undefined;

async function emptyStores(): Promise<{ database: Database; tables: MemoryTables }> {
  shared ??= (async () => {
    const database = databaseOf(await sqliteDialect(':memory:'));
    await migrate(database);
    return { database, tables: createMemoryTables() };
  })();
  const { database, tables } = await shared;
  for (const table of sqlTables) await database.kysely.deleteFrom(table).execute();
  tables.clear();
  return { database, tables };
}

export async function startRun(plan: Plan): Promise<Run> {
  const { seed, startAt } = plan;
  virtual.seed(`crypto ${seed}`);
  virtual.setNow(startAt);
  const { database, tables } = await emptyStores();
  const trace: Trace = new Trace(startAt, () => scheduler.now);
  const scheduler: Scheduler = new Scheduler(startAt, new Chance(`schedule ${seed}`), trace);
  const chance = new Chance(`world ${seed}`);
  const keyring = {
    ...keys('k1'),
    secret: (name: 'microsoft' | 'google') => clients[name].secret,
  };
  const ledger = new Ledger(() => scheduler.now);
  const hosts: HetkHost[] = [];
  let lonely = false;
  const living = () => hosts.filter(({ dead }) => !dead).slice(0, lonely ? 1 : undefined);
  const queues = new SimulatedQueues({
    scheduler,
    chance: new Chance(`queues ${seed}`),
    trace,
    hosts: living,
    inspect: (queue, text) => ledger.sawText(`the queue ${queue}`, text),
  });
  scheduler.sources.push(queues);

  const services: Services = createServices({
    scheduler,
    random: new Chance(`services ${seed}`),
    deliver,
    delay: () => run.pushDelay(),
    inspect: (seen: Seen) => ledger.sawRequest(seen),
  });

  const common = {
    scheduler,
    services,
    database,
    tables,
    keyring,
    pollSeconds,
    leaseRefused: () => ledger.fired('process: two workers on one calendar'),
    send: (queue: 'changes' | 'bulk', text: string, delayMs: number) => queues.send(queue, text, delayMs),
  };
  const random = new Chance(`hetk ${seed}`);
  const log = (event: string, fields?: Readonly<Record<string, unknown>>) => {
    const line = JSON.stringify({ event, ...fields });
    ledger.sawText('the log', line);
    if (event === 'lease-lost') ledger.fired('process: lease expired under its holder');
    if (event === 'removal-failed' && fields?.kind === 'revoked') ledger.unreachable.add(String(fields.route));
    trace.note(`  log ${line}`);
  };
  let started = 0;
  async function start(skewMs: number): Promise<void> {
    started += 1;
    hosts.push(await startHost({ ...common, name: `h${started}`, skewMs, gated: true, random, log }));
  }

  /** A dead process is replaced at once. */
  scheduler.ended = (host) => {
    const dead = hosts.find((each) => each === host);
    if (!dead) return;
    hosts.splice(hosts.indexOf(dead), 1);
    ledger.fired('process: killed');
    queues.hostEnded(dead);
    for (const caller of dead.callers) caller(new TypeError('fetch failed'));
    const skew = plan.skews[started % plan.skews.length] ?? 0;
    scheduler.at(scheduler.now, 'a process starts', () => void start(skew));
  };

  /** A push comes to one of the processes; when that ends meanwhile the service gets no answer. */
  async function deliver(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    const host = run.anyHost();
    const url = new URL(request.url);
    const body = await request.text();
    const { headers } = request;
    return new Promise((resolve, reject) => {
      host.callers.add(reject);
      const handled = url.pathname.startsWith('/webhooks/graph')
        ? graphPush(host.push, body, url.searchParams.get('validationToken'))
        : googlePush(host.push, headers.get('x-goog-channel-token'), headers.get('x-goog-resource-state'));
      handled
        .then(({ status, text }) => {
          host.callers.delete(reject);
          resolve(new Response(text ?? null, { status, headers: { 'content-type': 'text/plain' } }));
        })
        .catch(() => resolve(new Response(null, { status: 500 })));
    });
  }

  const run: Run = {
    plan,
    scheduler,
    trace,
    services,
    queues,
    tables,
    database,
    sides: [],
    users: [],
    marks: new Marks(new Chance(`marks ${seed}`)),
    ledger,
    chance,
    hosts: living,
    anyHost: () => {
      const all = living();
      const host = all[chance.below(all.length)];
      if (!host) throw new Error('No process lives.');
      return host;
    },
    pushDelay: () => 0,
    scaleIn() {
      lonely = true;
    },
    async pushFromOutside(path, body) {
      await deliver(`http://localhost:7071${path}`, { method: 'POST', body }).catch(() => {});
    },
  };
  const setup = await startHost({ ...common, name: 'setup', skewMs: 0, gated: false, random, log });
  await settle(run, setup);
  ledger.watch(run);
  for (const skew of plan.skews) await start(skew);
  return run;
}

/** Accounts and calendars at the services and in Hetk, and the pairs that people begin with. */
async function settle(run: Run, setup: HetkHost): Promise<void> {
  const { plan, services } = run;
  const sides: Side[] = [];
  const users: string[] = [];
  for (const [user, { accounts }] of plan.users.entries()) {
    let userId: string | undefined;
    for (const [account, { service, email, calendars }] of accounts.entries()) {
      const world = services.worlds[service];
      world.addPerson({ email, name: `Person ${user}` });
      const made = calendars.map(({ zone, access }, index) =>
        world.addCalendar({
          owner: email,
          name: `Calendar ${index}`,
          color: '#1a57c9',
          zone,
          primary: index === 0,
          access,
        }),
      );
      const grant = await signIn(services, setup.consent, service, email);
      userId = await connectAccount(setup.consent, service, grant, userId ? { userId } : {});
      const stored = await setup.needs.stores.accounts.findBySubject(service, grant.subject);
      const known = stored ? await setup.needs.stores.calendars.ofAccount(stored.id) : [];
      for (const [index, sim] of made.entries()) {
        const remoteId = remoteIds[service](sim);
        const calendar = known.find((each) => each.remoteId === remoteId);
        if (!stored || !calendar) throw new Error(`The simulated ${service} does not list its calendar.`);
        sides.push({
          place: [user, account, index],
          service,
          email,
          sim,
          accountId: stored.id,
          calendarId: calendar.id,
          userId,
        });
      }
    }
    users.push(userId ?? newId(run.chance));
  }
  Object.assign(run, { sides, users });
  await createPairs(run, setup);
}

async function createPairs(run: Run, setup: HetkHost): Promise<void> {
  for (const pair of run.plan.pairs) await createPair(run, pair, setup);
}

/** The timers go off on some process, each as a piece of work of its own. */
export function tickTimers(run: Run): void {
  const daily = run.plan.prompt ? [] : [slideDue, verifyDue];
  for (const timer of [pollDue, renewDue, ...daily, sweepAbandoned]) {
    void timer(run.anyHost().needs).catch((error: unknown) => run.ledger.wrong(`a timer failed: ${String(error)}`));
  }
}
