import { newId, type Random } from '../../shared/platform/random.ts';
import type { SimCalendar, SimEvent, SimInstance } from '../core/core.ts';
import type { Faults } from '../core/faults.ts';
import type { CalendarWorld } from '../core/world.ts';
import { GraphError, invalidRequest, unsupportedQuery } from './errors.ts';
import { instanceRow, masterRow, type Row, type RowNeeds, stubRow } from './eventRow.ts';
import { graphId } from './ids.ts';
import type { MicrosoftFault } from './mishaps.ts';
import { usualPageSize } from './paging.ts';
import { readQuery, type ViewWindow, windowOf } from './query.ts';

/** What a round has to say about one thing; a series is never split over pages. */
type Group =
  | { readonly kind: 'single'; readonly instance: SimInstance }
  | { readonly kind: 'series'; readonly master: SimEvent; readonly instances: readonly SimInstance[] }
  | { readonly kind: 'removed'; readonly eventId: string };

/** The rounds that follow each other from one first request. */
interface Chain {
  readonly calendarId: string;
  readonly window: ViewWindow;
  generation: number;
}

interface Round {
  readonly chain: Chain;
  readonly groups: readonly Group[];
  /** The calendar's sequence when the round began. */
  readonly sequence: number;
  /** Never ends; with a number, only in pages of that size. */
  readonly endless: boolean | number;
}

type Link =
  | { readonly kind: 'skip'; readonly round: Round; readonly at: number }
  | { readonly kind: 'delta'; readonly chain: Chain; readonly sequence: number; readonly generation: number };

/** Only the last few generations of a chain are remembered, and only so many links at all. */
const keptGenerations = 5;
const keptLinks = 20_000;
const notInDelta = ['$select', '$expand', '$filter', '$orderby', '$search', '$top', '$count', '$skip'];

export interface DeltaNeeds {
  readonly world: CalendarWorld;
  readonly random: Random;
  readonly faults: Faults;
}

