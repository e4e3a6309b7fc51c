import { type DayCounts, noCounts } from '../../local/costs/usage.ts';
import { type BulkMessage, bulkMessage, type ChangesMessage, changesMessage } from '../../shared/platform/queues.ts';
import type { Random } from '../../shared/platform/random.ts';
import { doBulk } from '../../shared/sync/bulk.ts';
import { createBurstGate } from '../../shared/sync/burst.ts';
import { doChanges } from '../../shared/sync/changes.ts';
import { createForgeries } from '../../shared/sync/forgeries.ts';
import { googlePush, graphPush } from '../../shared/sync/notifications.ts';
import { work } from '../../shared/sync/work.ts';
import { createMemoryTables, memoryStorage } from '../simulation/harness/tables.ts';
import { countedDatabase } from './countedDatabase.ts';
import { type Side, startEngine } from './engine.ts';
import { nearOrigins, type ServiceName, serviceNames, startBenchServices } from './services.ts';
import type { Timer } from './timers.ts';

/**
 * The real engine, providers and stores between the simulated services, in one process under a clock of its own: for
 * figures that are counts. Tables are in memory; messages wait in a list.
 */

interface Waiting {
  readonly at: number;
  readonly work: () => Promise<void>;
}

/** What was done for users, and what timers did by themselves; ticks are the executions of the latter. */
export interface Tally {
  readonly work: DayCounts;
  readonly timers: DayCounts;
}

/** Services count requests by the minute, so time must pass as it would. */
const REQUEST_TAKES_MS = 100;
const BATCH_TAKES_MS = 2_000;

