import { describe, expect, it } from '@jest/globals';
import { unwrapped, wrapped } from '../../../shared/platform/envelope.ts';
import { changesMessage } from '../../../shared/platform/queues.ts';
import { work } from '../../../shared/sync/work.ts';

const from = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const message = { kind: 'pull', calendarId: 'c', at: 1_000, attempt: 2 };

function needs() {
  const events: unknown[] = [];
  let time = 1_400;
  const clock = { now: () => (time += 100) };
  return { events, clock, log: (event: string, fields?: object) => void events.push({ event, ...fields }) };
}

describe('a message', () => {
  it('is one event in the log, with how long it waited and took', async () => {
    const world = needs();
    const seen: unknown[] = [];
    await work(world, 'changes', { ...message, trace: from }, changesMessage.parse, async (one) => void seen.push(one));
    expect(seen).toEqual([message]);
    expect(world.events).toEqual([
      { event: 'work', queue: 'changes', kind: 'pull', ms: 100, waitedMs: 500, attempt: 2 },
    ]);
  });

  it('that fails says so by the name of the error alone, and comes back', async () => {
    const world = needs();
    const failing = () => Promise.reject(new TypeError('Lunch with Anna'));
    await expect(work(world, 'changes', message, changesMessage.parse, failing)).rejects.toThrow(TypeError);
    expect(world.events).toEqual([expect.objectContaining({ event: 'work', error: 'TypeError' })]);
    expect(JSON.stringify(world.events)).not.toContain('Anna');
  });

  it('that is none is refused before anything is done', async () => {
    const never = () => Promise.reject(new Error('It was done.'));
    await expect(work(needs(), 'changes', { kind: 'pull' }, changesMessage.parse, never)).rejects.toThrow('calendarId');
  });

  it('carries the trace only where there is one, and whatever is no message stays as it is', () => {
    expect(wrapped(message)).toBe(message);
    expect(unwrapped({ ...message, trace: from })).toEqual({ message, trace: from });
    expect(unwrapped(message)).toEqual({ message, trace: undefined });
    expect(unwrapped('text')).toEqual({ message: 'text', trace: undefined });
  });
});
