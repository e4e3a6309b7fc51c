import { newId, systemRandom } from '../../../shared/platform/random.ts';
import type { Account, Calendar, Pair, Route, RouteOptions, Stores } from '../../../shared/stores/stores.ts';
import { listPages, openTable, partitionIs } from '../../../shared/stores/tables.ts';

/** Two connections to the same stores, as two instances have them, and the clock that both go by. */
export interface StoresWorld {
  readonly stores: Stores;
  readonly other: Stores;
  readonly clock: { time: number };
  /** How many rows of any kind the links of a route take up. */
  linkRows(routeId: string): Promise<number>;
  close(): Promise<void>;
}

export const NOW = 1_800_000_000_000;
export const MINUTE = 60_000;
export const DAY = 86_400_000;

export const plainOptions: RouteOptions = {
  markPrivate: false,
  showAs: 'keep',
  skipFree: false,
  transformIdentity: false,
};

export function id(): string {
  return newId(systemRandom);
}

export async function linkRows(storage: string, routeId: string): Promise<number> {
  let count = 0;
  for await (const page of listPages(await openTable(storage, 'links'), partitionIs(routeId))) count += page.length;
  return count;
}

/** A person with one connected account and so many calendars. */
export async function person(
  stores: Pick<Stores, 'users' | 'accounts' | 'calendars'>,
  provider: Account['provider'] = 'microsoft',
  count = 2,
): Promise<{ account: Account; calendars: Calendar[] }> {
  const userId = id();
  await stores.users.create(userId, NOW);
  const account: Account = {
    id: id(),
    userId,
    provider,
    subject: `${userId}.Tenant`,
    email: 'anna@contoso.example',
    status: 'active',
    createdAt: NOW,
  };
  await stores.accounts.add(account);
  const listing = Array.from({ length: count }, (_, index) => remote(`AAMk/=${index}`));
  await stores.calendars.takeListing(account, listing, NOW, id);
  const calendars = await stores.calendars.ofAccount(account.id);
  return { account, calendars };
}

export function remote(remoteId: string) {
  return { remoteId, name: remoteId, primary: false, writable: true, readable: true };
}

export function pairOf(source: Calendar, target: Calendar, change: Partial<Route> = {}): Pair {
  const pairId = id();
  const route: Route = {
    id: id(),
    pairId,
    userId: source.userId,
    sourceCalendarId: source.id,
    targetCalendarId: target.id,
    options: plainOptions,
    state: 'active',
    progressDone: 0,
    progressTotal: 0,
    deletionsConfirmedUntil: 0,
    ...change,
  };
  return {
    id: pairId,
    userId: source.userId,
    direction: 'one-way',
    paused: false,
    removing: false,
    createdAt: NOW,
    routes: [route],
  };
}

/** Both directions between two calendars; `there` and `back` change the routes. */
export function twoWayPairOf(a: Calendar, b: Calendar, there: Partial<Route> = {}, back: Partial<Route> = {}): Pair {
  const pair = pairOf(a, b);
  const [thereId, backId] = [id(), id()];
  const routes = [
    ...pairOf(a, b, { id: thereId, pairId: pair.id, twinId: backId, ...there }).routes,
    ...pairOf(b, a, { id: backId, pairId: pair.id, twinId: thereId, ...back }).routes,
  ];
  return { ...pair, direction: 'two-way', routes };
}

/** A calendar that a running pair leads out of. */
export async function source(
  stores: Stores,
): Promise<{ calendar: Calendar; target: Calendar; pair: Pair; account: Account }> {
  const { account, calendars } = await person(stores);
  const [calendar, target] = calendars;
  if (!calendar || !target) throw new Error('The listing was not taken over.');
  const pair = pairOf(calendar, target);
  await stores.pairs.add(pair);
  return { calendar, target, pair, account };
}
