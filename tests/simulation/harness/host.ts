import type { ConsentNeeds } from '../../../shared/consent/needs.ts';
import type { Keyring } from '../../../shared/platform/keyring.ts';
import type { Log } from '../../../shared/platform/log.ts';
import type { BulkMessage, ChangesMessage, Queues } from '../../../shared/platform/queues.ts';
import type { Random } from '../../../shared/platform/random.ts';
import { readSettings } from '../../../shared/platform/settings.ts';
import { createGoogle } from '../../../shared/providers/google/google.ts';
import { createGoogleIdentity } from '../../../shared/providers/google/identity.ts';
import { createIcloud } from '../../../shared/providers/icloud/icloud.ts';
import { createIcloudIdentity } from '../../../shared/providers/icloud/identity.ts';
import { createMicrosoftIdentity } from '../../../shared/providers/microsoft/identity.ts';
import { createMicrosoft } from '../../../shared/providers/microsoft/microsoft.ts';
import { createStores } from '../../../shared/stores/createStores.ts';
import type { Database } from '../../../shared/stores/database.ts';
import type { Stores } from '../../../shared/stores/stores.ts';
import type { TableTransport } from '../../../shared/stores/tables.ts';
import { createBurstGate } from '../../../shared/sync/burst.ts';
import { createForgeries } from '../../../shared/sync/forgeries.ts';
import type { SyncNeeds } from '../../../shared/sync/needs.ts';
import type { PushNeeds } from '../../../shared/sync/notifications.ts';
import { previewRoute } from '../../../shared/sync/preview.ts';
import type { Host, Scheduler } from './scheduler.ts';
import { clients, origins, type Services, serviceAt } from './services.ts';
import { type MemoryTables, memoryStorage } from './tables.ts';

/** One process of Hetk: the real engine, stores, providers and handlers, with its own clock and memory. */
export interface HetkHost extends Host {
  readonly needs: SyncNeeds;
  readonly push: PushNeeds;
  readonly consent: ConsentNeeds;
  /** Messages it works on. */
  inHand: number;
  /** Callers over HTTP who lose their connection when it ends. */
  readonly callers: Set<(reason: Error) => void>;
}

export interface HostOptions {
  readonly name: string;
  /** How far its clock is ahead, ms. */
  readonly skewMs: number;
  /** Undefined for the one that sets the world up: nothing of it waits. */
  readonly scheduler: Scheduler;
  readonly gated: boolean;
  readonly services: Services;
  readonly database: Database;
  readonly tables: MemoryTables;
  readonly keyring: Keyring;
  readonly random: Random;
  readonly log: Log;
  readonly send: (queue: 'changes' | 'bulk', text: string, delayMs: number) => void;
  readonly pollSeconds: number;
  /** Told when somebody else holds the calendar that a worker wants. */
  readonly leaseRefused: () => void;
}

const app = 'http://localhost:7071';