/** @param random by default that of the system; with one that is seeded the counts hardly differ */
export async function startBenchWorld(random?: Random) {
  let now = Date.parse('2026-11-23T08:00:00Z');
  const clock = { now: () => now };
  const waiting: Waiting[] = [];
  const later = (delayMs: number, work: () => Promise<void>) => void waiting.push({ at: now + delayMs, work });
  const counts: Record<ServiceName, number> = { microsoft: 0, google: 0, icloud: 0 };
  let tally: Tally = { work: noCounts(), timers: noCounts() };
  let whose: keyof Tally = 'work';

  const chance = random ? { random } : {};
  const services = startBenchServices({ clock, origins: nearOrigins, deliver: toApp, schedule: later, ...chance });

  const network: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const { origin, pathname } = new URL(request.url);
    const service = serviceNames.find((name) => nearOrigins[name] === origin);
    if (!service) throw new TypeError(`Nothing listens at ${origin}.`);
    if (isSignIn(pathname)) tally[whose].tokenRequests += 1;
    else {
      tally[whose][`${service}Requests`] += 1;
      counts[service] += 1;
    }
    now += /batch/.test(pathname) ? BATCH_TAKES_MS : REQUEST_TAKES_MS;
    return services.answer(service, request);
  };

  const tables = createMemoryTables();
  /** A message costs the putting here, and the getting and deleting once it is worked; whoever puts it, it is a user's. */
  function put(delayMs: number, begin: () => Promise<void>): void {
    tally.work.queueRequests += 1;
    later(delayMs, async () => {
      tally.work.executions += 1;
      tally.work.queueRequests += 2;
      await begin();
    });
  }
  const queues = {
    async changes(message: ChangesMessage, delayMs = 0) {
      if (message.kind === 'poll') tally.work.polls += 1;
      if (message.kind === 'pull' && whose === 'timers') tally.work.fallbackPulls += 1;
      put(delayMs, () =>
        work(engine.needs, 'changes', message, changesMessage.parse, (one) => doChanges(engine.needs, one)),
      );
    },
    bulk: async (message: BulkMessage, delayMs = 0) =>
      put(delayMs, () => work(engine.needs, 'bulk', message, bulkMessage.parse, (one) => doBulk(engine.needs, one))),
  };
  const engine = await startEngine({
    clock,
    origins: nearOrigins,
    fetch: network,
    storage: memoryStorage,
    httpClient: {
      async sendRequest(request) {
        tally[whose].tableRequests += 1;
        return tables.answer(request);
      },
    },
    queues,
    database: await countedDatabase(() => {
      tally[whose].sqlStatements += 1;
    }),
    log(event, fields) {
      tally[whose].logLines += 1;
      tally[whose].logBytes += JSON.stringify({ event, ...fields }).length;
      if (event === 'round' && fields?.full) tally.work.fullRounds += 1;
      if (event === 'subscription-renewed' || event === 'subscription-made') tally.work.renewals += 1;
    },
    ...chance,
  });
  const { keyring, needs } = engine;
  const forgeries = createForgeries({ clock, log: needs.log });
  const push = { keyring, clock, queues, burst: createBurstGate(), forgeries };

  async function toApp(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    const { pathname, searchParams } = new URL(request.url);
    const { headers } = request;
    tally.work.executions += 1;
    const answer = pathname.startsWith('/webhooks/graph')
      ? await graphPush(push, await request.text(), searchParams.get('validationToken'))
      : await googlePush(push, headers.get('x-goog-channel-token'), headers.get('x-goog-resource-state'));
    return new Response(answer.text ?? null, { status: answer.status, headers: { 'content-type': 'text/plain' } });
  }

  function passwordOf(service: ServiceName, email: string): string {
    return service === 'icloud' ? services.icloud.issuePassword(email) : '';
  }

  return {
    needs,
    services,
    queues,
    now: () => now,
    pair: engine.pair,
    close: engine.close,

    /** Requests that the services have had, without those of signing in. */
    counts: (): Readonly<Record<ServiceName, number>> => ({ ...counts }),

    /** What has been counted since this was asked last. */
    taken(): Tally {
      const taken = tally;
      tally = { work: noCounts(), timers: noCounts() };
      return taken;
    },

    /** Somebody new with one calendar at a service, connected. */
    async connect(service: ServiceName, email: string): Promise<Side> {
      const remote = services.addPerson(service, email);
      const [calendar] = await engine.connect(service, email, passwordOf(service, email));
      return { service, remote, calendar };
    },

    /** Somebody new with several calendars at a service, connected. */
    async connectAll(service: ServiceName, email: string, count: number): Promise<Side[]> {
      const remotes = [services.addPerson(service, email)];
      while (remotes.length < count)
        remotes.push(services.addCalendar(service, email, `Calendar ${remotes.length + 1}`));
      const calendars = await engine.connect(service, email, passwordOf(service, email));
      return remotes.flatMap((remote) => {
        const calendar = calendars.find(({ name }) => name === remote.name);
        return calendar ? [{ service, remote, calendar }] : [];
      });
    },

    /** Does something at a time, epoch ms, UTC. */
    at: (time: number, task: () => Promise<void>) => later(time - now, task),

    /** From now on the timer goes off at its times. */
    start({ everyMs, offsetMs, tick }: Timer): void {
      const goOff = (time: number) =>
        void waiting.push({
          at: time,
          async work() {
            goOff(time + everyMs);
            tally.timers.executions += 1;
            whose = 'timers';
            await tick(needs);
            whose = 'work';
          },
        });
      goOff(Math.ceil((now - offsetMs) / everyMs) * everyMs + offsetMs);
    },

    /** Lets what is due within this time happen, messages and pushes as they come. */
    async advance(ms: number): Promise<void> {
      for (const until = now + ms; ; ) {
        waiting.sort((a, b) => a.at - b.at);
        const [next] = waiting;
        if (!next || next.at > until) {
          now = until;
          return;
        }
        waiting.shift();
        now = Math.max(now, next.at) + 1;
        await next.work();
      }
    },
  };
}

export type BenchWorld = Awaited<ReturnType<typeof startBenchWorld>>;

/** Tokens are fetched about once an hour, whatever is done with them. */
function isSignIn(path: string): boolean {
  return /\/(token|authorize|keys|openid-configuration)$|\.well-known|oauth2/.test(path);
}
