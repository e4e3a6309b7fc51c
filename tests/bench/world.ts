import type { BulkMessage, ChangesMessage } from '../../shared/platform/queues.ts';
import { doBulk } from '../../shared/sync/bulk.ts';
import { createBurstGate } from '../../shared/sync/burst.ts';
import { doChanges } from '../../shared/sync/changes.ts';
import { createForgeries } from '../../shared/sync/forgeries.ts';
import { googlePush, graphPush } from '../../shared/sync/notifications.ts';
import { createMemoryTables, memoryStorage } from '../simulation/harness/tables.ts';
import { type Side, startEngine } from './engine.ts';
import { nearOrigins, type ServiceName, serviceNames, startBenchServices } from './services.ts';

/**
 * The real engine, providers and stores between the simulated services, in one process under a clock of its own: for
 * figures that are counts. Tables are in memory; messages wait in a list.
 */

interface Waiting {
  readonly at: number;
  readonly work: () => Promise<void>;
}

/** Services count requests by the minute, so time must pass as it would. */
const REQUEST_TAKES_MS = 100;
const BATCH_TAKES_MS = 2_000;

export async function startBenchWorld() {
  let now = Date.parse('2026-11-23T08:00:00Z');
  const clock = { now: () => now };
  const waiting: Waiting[] = [];
  const later = (delayMs: number, work: () => Promise<void>) => void waiting.push({ at: now + delayMs, work });
  const counts: Record<ServiceName, number> = { microsoft: 0, google: 0, icloud: 0 };

  const services = startBenchServices({ clock, origins: nearOrigins, deliver: toApp, schedule: later });

  const network: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const { origin, pathname } = new URL(request.url);
    const service = serviceNames.find((name) => nearOrigins[name] === origin);
    if (!service) throw new TypeError(`Nothing listens at ${origin}.`);
    if (!isSignIn(pathname)) counts[service] += 1;
    now += /batch/.test(pathname) ? BATCH_TAKES_MS : REQUEST_TAKES_MS;
    return services.answer(service, request);
  };

  const tables = createMemoryTables();
  const queues = {
    changes: async (message: ChangesMessage, delayMs = 0) => later(delayMs, () => doChanges(engine.needs, message)),
    bulk: async (message: BulkMessage, delayMs = 0) => later(delayMs, () => doBulk(engine.needs, message)),
  };
  const engine = await startEngine({
    clock,
    origins: nearOrigins,
    fetch: network,
    storage: memoryStorage,
    httpClient: { sendRequest: async (request) => tables.answer(request) },
    queues,
  });
  const { keyring, needs } = engine;
  const forgeries = createForgeries({ clock, log: needs.log });
  const push = { keyring, clock, queues, burst: createBurstGate(), forgeries };

  async function toApp(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    const { pathname, searchParams } = new URL(request.url);
    const { headers } = request;
    const answer = pathname.startsWith('/webhooks/graph')
      ? await graphPush(push, await request.text(), searchParams.get('validationToken'))
      : await googlePush(push, headers.get('x-goog-channel-token'), headers.get('x-goog-resource-state'));
    return new Response(answer.text ?? null, { status: answer.status, headers: { 'content-type': 'text/plain' } });
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

    /** Somebody new with one calendar at a service, connected. */
    async connect(service: ServiceName, email: string): Promise<Side> {
      const remote = services.addPerson(service, email);
      const password = service === 'icloud' ? services.icloud.issuePassword(email) : '';
      return { service, remote, calendar: await engine.connect(service, email, password) };
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
