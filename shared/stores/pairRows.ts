import type { PairRow, RouteRow } from './schema.ts';
import type { Pair, Problem, Route, RouteOptions } from './stores.ts';

export function pairOf(row: PairRow, routes: readonly RouteRow[]): Pair {
  return {
    id: row.id,
    userId: row.user_id,
    direction: row.direction,
    paused: row.paused === 1,
    removing: row.removing === 1,
    createdAt: row.created_at,
    routes: routes.filter((route) => route.pair_id === row.id).map(routeOf),
  };
}

export function rowOfPair(pair: Pair): PairRow {
  return {
    id: pair.id,
    user_id: pair.userId,
    direction: pair.direction,
    paused: Number(pair.paused),
    removing: Number(pair.removing),
    created_at: pair.createdAt,
  };
}

export function routeOf(row: RouteRow): Route {
  return {
    id: row.id,
    pairId: row.pair_id,
    userId: row.user_id,
    sourceCalendarId: row.source_calendar_id,
    targetCalendarId: row.target_calendar_id,
    ...(row.twin_id !== null && { twinId: row.twin_id }),
    options: {
      markPrivate: row.mark_private === 1,
      showAs: row.show_as,
      skipFree: row.skip_free === 1,
      transformIdentity: row.transform_identity === 1,
    },
    state: row.state,
    ...(row.problem_code !== null && {
      problem: { code: row.problem_code, message: row.problem_message ?? '', action: row.problem_action ?? 'none' },
    }),
    progressDone: row.progress_done,
    progressTotal: row.progress_total,
    ...(row.last_synced_at !== 0 && { lastSyncedAt: row.last_synced_at }),
    deletionsConfirmedUntil: row.deletions_confirmed_until,
  };
}

/** @param way its place in the pair: 0, or 1 for the way back */
export function rowOfRoute(route: Route, way: number): RouteRow {
  return {
    id: route.id,
    pair_id: route.pairId,
    user_id: route.userId,
    source_calendar_id: route.sourceCalendarId,
    target_calendar_id: route.targetCalendarId,
    way,
    twin_id: route.twinId ?? null,
    ...optionColumns(route.options),
    state: route.state,
    ...problemColumns(route.problem),
    progress_done: route.progressDone,
    progress_total: route.progressTotal,
    last_synced_at: route.lastSyncedAt ?? 0,
    deletions_confirmed_until: route.deletionsConfirmedUntil,
  };
}

export function optionColumns(options: RouteOptions) {
  return {
    mark_private: Number(options.markPrivate),
    show_as: options.showAs,
    skip_free: Number(options.skipFree),
    transform_identity: Number(options.transformIdentity),
  };
}

export function problemColumns(problem: Problem | undefined) {
  return {
    problem_code: problem?.code ?? null,
    problem_message: problem?.message ?? null,
    problem_action: problem?.action ?? null,
  };
}
