import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RemovalReport } from '../../../shared/stores/consentStores.ts';
import type { Stores } from '../../../shared/stores/stores.ts';
import { DAY, id, MINUTE, NOW, person, type StoresWorld } from './world.ts';

/** What sign-in, domain policy and removal ask of every SQL database. */
export function describeConsentStores(name: string, open: () => Promise<StoresWorld>): void {
  describe(`the stores of sign-in, policy and removal on ${name}`, () => {
    let world: StoresWorld;
    let stores: Stores;
    beforeAll(async () => {
      world = await open();
      stores = world.stores;
    });
    afterAll(() => world.close());

    it('an account keeps a sign-in challenge until it is active again, whatever fails in between', async () => {
      const { account } = await person(stores);
      const claims = async () => (await stores.accounts.find(account.id))?.claims;
      await stores.accounts.setStatus(account.id, 'reconnect', 'AADSTS50076', '{"access_token":{}}');
      await stores.accounts.setStatus(account.id, 'reconnect', 'no-credential');
      expect(await claims()).toBe('{"access_token":{}}');
      await stores.accounts.setStatus(account.id, 'active');
      expect(await claims()).toBeUndefined();
    });

    it('accounts are found by the domain of their address, in whatever case it is written', async () => {
      const { account } = await person(stores);
      const domain = `${id().replaceAll(/[^a-z0-9]/g, '')}x.example`;
      const other = { ...account, id: id(), subject: id(), email: `Eve@${domain.toUpperCase()}` };
      await stores.accounts.add(other);
      expect(await stores.accounts.ofDomain(domain)).toEqual([other]);
    });

    it('a domain’s policy is replaced by domain and taken once when it is due', async () => {
      const domain = `${id()}.example`;
      const policy = { domain, policy: 'none', checkedAt: NOW, nextCheckAt: NOW + 10 } as const;
      await stores.policies.put(policy);
      await stores.policies.put({ ...policy, policy: 'private' });
      expect(await stores.policies.find(domain)).toEqual({ ...policy, policy: 'private' });
      expect(await stores.policies.takeDue(NOW + 9, 1000, NOW + DAY)).not.toContain(domain);
      const taken = await Promise.all([
        stores.policies.takeDue(NOW + 10, 1000, NOW + DAY),
        world.other.policies.takeDue(NOW + 10, 1000, NOW + DAY),
      ]);
      expect(taken.flat().filter((each) => each === domain)).toEqual([domain]);
      await stores.policies.remove(domain);
      expect(await stores.policies.find(domain)).toBeUndefined();
    });

    const report = (change: Partial<RemovalReport> = {}): RemovalReport => ({
      id: id(),
      userId: id(),
      kind: 'pair',
      subject: id(),
      copies: 'remove',
      total: 7,
      checkedAt: 0,
      unreached: false,
      askedAt: NOW,
      doneAt: 0,
      endsAt: NOW + 100 * DAY,
      ...change,
    });

    it('a removal is found while it runs, and ends with what the last look showed', async () => {
      const asked = report();
      await stores.removals.add(asked);
      expect(await stores.removals.running(asked.subject)).toEqual(asked);
      await stores.removals.checked(asked.id, 2, NOW + 1);
      await stores.removals.checked(asked.id, 0, NOW + 2);
      await stores.removals.done(asked.id, NOW + 3, NOW + DAY);
      expect(await stores.removals.running(asked.subject)).toBeUndefined();
      const done = { ...asked, left: 0, checkedAt: NOW + 2, doneAt: NOW + 3, endsAt: NOW + DAY };
      expect(await stores.removals.find(asked.id)).toEqual(done);
      const later = report({ userId: asked.userId ?? '', askedAt: NOW + 9 });
      await stores.removals.add(later);
      expect(await stores.removals.ofUser(asked.userId ?? '')).toEqual([later, done]);
    });

    it('the report of a person names nobody once they are gone, and is forgotten', async () => {
      const { userId = '', ...rest } = report({ kind: 'user' });
      const asked = { ...rest, userId, subject: userId };
      await stores.removals.add(asked);
      await stores.removals.done(asked.id, NOW, NOW + DAY);
      await stores.removals.removeOfUser(userId);
      const left = await stores.removals.find(asked.id);
      expect(left).toBeDefined();
      expect(JSON.stringify(left)).not.toContain(userId);
      await stores.removals.forgetOld(NOW + DAY - 1);
      expect(await stores.removals.find(asked.id)).toBeDefined();
      await stores.removals.forgetOld(NOW + DAY);
      expect(await stores.removals.find(asked.id)).toBeUndefined();
    });

    it('tries are counted over all processes, from the first until its span is over', async () => {
      const key = id();
      const both = [stores, world.other];
      const takes = await Promise.all(
        Array.from({ length: 8 }, (_, index) => both[index % 2]?.tries.take(key, NOW, MINUTE, 5)),
      );
      expect(takes.filter(Boolean)).toHaveLength(5);
      const fresh = await Promise.all(both.map((each) => each.tries.take(key, NOW + MINUTE - 1, MINUTE, 5)));
      expect(fresh).toEqual([false, false]);
      for (const allowed of [true, true, true, true, true, false]) {
        expect(await stores.tries.take(key, NOW + MINUTE, MINUTE, 5)).toBe(allowed);
      }
    });

    it('tries that do not count are taken back, and forgotten ones begin anew', async () => {
      const key = id();
      const take = () => stores.tries.take(key, NOW, MINUTE, 2);
      expect([await take(), await take()]).toEqual([true, true]);
      await stores.tries.undo(key);
      expect([await take(), await take()]).toEqual([true, false]);
      await stores.tries.forget(key);
      expect([await take(), await take(), await take()]).toEqual([true, true, false]);
      await world.other.tries.forgetOld(NOW + MINUTE - 1);
      expect(await world.other.tries.take(key, NOW, MINUTE, 2)).toBe(false);
      const late = id();
      await world.other.tries.take(late, NOW, MINUTE, 1);
      await world.other.tries.forgetOld(NOW + MINUTE);
      expect(await stores.tries.take(late, NOW, MINUTE, 1)).toBe(true);
    });
  });
}
