import { describe, expect, it } from '@jest/globals';
import { HOUR, inWorld, MINUTE, SECOND, seen } from './inWorld.ts';
import { appointment, type Service } from './testWorld.ts';

const { world: startWorld } = inWorld();

/** Two accounts in step, whose access tokens have just ended. */
async function withOldTokens(from: Service, to: Service) {
  const world = await startWorld();
  const source = await world.connect(from, 'ann@work.example');
  const target = await world.connect(to, 'ann@home.example');
  world.insert(source, appointment('Before', '2026-12-01T09:00'));
  await world.pair(source, target);
  await world.advance(30 * SECOND);
  expect(seen(world, target)).toHaveLength(1);
  await world.advance(2 * HOUR);
  return { world, source, target };
}

describe('what a token endpoint says', () => {
  it.each<[Service, string]>([
    ['microsoft', 'secret-expired'],
    ['microsoft', 'token-unavailable'],
    ['microsoft', 'token-throttled'],
    ['microsoft', 'token-not-json'],
    ['google', 'token-unavailable'],
  ])('at %s of %s disconnects nobody, and is caught up afterwards', async (from, fault) => {
    const { world, source, target } = await withOldTokens(from, from === 'google' ? 'microsoft' : 'google');
    world.fault(from, { name: fault, times: 3 });
    world.insert(source, appointment('After', '2026-12-02T09:00'));
    await world.live(4 * HOUR, 10 * MINUTE);
    expect(world.logs.join()).not.toContain('account-revoked');
    expect((await world.stores.accounts.find(source.account.id))?.status).toBe('active');
    expect(seen(world, target).map((line) => line.slice(20))).toEqual(['Before', 'After']);
  });

  it.each([
    ['grant-expired', undefined],
    ['grant-revoked', undefined],
    ['interaction-required', 'capolids'],
  ] as const)('of %s asks for reconnecting, keeps a challenge, and is not tried again', async (fault, challenge) => {
    const { world, source, target } = await withOldTokens('microsoft', 'google');
    world.fault('microsoft', { name: fault, times: 100 });
    world.insert(source, appointment('After', '2026-12-02T09:00'));
    await world.live(HOUR, 10 * MINUTE);
    const account = await world.stores.accounts.find(source.account.id);
    expect(account?.status).toBe('reconnect');
    if (challenge) expect(account?.claims).toContain(challenge);
    else expect(account?.claims).toBeUndefined();
    const asked = () => world.requests.filter(({ path }) => path.includes('/oauth2/v2.0/token')).length;
    const before = asked();
    expect(before).toBeGreaterThan(0);
    await world.live(12 * HOUR, 30 * MINUTE);
    expect(asked()).toBe(before);
    expect(seen(world, target).map((line) => line.slice(20))).toEqual(['Before']);
  });
});
