import type { TableClient, TransactionAction } from '@azure/data-tables';
import { inParallel } from './inParallel.ts';
import {
  copyKey,
  FIRST_ORIGINAL,
  keysOf,
  LAST_ORIGINAL,
  linkOf,
  originalIdOf,
  originalKey,
  rowsOf,
  seriesRange,
} from './linkRows.ts';
import type { Link, Links } from './stores.ts';
import {
  byRoute,
  clearPartition,
  deletion,
  getEntity,
  listPages,
  rowsBetween,
  submit,
  TRANSACTION_SIZE,
  upsertion,
} from './tables.ts';

/** Requests at a time; more gain nothing against one partition. */
const WIDTH = 16;

/** When a page of a thousand rows answers fewer than this, single reads are cheaper. */
const WORTH_A_PAGE = 48;

/** Links in Azure Table Storage, one partition per route. */
export function createLinks(table: TableClient): Links {
  async function find(routeId: string, originalId: string): Promise<Link | undefined> {
    const entity = await getEntity(table, routeId, originalKey(originalId));
    return entity && linkOf(entity);
  }

  /**
   * Few are read one by one. Many are looked for in a listing, because a first sync asks for hundreds that are not there: keys are hashes and so
   * spread evenly, so each page is expected to answer as many as the one before, and the rest is read one by one when that is few.
   */
  async function findMany(routeId: string, originalIds: readonly string[]): Promise<Map<string, Link>> {
    const found = new Map<string, Link>();
    let wanted = [...new Set(originalIds)].sort((a, b) => (originalKey(a) < originalKey(b) ? -1 : 1));
    const [first, last] = [wanted.at(0), wanted.at(-1)];
    if (first === undefined || last === undefined) return found;
    if (wanted.length >= WORTH_A_PAGE) {
      const range = rowsBetween(routeId, originalKey(first), originalKey(last));
      for await (const page of listPages(table, range)) {
        const links = page.map(linkOf);
        const seen = new Map(links.map((link) => [link.originalId, link]));
        for (const id of wanted) {
          const link = seen.get(id);
          if (link) found.set(id, link);
        }
        // Whatever the last page did not show is not there.
        if (page.continuationToken === undefined) return found;
        const end = links.at(-1);
        const rest = end ? wanted.filter((id) => originalKey(id) > originalKey(end.originalId)) : wanted;
        const answered = wanted.length - rest.length;
        wanted = rest;
        if (answered < WORTH_A_PAGE) break;
      }
    }
    const links = await inParallel(wanted, WIDTH, (id) => find(routeId, id));
    for (const link of links) if (link) found.set(link.originalId, link);
    return found;
  }

  return {
    find,
    findMany,

    async findByCopy(routeId, copyId) {
      const entity = await getEntity(table, routeId, copyKey(copyId));
      const link = entity && (await find(routeId, originalIdOf(entity)));
      return link?.copyId === copyId ? link : undefined;
    },

    async ofSeries(routeId, seriesId) {
      const originalIds: string[] = [];
      for await (const page of listPages(table, rowsBetween(routeId, ...seriesRange(seriesId)))) {
        originalIds.push(...page.map(originalIdOf));
      }
      const links = await findMany(routeId, originalIds);
      return [...links.values()].filter((link) => link.seriesId === seriesId);
    },

    async *all(routeId) {
      for await (const page of listPages(table, rowsBetween(routeId, FIRST_ORIGINAL, LAST_ORIGINAL))) {
        if (page.length > 0) yield page.map(linkOf);
      }
    },

    async countLive(routeId) {
      const live = `${rowsBetween(routeId, FIRST_ORIGINAL, LAST_ORIGINAL)} and state eq 'live'`;
      let count = 0;
      for await (const page of listPages(table, live, { select: ['RowKey'] })) count += page.length;
      return count;
    },

    async put(links, known) {
      for (const [routeId, own] of byRoute(links)) {
        const newest = [...new Map(own.map((link) => [link.originalId, link])).values()];
        const before = known
          ? new Map(known.map((link) => [link.originalId, link]))
          : await findMany(
              routeId,
              newest.map(({ originalId }) => originalId),
            );
        const written = new Set(newest.flatMap(keysOf));
        // Rows that nobody needs any more go in the transaction of the link that left them.
        const groups = newest.map((link): TransactionAction[] => {
          const old = before.get(link.originalId);
          const left = old ? keysOf(old).filter((key) => !written.has(key)) : [];
          return [...rowsOf(link).map(upsertion), ...left.map((key) => deletion(routeId, key))];
        });
        await submitGroups(table, routeId, groups);
      }
    },

    async remove(routeId, originalIds) {
      const links = await findMany(routeId, originalIds);
      const groups = [...links.values()].map((link) => keysOf(link).map((key) => deletion(routeId, key)));
      await submitGroups(table, routeId, groups);
    },

    removeRoute: (routeId) => clearPartition(table, routeId),
  };
}

/** Submits as many groups per transaction as fit, and never a part of one. Two groups that write the same row are one after the other. */
async function submitGroups(
  table: TableClient,
  routeId: string,
  groups: readonly TransactionAction[][],
): Promise<void> {
  let actions: TransactionAction[] = [];
  let rows = new Set<string>();
  for (const group of groups) {
    const keys = group.map((action) => action[1].rowKey);
    if (actions.length + group.length > TRANSACTION_SIZE || keys.some((key) => rows.has(key))) {
      await submit(table, routeId, actions);
      actions = [];
      rows = new Set();
    }
    actions.push(...group);
    for (const key of keys) rows.add(key);
  }
  await submit(table, routeId, actions);
}
