import { describe, expect, it } from '@jest/globals';
import { clientAddress } from '../../../shared/consent/clientAddress.ts';
import { consentWorld, newBrowser } from './world.ts';

const from = (address: string) => ({ 'x-forwarded-for': address });

describe('who a request comes from', () => {
  const address = async (header: string | undefined, proxies = 1) => {
    const { needs } = await consentWorld();
    const settings = { ...needs.settings, HETK_TRUSTED_PROXIES: proxies };
    return clientAddress({ header: (name) => (name === 'x-forwarded-for' ? header : undefined) }, { settings });
  };

  it.each([
    ['203.0.113.7:51442', 1, '203.0.113.7'],
    ['203.0.113.7', 1, '203.0.113.7'],
    // What the caller wrote stands before what the front end added.
    ['198.51.100.1, 203.0.113.7:51442', 1, '203.0.113.7'],
    ['198.51.100.1, 203.0.113.7, 192.0.2.9:443', 2, '203.0.113.7'],
    ['[2001:db8:1:2:3:4:5:6]:443', 1, '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', 1, '2001:db8:1:2::/64'],
    ['2001:db8::9', 1, '2001:db8:0:0::/64'],
    ['::ffff:203.0.113.7', 1, '203.0.113.7'],
    ['unknown', 1, undefined],
    ['203.0.113.7', 2, undefined],
    ['203.0.113.7', 0, undefined],
    [undefined, 1, undefined],
  ])('%s behind %i proxies is %s', async (header, proxies, expected) => {
    expect(await address(header, proxies)).toBe(expected);
  });
});

describe('too many tries from one address', () => {
  it('to sign in are refused there, and nowhere else, for ten minutes', async () => {
    const world = await consentWorld();
    const statuses: number[] = [];
    for (let index = 0; index < 61; index += 1) {
      const start = await newBrowser(world).get(
        '/connect/google',
        from(`${index}.1.1.1, 203.0.113.7:${40_000 + index}`),
      );
      statuses.push(start.status);
    }
    expect(statuses.filter((status) => status === 302)).toHaveLength(60);
    const refused = await newBrowser(world).get('/connect/microsoft', from('203.0.113.7'));
    expect(refused.status).toBe(429);
    expect(refused.text).toContain('Wait ten minutes');
    expect((await newBrowser(world).get('/connect/google', from('203.0.113.8'))).status).toBe(302);
    world.time.now += 10 * 60_000;
    expect((await newBrowser(world).get('/connect/google', from('203.0.113.7'))).status).toBe(302);
  });

  it('to redeem made-up codes do not go on to the service for ever', async () => {
    const world = await consentWorld();
    const tried: number[] = [];
    for (let index = 0; index < 61; index += 1) {
      const browser = newBrowser(world);
      const away = await browser.get('/connect/google', from(`203.0.${index}.1`));
      const state = new URL(away.headers.get('location') ?? '').searchParams.get('state');
      const answer = await browser.get(`/connect/google/callback?code=ada&state=${state}`, from('203.0.113.7'));
      tried.push(answer.status);
    }
    expect(tried.at(-1)).toBe(429);
    expect(world.google.spent).toHaveLength(60);
  });

  it('are counted under names from which no address can be read, and not logged with it', async () => {
    const world = await consentWorld();
    const keys: string[] = [];
    const { tries } = world.stores;
    Object.assign(world.stores, {
      tries: {
        ...tries,
        take(key: string, ...rest: [number, number, number]) {
          keys.push(key);
          return tries.take(key, ...rest);
        },
      },
    });
    for (let index = 0; index < 61; index += 1) await newBrowser(world).get('/connect/google', from('203.0.113.7'));
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[\w-]{32}$/);
    expect(world.logged.join()).toContain('too-many-tries');
    expect(world.logged.join()).not.toContain('203.0.113');
  });
});