/** Starts a process. Its stores are the same as everyone's; its tokens, bursts and clock are its own. */
export async function startHost(options: HostOptions): Promise<HetkHost> {
  const { scheduler, services, database, tables, keyring, random, log } = options;
  const self: Host = { name: options.name, dead: false };
  let starting = true;
  const io = <T>(label: string, work: () => T | Promise<T>): Promise<T> =>
    options.gated && !starting ? scheduler.io(self, label, work) : Promise.resolve(work());
  const clock = { now: () => scheduler.now + options.skewMs };
  const httpClient: TableTransport = {
    sendRequest: (request) => io(`table ${labelOf(request.method, request.url)}`, () => tables.answer(request)),
  };
  const opened = await createStores({ database, storage: memoryStorage, httpClient, keyring, clock, random });
  starting = false;
  const stores = atGates({ ...opened, calendars: noticed(opened.calendars, options.leaseRefused) }, io);
  const send =
    (queue: 'changes' | 'bulk') =>
    (message: ChangesMessage | BulkMessage, delayMs = 0) => {
      const text = JSON.stringify(message);
      return io(`enqueues ${queue} ${text} in ${delayMs}`, () => options.send(queue, text, delayMs));
    };
  const queues: Queues = { changes: send('changes'), bulk: send('bulk') };
  const network: typeof fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const label = `${init?.method ?? 'GET'} ${serviceAt(url)}${url.pathname}${url.search}`;
    return io(label, () => services.answer(url, init));
  };
  const outside = { clock, random, log, fetch: network, credentials: stores.credentials };
  const microsoft = {
    authority: origins.microsoft,
    graphRoot: origins.microsoft,
    clientId: clients.microsoft.id,
    clientSecret: () => clients.microsoft.secret,
  };
  const google = {
    oauthRoot: origins.google,
    apiRoot: origins.google,
    clientId: clients.google.id,
    clientSecret: () => clients.google.secret,
  };
  const icloud = { root: origins.icloud };
  const needs: SyncNeeds = {
    settings: {
      HETK_PUBLIC_URL: app,
      HETK_WINDOW_PAST_DAYS: 92,
      HETK_WINDOW_FUTURE_DAYS: 366,
      HETK_POLL_SECONDS: options.pollSeconds,
      HETK_POLLS_A_DAY: 720_000,
      HETK_ICLOUD_POLL_SECONDS: 900,
    },
    clock,
    random,
    log,
    queues,
    stores,
    keyring,
    txt: async () => [],
    providers: {
      microsoft: createMicrosoft({ settings: microsoft, ...outside }),
      google: createGoogle({ settings: google, ...outside }),
      icloud: createIcloud({ settings: icloud, ...outside }),
    },
  };
  const consent: ConsentNeeds = {
    ...needs,
    settings: readSettings({
      HETK_PUBLIC_URL: app,
      HETK_DATABASE: 'sqlite::memory:',
      HETK_KEYS: 'file:keys.json',
      HETK_STORAGE: 'UseDevelopmentStorage=true',
      HETK_MICROSOFT_AUTHORITY: origins.microsoft,
      HETK_MICROSOFT_CLIENT_ID: clients.microsoft.id,
    }),
    microsoftIdentity: createMicrosoftIdentity({ settings: microsoft, ...outside }),
    googleIdentity: createGoogleIdentity({ settings: google, ...outside }),
    icloudIdentity: createIcloudIdentity({ settings: icloud, ...outside }),
    preview: ({ source, target, options: wanted }) => previewRoute(needs, source, target, wanted),
  };
  const push = { keyring, clock, queues, burst: createBurstGate(), forgeries: createForgeries({ clock, log }) };
  return Object.assign(self, { needs, push, consent, inHand: 0, callers: new Set<(reason: Error) => void>() });
}

/** What is asked of the tables, short. */
function labelOf(method: string, url: string): string {
  const [path, query] = (url.split('/devstoreaccount1/')[1] ?? url).split('?');
  const range = query === undefined ? '' : (/RowKey[^&]*/.exec(query)?.[0] ?? '');
  return `${method} ${path}${range && ` ${range}`}`;
}

type Io = <T>(label: string, work: () => T | Promise<T>) => Promise<T>;

function noticed(calendars: Stores['calendars'], refused: () => void): Stores['calendars'] {
  return {
    ...calendars,
    async lease(...given) {
      const lease = await calendars.lease(...given);
      if (!lease) refused();
      return lease;
    },
  };
}

/** Each call of the SQL stores waits at a gate; it happens whole or not at all, as a transaction does. Tables have gates of their own. */
function atGates(stores: Stores, io: Io): Stores {
  return {
    users: gated('users', stores.users, io),
    accounts: gated('accounts', stores.accounts, io),
    credentials: gated('credentials', stores.credentials, io),
    calendars: gated('calendars', stores.calendars, io),
    pairs: gated('pairs', stores.pairs, io),
    subscriptions: gated('subscriptions', stores.subscriptions, io),
    policies: gated('policies', stores.policies, io),
    removals: gated('removals', stores.removals, io),
    tries: gated('tries', stores.tries, io),
    links: stores.links,
    history: stores.history,
    ping: stores.ping,
    close: stores.close,
  };
}

function gated<S extends object>(name: string, store: S, io: Io): S {
  const wrapped = Object.entries(store).map(([method, real]: [string, unknown]) => {
    if (typeof real !== 'function') return [method, real] as const;
    const label = `sql ${name}.${method}`;
    return [
      method,
      (...given: unknown[]) => {
        const [first] = given;
        const about = typeof first === 'string' ? ` ${first}` : '';
        return io(`${label}${about}`, () => Reflect.apply(real, store, given) as unknown);
      },
    ] as const;
  });
  return Object.fromEntries(wrapped) as S;
}
