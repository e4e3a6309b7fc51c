import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startAzurite } from '../../../local/azurite.ts';
import { type DemoPerson, demoPerson } from '../../../local/demo/person.ts';
import { createStorageQueues, type StorageQueues } from '../../../shared/platform/storageQueues.ts';
import { openTable } from '../../../shared/stores/tables.ts';
import { type RunningWorld, runLocalWorld } from '../../localWorld.ts';
import type { CalDavServer } from './servers.ts';

/** One installation whose process can be killed and started again: database file, keys, queues and links outlive it. */
export interface Installation {
  readonly world: RunningWorld;
  readonly person: DemoPerson;
  /** The very queues that the functions are fed from. */
  readonly queues: StorageQueues;
  /** Signs in, or adds an account. @returns the account's id */
  connectServer(server: CalDavServer): Promise<string>;
  /** As a power cut. */
  kill(): Promise<void>;
  /** Another process of the same installation, with the same person at a new browser. */
  startAgain(): Promise<void>;
  /** As though this much time had passed since whatever a dead worker held was taken. */
  letLeasesRunOut(): void;
  /** As though the links of a pair had been written, and originals been missed, this many ms earlier. */
  age(ms: number): Promise<void>;
  stop(): Promise<void>;
}

export interface PairView {
  readonly id: string;
  readonly status: string;
  readonly counts: { readonly copies: number };
  readonly progress: { readonly done: number; readonly total: number };
  readonly problem?: { readonly code: string; readonly message: string };
}

/** @param icloudRoot where the CalDAV servers are */
export async function install(icloudRoot: string): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'hetk-installation-'));
  const azurite = await startAzurite();
  const database = join(folder, 'hetk.sqlite');
  const settings = {
    HETK_ICLOUD_ROOT: icloudRoot,
    HETK_DATABASE: `sqlite:${database}`,
    HETK_KEYS: `file:${join(folder, 'keys.json')}`,
    HETK_STORAGE: azurite.connectionString,
    AzureWebJobsStorage: azurite.connectionString,
  };
  const queues = createStorageQueues({ storage: azurite.connectionString });
  let world = await runLocalWorld([], settings);
  let person = demoPerson(world.appUrl);
  return {
    get world() {
      return world;
    },
    get person() {
      return person;
    },
    queues,
    async connectServer({ user, password }) {
      await person.connectIcloud(user, password);
      const { accounts } = await person.get<{ accounts: { id: string; email: string }[] }>('/api/me');
      const account = accounts.find(({ email }) => email === user);
      if (!account) throw new Error(`${user} is not connected.`);
      return account.id;
    },
    kill: () => world.kill(),
    async startAgain() {
      world = await runLocalWorld([], settings);
      person = demoPerson(world.appUrl);
    },
    letLeasesRunOut() {
      const file = new DatabaseSync(database);
      file.exec('pragma busy_timeout = 5000; update calendars set lease_until = 1 where lease_until > 0');
      file.close();
    },
    async age(ms) {
      const table = await openTable(azurite.connectionString, 'links');
      for await (const { partitionKey, rowKey, updatedAt, absentSince } of table.listEntities()) {
        const earlier = (value: unknown) => (typeof value === 'bigint' ? value - BigInt(ms) : undefined);
        const aged = { updatedAt: earlier(updatedAt), absentSince: earlier(absentSince) };
        const known = Object.entries(aged).filter(([, value]) => value !== undefined);
        if (partitionKey && rowKey && known.length > 0)
          await table.updateEntity({ partitionKey, rowKey, ...Object.fromEntries(known) }, 'Merge');
      }
    },
    async stop() {
      queues.close();
      await world.kill();
      await azurite.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Asks until there is an answer. @throws with what did not happen */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, patienceMs = 60_000): Promise<T> {
  let last: unknown;
  for (const end = performance.now() + patienceMs; performance.now() < end; ) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await new Promise((resume) => setTimeout(resume, 50));
  }
  throw new Error(`This has not happened: ${what}.`, { cause: last });
}
