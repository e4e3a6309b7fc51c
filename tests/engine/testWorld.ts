import { createHash } from 'node:crypto';
import type { SimCalendar, SimEvent, SimFields, SimInstance } from '../../local/core/core.ts';
import { createFaults, type FaultRequest } from '../../local/core/faults.ts';
import { createWorld } from '../../local/core/world.ts';
import { localClient as googleClient, createGoogle as simulateGoogle } from '../../local/google/google.ts';
import {
  localClient as microsoftClient,
  createMicrosoft as simulateMicrosoft,
} from '../../local/microsoft/microsoft.ts';
import type { Log } from '../../shared/platform/log.ts';
import type { BulkMessage, ChangesMessage } from '../../shared/platform/queues.ts';
import { newId, type Random } from '../../shared/platform/random.ts';
import { TxtLookupFailed } from '../../shared/platform/txtRecords.ts';
import { createGoogle } from '../../shared/providers/google/google.ts';
import { createGoogleIdentity } from '../../shared/providers/google/identity.ts';
import { createMicrosoftIdentity } from '../../shared/providers/microsoft/identity.ts';
import { createMicrosoft } from '../../shared/providers/microsoft/microsoft.ts';
import { createStores } from '../../shared/stores/createStores.ts';
import type { Account, Calendar, Pair, Route, RouteOptions } from '../../shared/stores/stores.ts';
import { doBulk } from '../../shared/sync/bulk.ts';
import { createBurstGate } from '../../shared/sync/burst.ts';
import { doChanges } from '../../shared/sync/changes.ts';
import { pollDue, renewDue, slideDue, sweepAbandoned, verifyDue } from '../../shared/sync/due.ts';
import { createForgeries } from '../../shared/sync/forgeries.ts';
import type { SyncNeeds } from '../../shared/sync/needs.ts';
import { googlePush, graphPush } from '../../shared/sync/notifications.ts';
import { policiesDue } from '../../shared/sync/policy.ts';
import { signInWith } from '../signIn.ts';
import { keys } from '../unit/sync/builders.ts';

/**
 * The real engine, providers and stores against the simulated services, in one process under a clock that the test moves. Only queues and
 * time are stood in for: messages wait in a list until they are due.
 */

const MICROSOFT = 'http://localhost:7072';
const GOOGLE = 'http://localhost:7073';
const APP = 'http://localhost:7071';

export type Service = 'microsoft' | 'google';

export interface Side {
  readonly service: Service;
  readonly email: string;
  readonly account: Account;
  /** As the service knows it. */
  readonly remote: SimCalendar;
  /** As Hetk knows it. */
  readonly calendar: Calendar;
}

const options: RouteOptions = { markPrivate: false, showAs: 'keep', skipFree: false, transformIdentity: false };

function seeded(seed: string): Random {
  let counter = 0;
  return {
    bytes(count) {
      const parts: Buffer[] = [];
      for (let size = 0; size < count; size += 32) {
        counter += 1;
        parts.push(createHash('sha256').update(`${seed}:${counter}`).digest());
      }
      return new Uint8Array(Buffer.concat(parts).subarray(0, count));
    },
  };
}

/** A timed hour-long appointment, `YYYY-MM-DDTHH:mm` in Vienna; `changes` override. */
export function appointment(title: string, start: string, changes: Partial<SimFields> = {}): SimFields {
  const end = `${start.slice(0, 11)}${String(Number(start.slice(11, 13)) + 1).padStart(2, '0')}${start.slice(13)}`;
  return {
    title,
    description: '',
    descriptionType: 'text',
    location: '',
    time: { allDay: false, start: `${start}:00`, end: `${end}:00`, zone: 'Europe/Vienna' },
    showAs: 'busy',
    sensitivity: 'normal',
    attendees: [],
    cancelled: false,
    extra: {},
    ...changes,
  };
}

interface Waiting {
  readonly at: number;
  readonly message: ChangesMessage | BulkMessage;
  readonly work: (needs: SyncNeeds) => Promise<void>;
}

