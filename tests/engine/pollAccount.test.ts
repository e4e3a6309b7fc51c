import { describe, expect, it } from '@jest/globals';
import { ProviderError } from '../../shared/providers/errors.ts';
import type { CalendarProvider } from '../../shared/providers/provider.ts';
import { pollDue } from '../../shared/sync/due.ts';
import type { SyncNeeds } from '../../shared/sync/needs.ts';
import { pollAccount } from '../../shared/sync/pollAccount.ts';
import { inWorld, MINUTE, SECOND } from './inWorld.ts';

const { world: startWorld } = inWorld();

/** An account of the simulated Google, asked as if it had no push: the pace and what follows from an answer are the same for every service. */
async function polled(answer: () => Promise<string[]>) {
  const world = await startWorld();
  const source = await world.connect('google', 'ann@work.example');
  const target = await world.connect('microsoft', 'ann@home.example');
  await world.pair(source, target);
  await world.advance(30 * SECOND);
  let asked = 0;
  const google = world.needs.providers.google;
  if (!google) throw new Error('The world has no Google.');
  const provider: CalendarProvider = {
    ...google,
    changedCalendars: async () => {
      asked += 1;
      return answer();
    },
  };
  const needs: SyncNeeds = { ...world.needs, providers: { ...world.needs.providers, google: provider } };
  const { id } = source.account;
  const poll = () => pollAccount(needs, { kind: 'poll', accountId: id, at: world.now() });
  const account = async () => world.stores.accounts.find(id);
  /** Is the account's poll due after so long? Asks without taking it. */
  const dueAfter = async (ms: number) =>
    (await world.stores.accounts.takeDuePolls(world.now() + ms, 10, () => 9e15)).includes(id);
  return { world, needs, source, poll, account, dueAfter, asked: () => asked };
}

describe('an account without push', () => {
  it('is asked by the timer once its time has come, and each calendar that changed is pulled', async () => {
    const { world, needs, source, asked } = await polled(async () => [source.calendar.remoteId]);
    await world.stores.accounts.setPoll(source.account.id, world.now(), 0);
    await pollDue(needs);
    const queued = world.queue.filter(({ message }) => message.kind === 'poll').map(({ message }) => message);
    expect(queued).toEqual([{ kind: 'poll', accountId: source.account.id, at: world.now() }]);
    await pollAccount(needs, { kind: 'poll', accountId: source.account.id, at: world.now() });
    expect(asked()).toBe(1);
    expect(world.queue.map(({ message }) => message)).toContainEqual({
      kind: 'pull',
      calendarId: source.calendar.id,
      at: world.now(),
    });
  });

  it('is asked ever less often while it is quiet, at the least every quarter of an hour, and soon again after a change', async () => {
    let changed: string[] = [];
    const { source, poll, account } = await polled(async () => changed);
    await poll();
    expect((await account())?.pollEveryMs).toBe(375_000);
    for (let quiet = 0; quiet < 10; quiet += 1) await poll();
    expect((await account())?.pollEveryMs).toBe(15 * MINUTE);
    changed = [source.calendar.remoteId];
    await poll();
    expect((await account())?.pollEveryMs).toBe(5 * MINUTE);
  });

  it('is left alone for as long as the service asks', async () => {
    const busy = new ProviderError('throttled', 'The service asks for a pause.', { retryAfterMs: 60 * MINUTE });
    const { poll, dueAfter } = await polled(() => Promise.reject(busy));
    await poll();
    expect(await dueAfter(59 * MINUTE)).toBe(false);
    expect(await dueAfter(61 * MINUTE)).toBe(true);
  });

  it('is not asked again once its grant is gone', async () => {
    const gone = new ProviderError('revoked', 'The password is no longer taken.');
    const { poll, account, asked, dueAfter } = await polled(() => Promise.reject(gone));
    await poll();
    expect((await account())?.status).toBe('reconnect');
    await poll();
    expect(asked()).toBe(1);
    expect(await dueAfter(24 * 60 * MINUTE)).toBe(false);
  });
});
