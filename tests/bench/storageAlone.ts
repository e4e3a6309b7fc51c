import { setTimeout } from 'node:timers/promises';
import { hetk } from '../../functions/hetk.ts';
import { openQueueService } from '../../shared/platform/storageQueues.ts';
import { link } from '../unit/sync/builders.ts';

/** Longer than this takes, ms. */
const LEASE_MS = 600_000;

interface StoragePace {
  readonly times: number;
  /** How long one change takes: at the same pace, because whoever has slept works slower. */
  readonly everyMs: number;
}

/**
 * What the storage of one change that is copied takes, without anything else: its message comes and goes, and the tables and the database are asked and told
 * what a round of one event asks and tells them. On a route of its own within the partitions. The host's
 * pollers go on beside it, as they do beside the product.
 * @param pairId a pair whose calendars are at rest
 * @returns s of processor time of this process for so many changes
 */
export async function storageAlone(pairId: string, { times, everyMs }: StoragePace): Promise<number> {
  const { stores, settings, clock } = await hetk();
  const pair = await stores.pairs.find(pairId);
  const [route] = pair?.routes ?? [];
  if (!route) throw new Error('There is no such pair.');
  const queue = (await openQueueService(settings.HETK_STORAGE)).getQueueClient('bench');
  await queue.createIfNotExists();
  const routeId = `${route.id}-alone`;

  async function once(turn: number): Promise<void> {
    const message = { kind: 'pull', calendarId: route?.sourceCalendarId, at: clock.now() };
    await queue.sendMessage(Buffer.from(JSON.stringify(message)).toString('base64'), { messageTimeToLive: -1 });
    const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 16 });
    if (!route) return;
    const source = await stores.calendars.find(route.sourceCalendarId);
    await stores.pairs.routesFrom(route.sourceCalendarId);
    const lease = await stores.calendars.lease(route.sourceCalendarId, clock.now(), LEASE_MS);
    if (!lease || !source?.cursor) throw new Error('The calendar is not at rest.');
    await stores.calendars.find(route.targetCalendarId);
    const originalId = `original-${turn}`;
    await stores.links.findMany(routeId, [originalId]);
    await stores.links.put([link({ routeId, originalId, copyId: `copy-${turn}` })], []);
    await stores.history.add([
      { routeId, at: clock.now(), action: 'created', reason: 'new', originalId, copyId: `copy-${turn}` },
    ]);
    await stores.pairs.setSynced(route.id, clock.now());
    await stores.calendars.commitRound(lease, { cursor: source.cursor, now: clock.now() });
    await stores.calendars.release(lease);
    for (const { messageId, popReceipt } of receivedMessageItems) await queue.deleteMessage(messageId, popReceipt);
  }

  const before = process.cpuUsage();
  for (let turn = 0; turn < times; turn += 1) {
    const next = setTimeout(everyMs);
    await once(turn);
    await next;
  }
  const { user, system } = process.cpuUsage(before);
  await queue.delete();
  return (user + system) / 1e6;
}