/** @param seed makes the run's chance, and so its ids; worlds that share a storage need different ones */
export async function startTestWorld(storage: string, seed: string) {
  let now = Date.parse('2026-11-23T08:00:00Z');
  const clock = { now: () => now };
  const random = seeded(seed);
  const worlds = { microsoft: createWorld({ clock, random }), google: createWorld({ clock, random }) };
  const faults = { microsoft: createFaults({ random }), google: createFaults({ random }) };
  const tasks: { at: number; task: () => Promise<void> }[] = [];
  const schedule = (delayMs: number, task: () => Promise<void>) => void tasks.push({ at: now + delayMs, task });
  const logs: string[] = [];
  const log: Log = (event, fields) => void logs.push(JSON.stringify({ event, ...fields }));
  const requests: { service: Service; method: string; path: string; body: string }[] = [];

  const microsoftService = simulateMicrosoft({
    world: worlds.microsoft,
    clock,
    random,
    faults: faults.microsoft,
    origin: MICROSOFT,
    deliver: toApp,
    schedule,
  });
  const googleService = simulateGoogle({
    world: worlds.google,
    clock,
    random,
    faults: faults.google,
    origin: GOOGLE,
    deliver: toApp,
    schedule,
    quotaPerMinute: 1e9,
  });

  /** The whole network: two services. */
  const network: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const service: Service = url.origin === MICROSOFT ? 'microsoft' : 'google';
    if (url.origin !== MICROSOFT && url.origin !== GOOGLE) throw new TypeError(`Nothing listens at ${url.origin}.`);
    requests.push({
      service,
      method: request.method,
      path: url.pathname + url.search,
      body: await request.clone().text(),
    });
    return service === 'microsoft' ? microsoftService.fetch(request) : googleService.fetch(request);
  };

  async function toApp(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const { headers } = request;
    const answer = url.pathname.startsWith('/webhooks/graph')
      ? await graphPush(push, await request.text(), url.searchParams.get('validationToken'))
      : await googlePush(push, headers.get('x-goog-channel-token'), headers.get('x-goog-resource-state'));
    return new Response(answer.text ?? null, { status: answer.status, headers: { 'content-type': 'text/plain' } });
  }

  const keyring = {
    ...keys('k1'),
    secret: (name: Service) => (name === 'google' ? googleClient.secret : microsoftClient.secret),
  };
  const stores = await createStores({ database: 'sqlite::memory:', storage, keyring, clock, random });
  const queue: Waiting[] = [];
  const queues = {
    changes: async (message: ChangesMessage, delayMs = 0) =>
      void queue.push({ at: now + delayMs, message, work: (needs) => doChanges(needs, message) }),
    bulk: async (message: BulkMessage, delayMs = 0) =>
      void queue.push({ at: now + delayMs, message, work: (needs) => doBulk(needs, message) }),
  };
  const push = { keyring, clock, queues, burst: createBurstGate(), forgeries: createForgeries({ clock, log }) };
  const outside = { clock, random, log, fetch: network, credentials: stores.credentials };
  const microsoftSettings = {
    authority: MICROSOFT,
    graphRoot: MICROSOFT,
    clientId: microsoftClient.id,
    clientSecret: () => microsoftClient.secret,
  };
  const googleSettings = {
    oauthRoot: GOOGLE,
    apiRoot: GOOGLE,
    clientId: googleClient.id,
    clientSecret: () => googleClient.secret,
  };
  const zone = Object.assign(new Map<string, string[]>(), { failing: false });
  const needs: SyncNeeds = {
    settings: {
      HETK_PUBLIC_URL: APP,
      HETK_WINDOW_PAST_DAYS: 92,
      HETK_WINDOW_FUTURE_DAYS: 366,
      HETK_POLL_SECONDS: 1800,
      HETK_POLLS_A_DAY: 720_000,
      HETK_ICLOUD_POLL_SECONDS: 300,
    },
    clock,
    random,
    log,
    queues,
    stores,
    keyring,
    txt: async (name) => {
      if (zone.failing) throw new TxtLookupFailed('ESERVFAIL');
      return zone.get(name) ?? [];
    },
    providers: {
      microsoft: createMicrosoft({ settings: microsoftSettings, ...outside }),
      google: createGoogle({ settings: googleSettings, ...outside }),
    },
  };
  const identities = {
    microsoft: createMicrosoftIdentity({ settings: microsoftSettings, ...outside }),
    google: createGoogleIdentity({ settings: googleSettings, ...outside }),
  };

  const signIn = (service: Service, email: string) => signInWith(identities[service], service, email, network);

  const userId = newId(random);
  await stores.users.create(userId, now);

  function route(source: Side, target: Side, changes: Partial<RouteOptions>): Route {
    return {
      id: newId(random),
      pairId: '',
      userId,
      sourceCalendarId: source.calendar.id,
      targetCalendarId: target.calendar.id,
      options: { ...options, ...changes },
      state: 'starting',
      progressDone: 0,
      progressTotal: 0,
      deletionsConfirmedUntil: 0,
    };
  }

  async function addPair(ways: readonly Route[]): Promise<Pair> {
    const id = newId(random);
    const routes = ways.map((way) => ({ ...way, pairId: id }));
    const direction = routes.length > 1 ? 'two-way' : 'one-way';
    const pair: Pair = { id, userId, direction, paused: false, removing: false, createdAt: now, routes };
    await stores.pairs.add(pair);
    for (const { sourceCalendarId: calendarId } of routes) {
      await queues.bulk({ kind: 'full', calendarId, at: now, verify: true });
      await queues.bulk({ kind: 'subscribe', calendarId, recreate: false });
    }
    return pair;
  }

  return {
    needs,
    stores,
    faults,
    worlds,
    logs,
    requests,
    queue,
    keyring,
    zone,
    network,
    push,
    /** How many mails the services would have sent because of what Hetk wrote. */
    mails: () => microsoftService.requests.snapshot().mails + googleService.requests.snapshot().mails,

    now: () => now,

    /** Adds a person with one calendar to a service and connects it. */
    async connect(service: Service, email: string, access: SimCalendar['access'] = 'owner'): Promise<Side> {
      const world = worlds[service];
      world.addPerson({ email, name: email.split('@')[0] ?? email });
      const remote = world.addCalendar({
        owner: email,
        name: 'Calendar',
        color: '#1a57c9',
        zone: 'Europe/Vienna',
        primary: true,
        access,
      });
      const { subject, credential } = await signIn(service, email);
      const account: Account = {
        id: newId(random),
        userId,
        provider: service,
        subject,
        email,
        status: 'active',
        createdAt: now,
      };
      await stores.accounts.add(account);
      await stores.credentials.write(account.id, credential);
      const listing = (await needs.providers[service]?.listCalendars(account.id, email)) ?? [];
      await stores.calendars.takeListing(account, listing, now, () => newId(random));
      const [calendar] = await stores.calendars.ofAccount(account.id);
      if (!calendar) throw new Error('The simulated service listed no calendar.');
      return { service, email, account, remote, calendar };
    },

    /** Sets up a one-way pair and queues its first sync, as the page does. */
    pair: (source: Side, target: Side, changes: Partial<RouteOptions> = {}) =>
      addPair([route(source, target, changes)]),

    /** The same with both directions; the options of the way back are plain unless said. */
    twoWay(source: Side, target: Side, there: Partial<RouteOptions> = {}, back: Partial<RouteOptions> = {}) {
      const [first, second] = [route(source, target, there), route(target, source, back)];
      return addPair([
        { ...first, twinId: second.id },
        { ...second, twinId: first.id },
      ]);
    },

    /** Events of a calendar as the service holds them, all of them in the window and around it. */
    shown(side: Side): SimInstance[] {
      return worlds[side.service].instances(side.remote.id, now - 400 * 86_400_000, now + 800 * 86_400_000);
    },

    insert(side: Side, fields: SimFields, recurrence?: string): SimEvent {
      return worlds[side.service].insert(side.remote.id, fields, recurrence ? { recurrence } : {});
    },

    fault(service: Service, request: FaultRequest): void {
      faults[service].arm(request);
    },

    /** Lets time pass: deliveries and messages come as they fall due. */
    async advance(ms: number): Promise<void> {
      const until = now + ms;
      for (let steps = 0; ; steps += 1) {
        if (steps > 20_000)
          throw new Error(
            `The world does not come to rest: ${JSON.stringify(queue.slice(0, 5).map(({ message }) => message))}`,
          );
        tasks.sort((a, b) => a.at - b.at);
        queue.sort((a, b) => a.at - b.at);
        const [task] = tasks;
        const [item] = queue;
        const due = Math.min(task?.at ?? Number.POSITIVE_INFINITY, item?.at ?? Number.POSITIVE_INFINITY);
        if (due > until) break;
        now = Math.max(now, due) + 1;
        if (task && task.at <= (item?.at ?? Number.POSITIVE_INFINITY)) {
          tasks.shift();
          await task.task();
        } else if (item) {
          queue.shift();
          await item.work(needs);
        }
      }
      now = Math.max(now, until);
    },

    /** Lets time pass as `advance` does, with the timers going off every `everyMs`. */
    async live(ms: number, everyMs: number): Promise<void> {
      for (const until = now + ms; now < until; ) {
        await this.advance(Math.min(everyMs, until - now));
        for (const timer of [pollDue, renewDue, slideDue, verifyDue, sweepAbandoned, policiesDue]) await timer(needs);
      }
      await this.advance(0);
    },

    async close(): Promise<void> {
      await stores.close();
    },
  };
}

export type TestWorld = Awaited<ReturnType<typeof startTestWorld>>;
