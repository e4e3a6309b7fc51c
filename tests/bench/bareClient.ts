import { startRelay } from '../contract/icloud/relay.ts';
import { startRadicale } from '../contract/icloud/servers.ts';
import { ask, resources } from './calendar.ts';

/** Writes the events and does nothing else: the time that belongs to the server, ms. */
export async function bareClient(events: number, atOnce: number): Promise<number> {
  const server = await startRadicale('ben');
  const relay = await startRelay([server]);
  try {
    const through = { ...server, root: relay.url };
    const waiting = [...resources(events).entries()];
    const began = performance.now();
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          const [index, text] = next;
          await ask(through, 'PUT', `${server.calendarPath}bench-${index}.ics`, text, { 'if-none-match': '*' });
        }
      }),
    );
    return performance.now() - began;
  } finally {
    await relay.stop();
    await server.stop();
  }
}
