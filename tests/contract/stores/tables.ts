import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HistoryEntry, Link, Stores } from '../../../shared/stores/stores.ts';
import { id, NOW, type StoresWorld } from './world.ts';

function linkTo(routeId: string, originalId: string, change: Partial<Link> = {}): Link {
  return {
    routeId,
    originalId,
    state: 'live',
    copyId: `copy of ${originalId}`,
    copyEtag: 'W/"1"',
    generation: 0,
    projected: 'k.p',
    stored: 'k.s',
    original: 'k.o',
    time: 'k.t',
    start: NOW,
    end: NOW + 1,
    updatedAt: NOW,
    ...change,
  };
}

function many(routeId: string, count: number, change: (index: number) => Partial<Link> = () => ({})): Link[] {
  return Array.from({ length: count }, (_, index) => linkTo(routeId, `original ${index}`, change(index)));
}

async function allOf(stores: Stores, routeId: string): Promise<Link[]> {
  const links: Link[] = [];
  for await (const page of stores.links.all(routeId)) links.push(...page);
  return links;
}

/** What every table service under the stores must do. */
export function describeTableStores(name: string, open: () => Promise<StoresWorld>): void {
  describe(`links and history on ${name}`, () => {
    let world: StoresWorld;
    let stores: Stores;
    beforeAll(async () => {
      world = await open();
      stores = world.stores;
    });
    afterAll(() => world.close());

    it('a link is found by its original and by its copy, whatever characters their ids have', async () => {
      const routeId = id();
      const link = linkTo(routeId, `/a#b?c\\d%'é${'x'.repeat(2000)}`, { copyId: "/dav/it's.ics", seriesId: 'S/1#' });
      await stores.links.put([link]);
      expect(await stores.links.find(routeId, link.originalId)).toEqual(link);
      expect(await stores.links.findByCopy(routeId, link.copyId)).toEqual(link);
      expect(await stores.links.find(id(), link.originalId)).toBeUndefined();
      expect(await stores.links.findByCopy(routeId, link.originalId)).toBeUndefined();
    });

    it('ids that differ in case only are two links', async () => {
      const routeId = id();
      await stores.links.put([linkTo(routeId, 'AAMk', { copyId: 'X' }), linkTo(routeId, 'AAmk', { copyId: 'x' })]);
      expect((await stores.links.findByCopy(routeId, 'x'))?.originalId).toBe('AAmk');
      expect(await stores.links.countLive(routeId)).toBe(2);
    });

    it('a link whose copy was made anew is found by the new copy only', async () => {
      const routeId = id();
      await stores.links.put([linkTo(routeId, 'o', { copyId: 'old', seriesId: 's' })]);
      const renewed = linkTo(routeId, 'o', { copyId: 'new', generation: 1 });
      await stores.links.put([renewed]);
      expect(await stores.links.findByCopy(routeId, 'old')).toBeUndefined();
      expect(await stores.links.findByCopy(routeId, 'new')).toEqual(renewed);
      expect(await stores.links.ofSeries(routeId, 's')).toEqual([]);
      expect(await world.linkRows(routeId)).toBe(2);
    });

    it('rows that a link leaves go with it also when the caller knows what was there', async () => {
      const routeId = id();
      const old = linkTo(routeId, 'o', { copyId: 'old' });
      await stores.links.put([old], []);
      const renewed = linkTo(routeId, 'o', { copyId: 'new', generation: 1 });
      await stores.links.put([renewed], [old]);
      expect(await stores.links.findByCopy(routeId, 'new')).toEqual(renewed);
      expect(await world.linkRows(routeId)).toBe(2);
    });

    it('a link that is gone keeps its generation and is no longer live', async () => {
      const routeId = id();
      const { copyEtag: _etag, ...rest } = linkTo(routeId, 'o', { state: 'gone', copyId: '', generation: 3 });
      await stores.links.put([linkTo(routeId, 'o'), linkTo(routeId, 'p')]);
      await stores.links.put([rest]);
      expect(await stores.links.find(routeId, 'o')).toEqual(rest);
      expect(await stores.links.countLive(routeId)).toBe(1);
    });

    it('hundreds are written, found among strangers and listed, however many are asked for', async () => {
      const routeId = id();
      const links = many(routeId, 1300);
      await stores.links.put(links);
      for (const count of [1, 47, 48, 700, 1300]) {
        const some = links.slice(0, count);
        const asked = [...some.map(({ originalId }) => originalId), ...some.map((_, index) => `stranger ${index}`)];
        const found = await stores.links.findMany(routeId, asked);
        expect([...found.keys()].sort()).toEqual(some.map(({ originalId }) => originalId).sort());
        expect(found.get('original 0')).toEqual(links[0]);
      }
      expect(await allOf(stores, routeId)).toHaveLength(1300);
      expect(await stores.links.countLive(routeId)).toBe(1300);
    });

    it('asking for hundreds of which few are known answers those', async () => {
      const routeId = id();
      await stores.links.put(many(routeId, 3));
      const asked = [...Array.from({ length: 400 }, (_, index) => `unknown ${index}`), 'original 1'];
      expect([...(await stores.links.findMany(routeId, asked)).keys()]).toEqual(['original 1']);
      expect(await stores.links.findMany(id(), asked)).toEqual(new Map());
      expect(await stores.links.findMany(routeId, [])).toEqual(new Map());
    });

    it('the links of a series are its own', async () => {
      const routeId = id();
      await stores.links.put(many(routeId, 150, (index) => ({ seriesId: index % 2 ? 'odd' : 'even' })));
      await stores.links.put([linkTo(routeId, 'single')]);
      const odd = await stores.links.ofSeries(routeId, 'odd');
      expect(odd).toHaveLength(75);
      expect(new Set(odd.map(({ seriesId }) => seriesId))).toEqual(new Set(['odd']));
      expect(await stores.links.ofSeries(routeId, 'od')).toEqual([]);
    });

    it('removed links leave no row of theirs; unknown ones are no trouble', async () => {
      const routeId = id();
      const links = many(routeId, 130, () => ({ seriesId: 's' }));
      await stores.links.put(links);
      await stores.links.remove(routeId, [...links.slice(1).map(({ originalId }) => originalId), 'unknown']);
      expect(await allOf(stores, routeId)).toEqual(links.slice(0, 1));
      expect(await stores.links.ofSeries(routeId, 's')).toEqual(links.slice(0, 1));
      expect(await stores.links.findByCopy(routeId, links[1]?.copyId ?? '')).toBeUndefined();
      expect(await world.linkRows(routeId)).toBe(3);
    });

    it('a route that is removed leaves nothing, and its neighbours stay', async () => {
      const [routeId, neighbour] = [id(), id()];
      await stores.links.put([...many(routeId, 260, () => ({ seriesId: 's' })), ...many(neighbour, 2)]);
      await stores.links.removeRoute(routeId);
      await stores.links.removeRoute(routeId);
      expect(await allOf(stores, routeId)).toEqual([]);
      expect(await stores.links.ofSeries(routeId, 's')).toEqual([]);
      expect(await stores.links.findByCopy(routeId, 'copy of original 0')).toBeUndefined();
      expect(await world.linkRows(routeId)).toBe(0);
      expect(await allOf(stores, neighbour)).toHaveLength(2);
    });

    it('of one link written twice in a call the last counts', async () => {
      const routeId = id();
      await stores.links.put([linkTo(routeId, 'o', { copyId: 'a' }), linkTo(routeId, 'o', { copyId: 'b' })]);
      expect((await stores.links.find(routeId, 'o'))?.copyId).toBe('b');
      expect(await stores.links.findByCopy(routeId, 'a')).toBeUndefined();
    });

    it('history tells the newest first, no more than asked for, and goes with its route', async () => {
      const routeId = id();
      const entry = (at: number, originalId: string): HistoryEntry => ({
        routeId,
        at,
        action: 'created',
        reason: 'new',
        originalId,
      });
      await stores.history.add(Array.from({ length: 120 }, (_, index) => entry(NOW, `first ${index}`)));
      await world.other.history.add([{ ...entry(NOW, 'same moment'), action: 'deleted', copyId: 'c' }]);
      await stores.history.add([entry(NOW + 5, 'a'), entry(NOW + 5, 'b')]);
      const latest = await stores.history.latest(routeId, 3);
      expect(latest.slice(0, 2)).toEqual([entry(NOW + 5, 'b'), entry(NOW + 5, 'a')]);
      expect(latest).toHaveLength(3);
      const all = await stores.history.latest(routeId, 5000);
      expect(all).toHaveLength(123);
      expect(all).toContainEqual({ ...entry(NOW, 'same moment'), action: 'deleted', copyId: 'c' });
      await stores.history.removeRoute(routeId);
      expect(await stores.history.latest(routeId, 10)).toEqual([]);
    });

    it('answers a ping while its services answer', async () => {
      await stores.ping();
    });
  });
}
