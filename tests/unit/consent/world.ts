import azure, { type HttpMethod } from '@azure/functions';
import { fromHost, toHost } from '../../../functions/http/adapter.ts';
import { apiAddresses, pageAddresses, signInAddresses } from '../../../shared/consent/addresses.ts';
import type { CodeRedemption, ConsentNeeds, Grant, Identity, SignInRequest } from '../../../shared/consent/needs.ts';
import type { Key, Keyring } from '../../../shared/platform/keyring.ts';
import type { BulkMessage, ChangesMessage } from '../../../shared/platform/queues.ts';
import { systemRandom } from '../../../shared/platform/random.ts';
import { readSettings } from '../../../shared/platform/settings.ts';
import { TxtLookupFailed } from '../../../shared/platform/txtRecords.ts';
import type { CalendarProvider, ProviderName, RemoteCalendar } from '../../../shared/providers/provider.ts';
import { createAccounts } from '../../../shared/stores/accounts.ts';
import { createCalendars } from '../../../shared/stores/calendars.ts';
import { createCredentials } from '../../../shared/stores/credentials.ts';
import { databaseOf } from '../../../shared/stores/database.ts';
import { sqliteDialect } from '../../../shared/stores/dialects/sqlite.ts';
import { migrate } from '../../../shared/stores/migrations.ts';
import { createPairs } from '../../../shared/stores/pairs.ts';
import { createPolicies } from '../../../shared/stores/policies.ts';
import { createRemovals } from '../../../shared/stores/removals.ts';
import type { HistoryEntry, Stores } from '../../../shared/stores/stores.ts';
import { createSubscriptions } from '../../../shared/stores/subscriptions.ts';
import { createTries } from '../../../shared/stores/tries.ts';
import { createUsers } from '../../../shared/stores/users.ts';

const addresses = [...signInAddresses, ...pageAddresses, ...apiAddresses];

const unused = () => {
  throw new Error('Not part of this world.');
};

/** A sign-in service where a code is what the person it stands for is called. */
export interface FakeService extends Identity {
  asked: SignInRequest[];
  people: Map<string, Grant>;
  spent: CodeRedemption[];
  failure: Error | undefined;
}

function fakeService(authorize: string): FakeService {
  const service: FakeService = {
    asked: [],
    people: new Map(),
    spent: [],
    failure: undefined,
    async signInUrl(request) {
      service.asked.push(request);
      return `${authorize}?state=${request.state}&redirect_uri=${encodeURIComponent(request.redirectUri)}`;
    },
    async redeem(redemption) {
      if (service.failure) throw service.failure;
      service.spent.push(redemption);
      const grant = service.people.get(redemption.code);
      if (!grant) throw new Error(`Nobody is called ${redemption.code}.`);
      return grant;
    },
  };
  return service;
}

function fakeProvider(name: ProviderName, calendars: () => readonly RemoteCalendar[]): CalendarProvider {
  return {
    name,
    batchSize: 20,
    push: true,
    listCalendars: async () => [...calendars()],
    pull: unused,
    list: unused,
    get: unused,
    getMany: unused,
    hasMeetings: unused,
    write: unused,
    subscribe: unused,
    renew: unused,
    unsubscribe: unused,
    revoke: unused,
  };
}

export function testKeyring(...ids: string[]): Keyring & { keys: Key[] } {
  const keys = (ids.length > 0 ? ids : ['k1']).map((id) => ({ id, bytes: systemRandom.bytes(32) }));
  return {
    keys,
    newest() {
      const [key] = this.keys;
      if (!key) throw new Error('The ring is empty.');
      return key;
    },
    find(_purpose, id) {
      return this.keys.find((key) => key.id === id);
    },
    secret: () => 'secret',
  };
}

