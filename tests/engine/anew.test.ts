import { expect, it } from '@jest/globals';
import { fullRound } from '../../shared/sync/round.ts';
import { inWorld, MINUTE, seen } from './inWorld.ts';
import { appointment } from './testWorld.ts';

const { world: newWorld } = inWorld();

it('does not count what was listed before a full round had to begin once more', async () => {
  const world = await newWorld();
  const source = await world.connect('microsoft', 'ada@contoso.example');
  const target = await world.connect('google', 'ada@gmail.example');
  const stays = world.insert(source, appointment('Stays', '2026-12-01T09:00'));
  const goes = world.insert(source, appointment('Goes', '2026-12-02T09:00'));
  await world.pair(source, target);
  await world.advance(MINUTE);
  expect(seen(world, target)).toHaveLength(2);

  const { microsoft } = world.needs.providers;
  if (!microsoft) throw new Error('There is no provider for Microsoft.');
  let begun = 0;
  const needs = {
    ...world.needs,
    providers: {
      ...world.needs.providers,
      microsoft: {
        ...microsoft,
        async *pull(...given: Parameters<typeof microsoft.pull>) {
          for await (const changes of microsoft.pull(...given)) {
            yield changes;
            begun += changes.length;
          }
          world.worlds.microsoft.remove(source.remote.id, goes.id);
          yield [{ kind: 'anew' } as const];
          return yield* microsoft.pull(...given);
        },
      },
    },
  };
  await fullRound(needs, { kind: 'full', calendarId: source.calendar.id, at: world.now(), verify: true });

  expect(begun).toBe(2);
  expect(seen(world, target).map((line) => line.split(' ')[1])).toEqual([stays.title]);
});
