import type { Window } from '../../calendar/window.ts';
import { isProviderError } from '../errors.ts';
import type { CalendarRef, Change } from '../provider.ts';
import { readable } from '../readable.ts';
import { eventPath, windowQuery } from './addresses.ts';
import { type EventRow, hydrated, isMaster, needsMaster } from './eventRow.ts';
import type { Graph } from './graphRequest.ts';
import { eventFromRow } from './mapping.ts';
import { fetchMasters } from './masters.ts';
import { eventPages } from './pages.ts';

const changesAtOnce = 200;

/**
 * What the rows of a completed round say, some at a time. Graph does not report a deleted occurrence as removed: the round holds the master and all
 * occurrences that are left, so a master's rows replace whatever was known of its series (microsoft-graph-docs-contrib#7345, #7733).
 */
export async function* changesOfRound(
  graph: Graph,
  calendar: CalendarRef,
  rows: readonly EventRow[],
  round: { readonly window: Window; readonly full: boolean },
): AsyncGenerator<readonly Change[], void> {
  const removed = rows.filter((row) => row['@removed']).map((row) => row.id);
  const present = rows.filter((row) => !row['@removed']);
  const masters = new Map(present.filter(isMaster).map((row) => [row.id, row]));
  const told = [...masters.keys()];

  const goneSeries = new Set(removed);
  const instances = present.filter((row) => !isMaster(row) && !goneSeries.has(row.seriesMasterId ?? ''));
  const wanted = new Set(instances.filter(needsMaster).map((row) => row.seriesMasterId ?? ''));
  const fetched = await fetchMasters(
    graph,
    calendar,
    [...wanted].filter((id) => !masters.has(id)),
  );
  for (const [id, master] of fetched.found) masters.set(id, master);
  for (const id of fetched.missing) goneSeries.add(id);

  const events = instances.filter((row) => !goneSeries.has(row.seriesMasterId ?? ''));
  if (!round.full) events.push(...(await instancesOfEmptySeries(graph, calendar, told, events, round.window)));

  for (let at = 0; at < events.length; at += changesAtOnce)
    yield events.slice(at, at + changesAtOnce).map((row) => changeFrom(complete(row, masters), calendar));
  yield [
    ...told.map((seriesId): Change => ({ kind: 'series', seriesId, instanceIds: idsOf(events, seriesId) })),
    ...[...goneSeries].map((id): Change => ({ kind: 'removed', id })),
  ];
}

/** @param row complete, as `hydrated` makes an instance */
export function changeFrom(row: EventRow, { ownerEmail }: CalendarRef): Change {
  const event = readable(() => eventFromRow(row, ownerEmail));
  return event ? { kind: 'event', event } : { kind: 'unreadable', id: row.id };
}

function complete(row: EventRow, masters: ReadonlyMap<string, EventRow>): EventRow {
  const master = needsMaster(row) ? masters.get(row.seriesMasterId ?? '') : undefined;
  return master ? hydrated(row, master) : row;
}

function idsOf(rows: readonly EventRow[], seriesId: string): string[] {
  return rows.filter((row) => row.seriesMasterId === seriesId).map((row) => row.id);
}

/** A master that came alone would take every known occurrence with it. Such a conclusion is worth one more look. */
async function instancesOfEmptySeries(
  graph: Graph,
  calendar: CalendarRef,
  seriesIds: readonly string[],
  rows: readonly EventRow[],
  window: Window,
): Promise<EventRow[]> {
  const told = new Set(rows.map((row) => row.seriesMasterId));
  const found: EventRow[] = [];
  for (const id of seriesIds.filter((each) => !told.has(each))) {
    const path = `${eventPath(calendar.remoteId, id)}/instances?${windowQuery(window)}`;
    try {
      for await (const page of eventPages(graph, calendar.accountId, path)) found.push(...page);
    } catch (error) {
      if (!isProviderError(error, 'not-found')) throw error;
    }
  }
  return found;
}