/** `calendarView/delta`. @see https://learn.microsoft.com/en-us/graph/delta-query-events */
export function createDelta({ world, random, faults }: DeltaNeeds) {
  const links = new Map<string, Link>();

  function keep(link: Link): string {
    const token = `${newId(random)}${newId(random)}`;
    links.set(token, link);
    for (const oldest of links.keys()) {
      if (links.size <= keptLinks) break;
      links.delete(oldest);
    }
    return token;
  }

  function begin(chain: Chain, since: number | undefined, request: { method: string; path: string }): Round {
    const calendar = world.calendar(chain.calendarId);
    if (!calendar) throw new GraphError(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');
    const stale = since !== undefined && hit('stale-round', request) !== undefined;
    const sequence = calendar.sequence - (stale ? 1 : 0);
    const from = hit('replayed-rows', request) ? undefined : since;
    const events = world
      .events(chain.calendarId)
      .filter((event) => event.sequence > (from ?? 0) && event.sequence <= sequence);
    const groups = events.flatMap((event): Group[] => {
      const instances = world.instancesOf(event, chain.window.from, chain.window.to);
      const [first] = instances;
      // What is out of the window is told as removed like what is deleted, whether it was ever in it or not.
      if (!first) return since === undefined || event.sequence <= since ? [] : [{ kind: 'removed', eventId: event.id }];
      if (event.recurrence === undefined) return [{ kind: 'single', instance: first }];
      return [{ kind: 'series', master: event, instances }];
    });
    if (hit('unknown-removed', request)) groups.push({ kind: 'removed', eventId: newId(random) });
    const endless = hit('endless-pages', request);
    const size = typeof endless?.value === 'number' ? endless.value : endless !== undefined;
    return { chain, groups: shuffled(groups, random), sequence, endless: size };
  }

  const hit = (name: MicrosoftFault, request: { method: string; path: string }) => faults.hit(name, request);

  /** @throws GraphError */
  function linkOf(token: string, request: { method: string; path: string }): Link {
    if (hit('sync-state-not-found', request)) throw stateNotFound(1);
    if (hit('sync-state-invalid', request)) throw new GraphError(400, 'SyncStateInvalid', 'The sync state is invalid.');
    if (hit('resync-required', request)) throw new GraphError(404, 'resyncRequired', 'Resync required.');
    const link = links.get(token);
    if (!link) throw stateNotFound(0);
    if (link.kind === 'delta' && link.generation <= link.chain.generation - keptGenerations) {
      throw stateNotFound(link.generation, link.chain.generation);
    }
    return link;
  }

  return {
    /** One page of a round. @throws GraphError 400 for what delta does not support, 410 for a token that is no longer known */
    page(needs: RowNeeds & { readonly calendar: SimCalendar }, url: URL): Record<string, unknown> {
      const request = { method: 'GET', path: url.pathname + url.search };
      const unsupported = [...url.searchParams.keys()].filter((name) => notInDelta.includes(name.toLowerCase()));
      if (unsupported.length > 0)
        throw unsupportedQuery(unsupported, "change tracking over the 'CalendarView' resource");
      const token = url.searchParams.get('$deltatoken') ?? url.searchParams.get('$skiptoken');
      const link = token === null ? undefined : linkOf(token, request);
      if (link && url.searchParams.size > 1) throw invalidRequest('A token stands alone: the window is part of it.');
      const { round, at } = link?.kind === 'skip' ? link : { round: roundOf(link, needs, url, request), at: 0 };
      return write(needs, url, round, at, request);
    },
  };

  function roundOf(
    link: Extract<Link, { kind: 'delta' }> | undefined,
    { calendar }: RowNeeds,
    url: URL,
    request: { method: string; path: string },
  ): Round {
    if (link) return begin(link.chain, link.sequence, request);
    const options = readQuery(url, ['startDateTime', 'endDateTime'], "the 'CalendarView' resource");
    return begin({ calendarId: calendar.id, window: windowOf(options), generation: 0 }, undefined, request);
  }

  function write(
    needs: RowNeeds,
    url: URL,
    round: Round,
    at: number,
    request: { method: string; path: string },
  ): Record<string, unknown> {
    const size = needs.preferences.pageSize ?? usualPageSize;
    const href = (name: string, link: Link) => `${url.origin}${url.pathname}?${name}=${keep(link)}`;
    const context = `${url.origin}/v1.0/$metadata#Collection(event)`;
    const skip = (to: number) => ({ '@odata.nextLink': href('$skiptoken', { kind: 'skip', round, at: to }) });
    const done = () => {
      const { chain, sequence } = round;
      chain.generation += 1;
      const link: Link = { kind: 'delta', chain, sequence, generation: chain.generation };
      return { '@odata.deltaLink': href('$deltatoken', link) };
    };
    if (hit('empty-value', request)) return { '@odata.context': context, ...done(), value: [] };
    if (hit('empty-page', request)) return { '@odata.context': context, ...skip(at), value: [] };
    const rows: Row[] = [];
    let next = at;
    for (; next < round.groups.length && rows.length < size; next += 1) {
      const group = round.groups[next];
      if (group) rows.push(...rowsOf(needs, group, request));
    }
    const told = hit('truncated-page', request) ? rows.slice(0, rows.length >> 1) : rows;
    const value = hit('repeated-rows', request) ? [...told, ...told] : told;
    const endless = round.endless === true || round.endless === size;
    const more = endless ? skip(0) : next < round.groups.length ? skip(next) : done();
    return { '@odata.context': context, ...more, value };
  }

  function rowsOf(needs: RowNeeds, group: Group, request: { method: string; path: string }): Row[] {
    if (group.kind === 'removed') {
      const id = graphId(group, needs.preferences.immutable);
      return [{ '@odata.type': '#microsoft.graph.event', id, '@removed': { reason: 'deleted' } }];
    }
    const typed = (row: Row): Row => ({ '@odata.type': '#microsoft.graph.event', ...row });
    if (group.kind === 'single') return [typed(instanceRow(needs, group.instance))];
    const nulls = hit('null-stubs', request) ? nothingSaid : {};
    const rows = group.instances.map((instance) =>
      instance.exception ? typed(instanceRow(needs, instance)) : { ...nulls, ...stubRow(needs, instance) },
    );
    const master = hit('master-missing', request) ? [] : [typed(masterRow(needs, group.master))];
    return shuffled([...master, ...rows], random);
  }
}

/** What some stubs hold beside what they say. */
const nothingSaid = {
  subject: null,
  body: null,
  location: null,
  isAllDay: null,
  isCancelled: null,
  showAs: null,
  sensitivity: null,
  iCalUId: null,
  lastModifiedDateTime: null,
  responseStatus: null,
  organizer: null,
  attendees: null,
};

const stateNotFound = (generation: number, highest = 0) =>
  new GraphError(
    410,
    'SyncStateNotFound',
    `The sync state generation is not found; generation=${generation};[highest=${highest}]`,
  );

/** The order of rows says nothing, and this one is sure to. */
function shuffled<T>(rows: readonly T[], random: Random): T[] {
  const bytes = random.bytes(rows.length * 2);
  return rows
    .map((row, index) => ({ row, rank: (bytes[index * 2] ?? 0) * 256 + (bytes[index * 2 + 1] ?? 0) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ row }) => row);
}