export async function consentWorld(publicUrl = 'http://localhost:7071') {
  const time = { now: Date.UTC(2026, 10, 23, 12) };
  const clock = { now: () => time.now };
  const keyring = testKeyring();
  const sqlite = await sqliteDialect(':memory:');
  // Jest runs tests in a realm of its own, where the errors of node:sqlite are no instances of Error.
  const errorOf = (thrown: unknown) => Object.assign(new Error('of SQLite'), thrown);
  const database = databaseOf({ ...sqlite, errorOf });
  await migrate(database);
  const bulk: BulkMessage[] = [];
  const changes: ChangesMessage[] = [];
  const history: HistoryEntry[] = [];
  const logged: string[] = [];
  const listing: Record<string, RemoteCalendar[]> = {
    microsoft: [
      remote('outlook', 'Work'),
      { ...remote('boss', 'Boss'), writable: false, readable: false, reason: 'It belongs to someone else.' },
    ],
    google: [remote('gmail', 'Private <b>life</b>')],
  };
  const stores: Stores = {
    users: createUsers(database),
    accounts: createAccounts(database, clock),
    credentials: createCredentials(database, keyring, systemRandom),
    calendars: createCalendars(database, clock),
    pairs: createPairs(database, clock),
    subscriptions: createSubscriptions(database, clock),
    policies: createPolicies(database),
    removals: createRemovals(database),
    tries: createTries(database),
    // Links and history live in Table Storage; here only what page and API ask of them.
    links: {
      find: unused,
      findMany: unused,
      findByCopy: unused,
      ofSeries: unused,
      all: unused,
      countLive: async () => 3,
      put: unused,
      remove: unused,
      removeRoute: unused,
    },
    history: {
      add: async (entries) => void history.push(...entries),
      latest: async (routeId) => history.filter((entry) => entry.routeId === routeId).toReversed(),
      removeRoute: unused,
    },
    ping: async () => undefined,
    close: () => database.close(),
  };
  const microsoft = fakeService('https://login.example/authorize');
  const google = fakeService('https://accounts.example/auth');
  microsoft.people.set('ada', { subject: 'oid.tid', email: 'ada@work.example', credential: '{"rt":"m-secret"}' });
  microsoft.people.set('bob', { subject: 'oid2.tid', email: 'bob@work.example', credential: '{"rt":"b-secret"}' });
  google.people.set('ada', { subject: '1001', email: 'ada@home.example', credential: '{"rt":"g-secret"}' });

  const zone = Object.assign(new Map<string, string[]>(), { failing: false });
  const needs: ConsentNeeds = {
    settings: readSettings({
      HETK_PUBLIC_URL: publicUrl,
      HETK_DATABASE: 'sqlite::memory:',
      HETK_KEYS: 'file:keys.json',
      HETK_STORAGE: 'UseDevelopmentStorage=true',
      HETK_MICROSOFT_AUTHORITY: 'https://login.example',
      HETK_MICROSOFT_CLIENT_ID: 'client-1',
    }),
    clock,
    random: systemRandom,
    log: (event, fields) => void logged.push(JSON.stringify({ event, ...fields })),
    queues: {
      changes: async (message) => void changes.push(message),
      bulk: async (message) => void bulk.push(message),
    },
    stores,
    keyring,
    txt: async (name) => {
      if (zone.failing) throw new TxtLookupFailed('ESERVFAIL');
      return zone.get(name) ?? [];
    },
    providers: {
      microsoft: fakeProvider('microsoft', () => listing.microsoft ?? []),
      google: fakeProvider('google', () => listing.google ?? []),
    },
    microsoftIdentity: microsoft,
    googleIdentity: google,
    preview: async ({ options }) => ({
      originals: 5,
      copies: options.skipFree ? 3 : 4,
      skipped: { declined: 1 },
      examples: [],
    }),
  };
  return { needs, stores, time, zone, keyring, bulk, changes, history, logged, listing, microsoft, google };
}

export type World = Awaited<ReturnType<typeof consentWorld>>;

