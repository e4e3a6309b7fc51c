import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { secretsIn } from '../secrets.ts';
import { type Side, startTestWorld, type TestWorld } from './testWorld.ts';

/** Gives each test a fresh world on one Azurite; `world()` starts it and it ends with the test. */
export function inWorld(): { world(): Promise<TestWorld> } {
  let azurite: Azurite;
  let open: TestWorld[] = [];
  let count = 0;
  beforeAll(async () => {
    azurite = await startAzurite({ queuePort: 0, tablePort: 0 });
  });
  afterEach(async () => {
    const worlds = open;
    open = [];
    for (const world of worlds) await world.close();
    for (const world of worlds) expect(leaked(world)).toEqual([]);
  });
  afterAll(() => azurite.stop());
  return {
    async world() {
      count += 1;
      const world = await startTestWorld(azurite.connectionString, `world ${count}`);
      open.push(world);
      return world;
    },
  };
}

/** What of the events, and of what their owners signed in with, is in the log. */
function leaked({ logs, worlds }: TestWorld): string[] {
  const log = logs.join('\n');
  const texts = Object.values(worlds).flatMap((world) =>
    world
      .people()
      .flatMap(({ email }) => world.calendarsOf(email))
      .flatMap(({ id }) => world.events(id))
      .flatMap(({ title, description, location }) => [title, description, location]),
  );
  return [...secretsIn(log), ...new Set(texts.filter((text) => text.trim().length > 3 && log.includes(text)))];
}

/** What a person sees in a calendar: title, start and state of each event, in order. */
export function seen(world: TestWorld, side: Side): string[] {
  return world
    .shown(side)
    .filter(({ fields }) => !fields.cancelled)
    .map(({ fields }) => `${fields.time.start} ${fields.title}`)
    .sort();
}

/** Writing requests to a service since `from` requests ago were counted. */
export function writes(world: TestWorld, side: Side, from = 0): string[] {
  return world.requests
    .slice(from)
    .filter(
      ({ service, method, path }) =>
        service === side.service && method !== 'GET' && !/token|watch|subscriptions|channels|authorize/.test(path),
    )
    .filter(
      ({ path, body }) =>
        !/\$batch|\/batch/.test(path) || /"method":"(POST|PATCH|DELETE)"|^(POST|PUT|PATCH|DELETE) /m.test(body),
    )
    .map(({ method, path }) => `${method} ${path}`);
}

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
