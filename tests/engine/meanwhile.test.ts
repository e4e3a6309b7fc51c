import { describe, expect, it } from '@jest/globals';
import { ProviderError } from '../../shared/providers/errors.ts';
import type { CalendarProvider } from '../../shared/providers/provider.ts';
import { sweepAbandoned } from '../../shared/sync/due.ts';
import { pullChanges } from '../../shared/sync/round.ts';
import { inWorld, SECOND, seen } from './inWorld.ts';
import { appointment } from './testWorld.ts';

const { world: startWorld } = inWorld();

/** A pair at rest, and a notification of a change that its worker is about to pull; `parts` puts something in the way. */
async function notified(
  parts: (other: () => Promise<unknown>) => {
    pull?: (usual: CalendarProvider['pull']) => CalendarProvider['pull'];
    write?: (usual: CalendarProvider['write']) => CalendarProvider['write'];
  },
) {
  const world = await startWorld();
  const source = await world.connect('microsoft', 'ann@work.example');
  const target = await world.connect('google', 'ann@home.example');
  await world.pair(source, target);
  await world.advance(30 * SECOND);
  world.insert(source, appointment('First', '2026-12-01T09:00'));
  const announce = () =>
    pullChanges(needs, { kind: 'pull', calendarId: source.calendar.id, at: world.needs.clock.now() });
  const { microsoft, google } = world.needs.providers;
  if (!microsoft || !google) throw new Error('A service is missing.');
  const { pull, write } = parts(() => {
    world.insert(source, appointment('Second', '2026-12-02T09:00'));
    return announce();
  });
  const needs = {
    ...world.needs,
    providers: {
      microsoft: { ...microsoft, pull: pull?.(microsoft.pull) ?? microsoft.pull },
      google: { ...google, write: write?.(google.write) ?? google.write },
    },
  };
  world.queue.length = 0;
  const pulls = () => world.queue.filter(({ message }) => message.kind === 'pull');
  return { world, source, target, announce, pulls };
}

describe('a change that is announced while its calendar is being pulled', () => {
  it('is pulled by the same worker, without another message', async () => {
    let announced = false;
    const { world, target, announce, pulls } = await notified((other) => ({
      write: (usual) => async (calendar, operations) => {
        if (!announced) {
          announced = true;
          expect(await other()).toBeUndefined();
        }
        return usual(calendar, operations);
      },
    }));
    expect(await announce()).toEqual({ changes: 2 });
    expect(seen(world, target)).toHaveLength(2);
    expect(pulls()).toEqual([]);
  });

  it('may be pulled by another worker that comes first, and what was brought before still counts', async () => {
    let announced = false;
    const { world, source, announce } = await notified((other) => ({
      write: (usual) => async (calendar, operations) => {
        if (!announced) await other();
        announced = true;
        return usual(calendar, operations);
      },
    }));
    const { calendars } = world.stores;
    const release = calendars.release.bind(calendars);
    calendars.release = async (lease, options) => {
      const dirty = await release(lease, options);
      await calendars.lease(source.calendar.id, world.needs.clock.now(), 60 * SECOND);
      return dirty;
    };
    expect(await announce()).toEqual({ changes: 1 });
  });

  it('is left to a message where changes do not come to an end', async () => {
    let rounds = 0;
    const { announce, pulls } = await notified((other) => ({
      pull: (usual) =>
        async function* (calendar, start) {
          rounds += 1;
          await other();
          return yield* usual(calendar, start);
        },
    }));
    await announce();
    expect(rounds).toBe(4);
    expect(pulls()).toHaveLength(1);
  });

  it('does not make a service that asked for a pause be asked again', async () => {
    let rounds = 0;
    const { world, announce, pulls } = await notified((other) => ({
      pull: () =>
        async function* () {
          rounds += 1;
          await other();
          yield [];
          throw new ProviderError('throttled', 'Later.', { retryAfterMs: 600 * SECOND });
        },
    }));
    await announce();
    expect(rounds).toBe(1);
    expect(pulls()).toHaveLength(1);
    expect(pulls()[0]?.at).toBeGreaterThanOrEqual(world.now() + 600 * SECOND);
    // Nor does the sweep take the calendar for one that was left behind.
    await sweepAbandoned(world.needs);
    expect(pulls()).toHaveLength(1);
  });
});