/** A calendar as a service lists it. */
export function remote(remoteId: string, name: string): RemoteCalendar {
  return { remoteId, name, color: '#336699', primary: true, writable: true, readable: true };
}

export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads the answer as the caller of the API would
  readonly json: any;
  readonly setCookies: readonly {
    readonly name: string;
    readonly value: string;
    readonly secure?: boolean;
    readonly httpOnly?: boolean;
    readonly sameSite?: string | undefined;
    readonly path?: string;
  }[];
}

/** One browser: it keeps cookies, and calls through the same adapter that the Functions host uses. */
export function newBrowser(world: World) {
  const jar = new Map<string, string>();

  async function call(
    method: HttpMethod,
    target: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Received> {
    const url = new URL(target, 'http://whatever-the-client-says');
    const { address, params } = find(method, url.pathname);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const request = new azure.HttpRequest({
      method,
      url: url.href,
      params,
      query: Object.fromEntries(url.searchParams),
      headers: present({
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(method !== 'GET' && {
          origin: new URL(world.needs.settings.HETK_PUBLIC_URL).origin,
          'sec-fetch-site': 'same-origin',
        }),
        ...headers,
      }),
      ...(body !== undefined && { body: { string: text } }),
    });
    const answer = toHost(await address.answer(fromHost(request), world.needs));
    for (const { name, value, maxAge } of answer.cookies ?? []) {
      if (maxAge === 0) jar.delete(name);
      else jar.set(name, value);
    }
    const received = typeof answer.body === 'string' ? answer.body : '';
    const all = new Headers(
      answer.headers instanceof Headers
        ? answer.headers
        : Object.entries(answer.headers ?? {}).map(([name, value]) => [name, String(value)] as [string, string]),
    );
    return {
      status: answer.status ?? 200,
      headers: all,
      text: received,
      json: /json/.test(all.get('content-type') ?? '') ? JSON.parse(received) : undefined,
      setCookies: answer.cookies ?? [],
    };
  }

  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const send = (path: string, fields: Record<string, string>) =>
    call('POST', path, String(new URLSearchParams(fields)), form);
  const get = (path: string, headers: Record<string, string> = {}) => call('GET', path, undefined, headers);

  return {
    jar,
    call,
    get,
    /** Sends a form as a browser does without any script: with the token of the page, if somebody is signed in. */
    async submit(path: string, fields: Record<string, string>): Promise<Received> {
      const token = /name="token" value="([^"]+)"/.exec((await get('/')).text)?.[1];
      return send(path, { ...fields, ...(token && { token }) });
    },
    /** Sends a form that is not from any page of ours. */
    send,
    /** The whole way through a service's sign-in, as whoever `code` stands for. */
    async signIn(provider: 'microsoft' | 'google', code: string, start = `/connect/${provider}`): Promise<Received> {
      const away = await get(start);
      const state = new URL(away.headers.get('location') ?? 'x:').searchParams.get('state') ?? '';
      return get(`/connect/${provider}/callback?code=${code}&state=${state}`);
    },
  };
}

/** Headers without those that are empty: a browser that does not send one. */
function present(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
}

function find(method: string, path: string) {
  for (const address of addresses) {
    if (address.method !== method) continue;
    const pattern = address.route.replace(/^\//, '').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
    const match = new RegExp(`^/${pattern}$`).exec(path);
    if (match) return { address, params: { ...match.groups } };
  }
  throw new Error(`Nobody answers ${method} ${path}.`);
}

/** A signed-in person with both accounts, and the ids of their calendars. */
export async function connected(world: World) {
  const browser = newBrowser(world);
  await browser.signIn('microsoft', 'ada');
  await browser.signIn('google', 'ada');
  const calendars: { id: string; name: string }[] = (await browser.get('/api/calendars')).json;
  const idOf = (name: string) => calendars.find((each) => each.name === name)?.id ?? '';
  return { browser, work: idOf('Work'), home: idOf('Private <b>life</b>'), boss: idOf('Boss') };
}
