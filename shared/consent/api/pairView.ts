import type { Account, Calendar, Pair, Route, RouteOptions } from '../../stores/stores.ts';
import type { ConsentNeeds } from '../needs.ts';
import { type PairProblem, type PairStatus, pairProblems, pairSituation } from './pairStatus.ts';

export interface PairView {
  readonly id: string;
  /** Calendar ids. */
  readonly source: string;
  readonly target: string;
  readonly direction: 'one-way' | 'two-way';
  readonly sourceToTarget: RouteOptions;
  readonly targetToSource?: RouteOptions;
  readonly status: PairStatus;
  readonly progress: { readonly done: number; readonly total: number };
  /** RFC 3339, UTC; absent before the first sync. */
  readonly lastSyncedAt?: string;
  readonly counts: { readonly copies: number };
  /** The gravest of the problems. */
  readonly problem?: PairProblem;
  /** All of them, the gravest first. */
  readonly problems: readonly PairProblem[];
  /** RFC 3339, UTC. */
  readonly createdAt: string;
}

/** The user's pairs with everything that a view of one depends on, read once for all. */
export async function pairViewsOf(needs: ConsentNeeds, userId: string): Promise<PairView[]> {
  const pairs = await needs.stores.pairs.ofUser(userId);
  return viewsOf(needs, userId, pairs);
}

export async function pairViewOf(needs: ConsentNeeds, pair: Pair): Promise<PairView> {
  const [view] = await viewsOf(needs, pair.userId, [pair]);
  if (!view) throw new Error(`Pair ${pair.id} has no route.`);
  return view;
}

async function viewsOf(needs: ConsentNeeds, userId: string, pairs: readonly Pair[]): Promise<PairView[]> {
  const { accounts, calendars, links } = needs.stores;
  const owned = await accounts.ofUser(userId);
  const lists = await Promise.all(owned.map((account) => calendars.ofAccount(account.id)));
  const around = {
    accounts: new Map<string, Account>(owned.map((account) => [account.id, account])),
    calendars: new Map<string, Calendar>(lists.flat().map((calendar) => [calendar.id, calendar])),
  };
  const ordered = pairs.toSorted((a, b) => a.createdAt - b.createdAt);
  const views = await Promise.all(
    ordered.map(async (pair): Promise<PairView | undefined> => {
      const [there, back] = pair.routes;
      if (!there) return undefined;
      const copies = await Promise.all(pair.routes.map((route) => links.countLive(route.id)));
      return {
        ...shapeOf(pair, there, back),
        ...pairSituation(pair, around),
        problems: pairProblems(pair, around),
        counts: { copies: sum(copies) },
      };
    }),
  );
  return views.filter((view) => view !== undefined);
}

function shapeOf(pair: Pair, there: Route, back: Route | undefined) {
  const synced = pair.routes.map((route) => route.lastSyncedAt ?? 0);
  const last = Math.min(...synced);
  return {
    id: pair.id,
    source: there.sourceCalendarId,
    target: there.targetCalendarId,
    direction: pair.direction,
    sourceToTarget: there.options,
    ...(back && { targetToSource: back.options }),
    progress: {
      done: sum(pair.routes.map((route) => route.progressDone)),
      total: sum(pair.routes.map((route) => route.progressTotal)),
    },
    ...(last > 0 && { lastSyncedAt: new Date(last).toISOString() }),
    createdAt: new Date(pair.createdAt).toISOString(),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
