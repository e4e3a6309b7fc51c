import type { SimCalendar } from '../../local/core/core.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import type { Queues } from '../../shared/platform/queues.ts';
import { newId, systemRandom } from '../../shared/platform/random.ts';
import { createGoogle } from '../../shared/providers/google/google.ts';
import { createIcloud } from '../../shared/providers/icloud/icloud.ts';
import { createMicrosoft } from '../../shared/providers/microsoft/microsoft.ts';
import { createStores } from '../../shared/stores/createStores.ts';
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
}

/** A calendar at its service and in Hetk. */
export interface Side {
  readonly service: ServiceName;
  readonly remote: SimCalendar;
  readonly calendar: Calendar;
}

/** The real engine, providers and stores, with a database in memory; one user, whose accounts and pairs are made without the page. */
export async function startEngine({ clock, origins, fetch, storage, httpClient, queues }: EngineOptions) {
  const random = systemRandom;
  const keyring = { ...keys('k1'), secret: (name: 'microsoft' | 'google') => clients[name].secret };
  const database = 'sqlite::memory:';
  const stores = await createStores({ database, storage, ...(httpClient && { httpClient }), keyring, clock, random });
  const log = () => {};
  const outside = { clock, random, log, fetch, credentials: stores.credentials };
  const needs: SyncNeeds = {
    settings: {
      HETK_PUBLIC_URL: APP,
      HETK_WINDOW_PAST_DAYS: 92,
      HETK_WINDOW_FUTURE_DAYS: 366,
      HETK_POLL_SECONDS: 1800,
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
     * Connects an account and finds its one calendar.
     * @param password of an account at iCloud
     */
    async connect(service: ServiceName, email: string, password = ''): Promise<Calendar> {
      const { subject, credential } = await signIn({ clock, fetch, origins }, service, email, password);
      const [id, createdAt] = [newId(random), clock.now()];
      const account: Account = { id, userId, provider: service, subject, email, status: 'active', createdAt };
      await stores.accounts.add(account);
      await stores.credentials.write(id, credential);
      const listing = (await needs.providers[service]?.listCalendars(id, email)) ?? [];
      await stores.calendars.takeListing(account, listing, createdAt, () => newId(random));
      const [calendar] = await stores.calendars.ofAccount(id);
      if (!calendar) throw new Error('The simulated service listed no calendar.');
      return calendar;
    },

    /** Adds a one-way pair; nothing is queued. */
    async pair(source: Calendar, target: Calendar): Promise<Pair> {
      const [id, createdAt] = [newId(random), clock.now()];
      const route: Route = {
        id: newId(random),
        pairId: id,
        userId,
        sourceCalendarId: source.id,
        targetCalendarId: target.id,
        options: { markPrivate: false, showAs: 'keep', skipFree: false, transformIdentity: false },
        state: 'starting',
        progressDone: 0,
        progressTotal: 0,
        deletionsConfirmedUntil: 0,
      };
      const pair: Pair = {
        id,
        userId,
        direction: 'one-way',
        paused: false,
        removing: false,
        createdAt,
        routes: [route],
      };
      await stores.pairs.add(pair);
      return pair;
    },

    close: () => stores.close(),
  };
}
