import type { SimCalendar } from '../../local/core/core.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import { type Log, silentLog } from '../../shared/platform/log.ts';
import type { Queues } from '../../shared/platform/queues.ts';
import { newId, type Random, systemRandom } from '../../shared/platform/random.ts';
import { createGoogle } from '../../shared/providers/google/google.ts';
import { createIcloud } from '../../shared/providers/icloud/icloud.ts';
import { createMicrosoft } from '../../shared/providers/microsoft/microsoft.ts';
import { createStores } from '../../shared/stores/createStores.ts';
import type { Database } from '../../shared/stores/database.ts';
import type { Account, Calendar, Pair, Route } from '../../shared/stores/stores.ts';
import type { TableTransport } from '../../shared/stores/tables.ts';
import type { SyncNeeds } from '../../shared/sync/needs.ts';
import { keys } from '../unit/sync/builders.ts';
import { clients, type Origins, type ServiceName } from './services.ts';
import { googleSettings, microsoftSettings, signIn } from './signIn.ts';

/** Where the engine of a bench says it is reached. */
export const APP = 'http://localhost:7071';

interface EngineOptions {
  readonly clock: Clock;
  readonly origins: Origins;
  readonly fetch: typeof fetch;
  /** As the setting HETK_STORAGE. */
  readonly storage: string;
  readonly httpClient?: TableTransport;
  readonly queues: Queues;
  /** By default one in memory. */
  readonly database?: Database;
  readonly random?: Random;
  readonly log?: Log;
}

/** A calendar at its service and in Hetk. */
export interface Side {
  readonly service: ServiceName;
  readonly remote: SimCalendar;
  readonly calendar: Calendar;
}

/** The real engine, providers and stores, with a database in memory; one user, whose accounts and pairs are made without the page. */
export async function startEngine(options: EngineOptions) {
  const { clock, origins, fetch, storage, httpClient, queues, random = systemRandom, log = silentLog } = options;
  const { database = 'sqlite::memory:' } = options;
  const keyring = { ...keys('k1'), secret: (name: 'microsoft' | 'google') => clients[name].secret };
  const stores = await createStores({ database, storage, ...(httpClient && { httpClient }), keyring, clock, random });
  const outside = { clock, random, log, fetch, credentials: stores.credentials };
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
    txt: async () => [],
    providers: {
      microsoft: createMicrosoft({ settings: microsoftSettings(origins), ...outside }),
      google: createGoogle({ settings: googleSettings(origins), ...outside }),
      icloud: createIcloud({ settings: { root: origins.icloud }, ...outside }),
    },
  };
  const userId = newId(random);
  await stores.users.create(userId, clock.now());

  return {
    needs,
    stores,
    keyring,
    userId,

    /**
     * Connects an account and finds its calendars, at least one.
     * @param password of an account at iCloud
     */
    async connect(service: ServiceName, email: string, password = ''): Promise<[Calendar, ...Calendar[]]> {
      const { subject, credential } = await signIn({ clock, fetch, origins }, service, email, password);
      const [id, createdAt] = [newId(random), clock.now()];
      const account: Account = { id, userId, provider: service, subject, email, status: 'active', createdAt };
      await stores.accounts.add(account);
      await stores.credentials.write(id, credential);
      const listing = (await needs.providers[service]?.listCalendars(id, email)) ?? [];
      await stores.calendars.takeListing(account, listing, createdAt, () => newId(random));
      const [first, ...others] = await stores.calendars.ofAccount(id);
      if (!first) throw new Error('The simulated service listed no calendar.');
      return [first, ...others];
    },

    /** Adds a pair; nothing is queued. */
    async pair(source: Calendar, target: Calendar, direction: Pair['direction'] = 'one-way'): Promise<Pair> {
      const [id, createdAt] = [newId(random), clock.now()];
      const route = (from: Calendar, to: Calendar): Route => ({
        id: newId(random),
        pairId: id,
        userId,
        sourceCalendarId: from.id,
        targetCalendarId: to.id,
        options: { markPrivate: false, showAs: 'keep', skipFree: false, transformIdentity: false },
        state: 'starting',
        progressDone: 0,
        progressTotal: 0,
        deletionsConfirmedUntil: 0,
      });
      const there = route(source, target);
      const back = route(target, source);
      const twins = [
        { ...there, twinId: back.id },
        { ...back, twinId: there.id },
      ];
      const routes = direction === 'two-way' ? twins : [there];
      const pair: Pair = { id, userId, direction, paused: false, removing: false, createdAt, routes };
      await stores.pairs.add(pair);
      return pair;
    },

    close: () => stores.close(),
  };
}
