import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningWorld, runLocalWorld } from '../../localWorld.ts';

const functions = ['--functions', new URL('../../fixtures/host/functions', import.meta.url).pathname];
const settings = { TEST_SCHEDULE: '0 0 4 2 2 *' };

describe('npm start', () => {
  let world: RunningWorld;
  beforeAll(async () => {
    world = await runLocalWorld(functions, settings);
  });
  afterAll(() => world.kill());

  it('serves the app and the three simulated services, and names people to sign in as', async () => {
    expect(await (await fetch(world.appUrl)).text()).toBe('home');
    for (const url of [world.microsoftUrl, world.googleUrl, world.icloudUrl]) {
      const people = await fetch(`${url}/sim/people`);
      expect(people.status).toBe(200);
      expect(JSON.stringify(await people.json())).toContain('Ada Adler');
    }
    expect(new Set(world.people.map((person) => person.service))).toEqual(new Set(['Microsoft', 'Google', 'iCloud']));
    const apple = world.people.filter(({ service }) => service === 'iCloud');
    for (const { password } of apple) expect(password).toMatch(/^([a-z]{4}-){3}[a-z]{4}$/);
  });

  it('ends with code 0 when it is stopped, and leaves its ports', async () => {
    expect(await world.stop()).toBe(0);
    await expect(fetch(world.appUrl)).rejects.toThrow();
  });

  it('does not simulate a provider whose root is set', async () => {
    const other = await runLocalWorld(functions, { ...settings, HETK_GOOGLE_API_ROOT: 'http://127.0.0.1:9' });
    await other.stop();
    expect([typeof other.microsoftUrl, typeof other.googleUrl]).toEqual(['string', 'undefined']);
    const another = await runLocalWorld(functions, { ...settings, HETK_ICLOUD_ROOT: 'http://127.0.0.1:9' });
    await another.stop();
    expect([typeof another.googleUrl, typeof another.icloudUrl]).toEqual(['string', 'undefined']);
    expect(another.people.some(({ service }) => service === 'iCloud')).toBe(false);
  });

  it('says in one line which setting is wrong', async () => {
    await expect(runLocalWorld(functions, { ...settings, HETK_POLL_SECONDS: 'soon' })).rejects.toThrow(
      /^It ended with code 1: HETK_POLL_SECONDS must be a whole number: .*Example: HETK_POLL_SECONDS=1800\n$/,
    );
  });

  it('says in one line that a seed cannot be read', async () => {
    await expect(runLocalWorld([...functions, '--seed', 'nowhere.ics'], settings)).rejects.toThrow(
      /^It ended with code 1: --seed nowhere\.ics cannot be read[^\n]*\n$/,
    );
  });
});
