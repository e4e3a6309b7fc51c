import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { anyPorts, type LocalWorld, startLocalWorld } from '../../local/world.ts';
import { answerMessages } from './process.ts';
import { countStorageRequests } from './storageRequests.ts';

/** The whole product in a process of its own: functions in their host, queues, links, database. Services and storage are elsewhere. */
const PATIENCE_MS = 5_000;
const storageRequests = countStorageRequests();
let world: LocalWorld | undefined;

answerMessages(
  {
    start: async (message) => {
      const { settings } = z.object({ settings: z.record(z.string(), z.string()) }).parse(message);
      world = await startLocalWorld({ ports: anyPorts, isolated: true, persist: false, quiet: true, settings });
      return world.appUrl;
    },
    'storage requests': async () => storageRequests(),
    storage: async (message) => {
      const { pairId, ...pace } = z
        .object({ pairId: z.string(), times: z.number(), everyMs: z.number() })
        .parse(message);
      const { storageAlone } = await import('./storageAlone.ts');
      return storageAlone(pairId, pace);
    },
  },
  // What is in flight may be a first sync of thousands of events, which nobody waits for any more.
  async () => Promise.race([world?.stop(), setTimeout(PATIENCE_MS)]),
);
