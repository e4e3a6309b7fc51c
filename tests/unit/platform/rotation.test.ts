import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fileKeyStore, type KeyStore } from '../../../local/rotation/keyStore.ts';
import { type Rotation, rotate } from '../../../local/rotation/rotate.ts';
import { readFileKeyring } from '../../../shared/platform/fileKeyring.ts';
import { rotated } from '../../../shared/platform/keyRotation.ts';
import { freshKeys, type Keys, keyringOf, parseKeys, writeKeys } from '../../../shared/platform/keys.ts';
import { liveKeyring, REFRESH_MS } from '../../../shared/platform/liveKeyring.ts';
import { systemRandom } from '../../../shared/platform/random.ts';
import { createAccounts } from '../../../shared/stores/accounts.ts';
import { createCredentials } from '../../../shared/stores/credentials.ts';
import { databaseOf } from '../../../shared/stores/database.ts';
import { sqliteDialect } from '../../../shared/stores/dialects/sqlite.ts';
import { migrate } from '../../../shared/stores/migrations.ts';
import { createUsers } from '../../../shared/stores/users.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const COUNT = 230;

/** An installation of several processes, each with the keys as it last read them, and the place where the keys are kept. */
async function installation() {
  const time = { now: Date.UTC(2026, 10, 26) };
  const clock = { now: () => time.now };
  const sqlite = await sqliteDialect(':memory:');
  const database = databaseOf({ ...sqlite, errorOf: (thrown) => Object.assign(new Error('of SQLite'), thrown) });
  await migrate(database);
  let kept = freshKeys(systemRandom);
  const store: KeyStore = {
    settleMs: 16 * MINUTE,
    read: async () => parseKeys(kept),
    write: async (keys) => {
      kept = writeKeys(keys);
    },
  };
  const process = () => liveKeyring(async () => keyringOf(parseKeys(kept), {}), clock);
  const first = await process();
  await createUsers(database).create('u', 1);
  const accounts = createAccounts(database, clock);
  const credentials = createCredentials(database, first, systemRandom);
  const ids = Array.from({ length: COUNT }, (_, index) => `account-${String(index).padStart(4, '0')}`);
  for (const id of ids) {
    const identity = { provider: 'google', subject: id, email: 'a@b.example', status: 'active' } as const;
    await accounts.add({ id, userId: 'u', ...identity, createdAt: 1 });
    await credentials.write(id, `secret of ${id}`);
  }

  /** A process that works now and then: it reads some credentials and writes them anew, as a refreshed token does. */
  async function worker(seed: number) {
    const keyring = await process();
    const own = createCredentials(database, keyring, systemRandom);
    return async () => {
      await keyring.refresh();
      for (let index = seed; index < COUNT; index += 37) {
        const id = ids[index] ?? '';
        expect(await own.read(id)).toContain(`secret of ${id}`);
        await own.write(id, `secret of ${id}, rotated at ${time.now}`);
      }
    };
  }
  const workers = await Promise.all([1, 5, 11].map(worker));

  const said: string[] = [];
  const rotation: Rotation = {
    store,
    database,
    purposes: rotated,
    random: systemRandom,
    now: clock.now,
    say: (line) => said.push(line),
    async pause(ms) {
      // Meanwhile the processes go on, each in its own time.
      for (const until = time.now + ms; time.now < until; ) {
        time.now = Math.min(until, time.now + 2 * MINUTE);
        await workers[Math.floor(time.now / MINUTE) % workers.length]?.();
      }
    },
  };
  const keys = () => parseKeys(kept);
  const sealedWith = async () => {
    const rows = await database.run((db) => db.selectFrom('credentials').select('sealed').execute());
    return [...new Set(rows.map(({ sealed }) => sealed.split('.')[0]))];
  };
  return { time, database, store, rotation, workers, said, keys, sealedWith, first, clock };
}

const idsOf = (keys: Keys, purpose: (typeof rotated)[number]) => keys[purpose].map(({ id }) => id);

describe('a rotation of keys', () => {
  it('encrypts everything anew while processes go on reading and writing, and takes the old key out', async () => {
    const world = await installation();
    const before = world.keys();
    const outcome = await rotate(world.rotation);
    expect(outcome).toEqual({ credentials: 'rest', push: 'keep', session: 'keep' });
    const after = world.keys();
    expect(after.credentials).toHaveLength(1);
    expect(idsOf(after, 'credentials')).not.toEqual(idsOf(before, 'credentials'));
    expect(await world.sealedWith()).toEqual(idsOf(after, 'credentials'));
    expect(after.links).toEqual(before.links);
    for (const work of world.workers) await work();
    expect(world.said.join('\n')).toMatch(/2\d\d encrypted anew/);
  });

  it('keeps an old key of sessions and push tokens until what it signed has ended', async () => {
    const world = await installation();
    const before = world.keys();
    await rotate(world.rotation);
    world.time.now += 8 * DAY;
    expect(await rotate(world.rotation)).toMatchObject({ push: 'rest', session: 'keep' });
    expect(idsOf(world.keys(), 'session')).toContain(idsOf(before, 'session')[0]);
    world.time.now += 23 * DAY;
    await rotate({ ...world.rotation, purposes: ['push', 'session'] });
    expect(idsOf(world.keys(), 'session')).not.toContain(idsOf(before, 'session')[0]);
  });

  it('stopped anywhere is taken up again, and no process is ever without the key that it meets', async () => {
    /** Runs until so many steps were made; each reading, writing, statement and pause is one. */
    async function stopped(world: Awaited<ReturnType<typeof installation>>, after: number): Promise<number> {
      let steps = 0;
      const step = () => {
        steps += 1;
        if (steps === after) throw new Error('stopped');
      };
      const { store, database, pause } = world.rotation;
      const run: typeof database.run = async (work) => {
        step();
        return database.run(work);
      };
      const interrupted: Rotation = {
        ...world.rotation,
        purposes: ['credentials'],
        store: {
          ...store,
          read: async () => {
            step();
            return store.read();
          },
          write: async (keys) => {
            step();
            return store.write(keys);
          },
        },
        database: { ...database, run },
        pause: async (ms) => {
          step();
          return pause?.(ms);
        },
      };
      if (Number.isFinite(after)) await expect(rotate(interrupted)).rejects.toThrow('stopped');
      else await rotate(interrupted);
      return steps;
    }
    const all = await stopped(await installation(), Number.POSITIVE_INFINITY);
    expect(all).toBeGreaterThan(100);
    // Between any two of its first and of its last steps, and in the midst of the credentials.
    const early = Array.from({ length: 14 }, (_, index) => index + 1);
    const late = Array.from({ length: 6 }, (_, index) => all - index);
    for (const after of [...early, Math.round(all / 2), ...late]) {
      const world = await installation();
      await stopped(world, after);
      await rotate({ ...world.rotation, purposes: ['credentials'] });
      expect(world.keys().credentials).toHaveLength(1);
      expect(await world.sealedWith()).toEqual(idsOf(world.keys(), 'credentials'));
      for (const work of world.workers) await work();
      await world.database.close();
    }
  });

  it('that must not wait says when to come back, and goes on from there', async () => {
    const world = await installation();
    const { pause: _, ...rest } = world.rotation;
    const once = { ...rest, purposes: ['credentials'] as const, pause: undefined };
    expect(await rotate(once)).toEqual({ credentials: 'wait' });
    expect(await rotate(once)).toEqual({ credentials: 'wait' });
    expect(world.keys().credentials).toHaveLength(2);
    world.time.now += 16 * MINUTE;
    expect(await rotate(once)).toEqual({ credentials: 'wait' });
    world.time.now += 16 * MINUTE;
    expect(await rotate(once)).toEqual({ credentials: 'rest' });
  });

  it.each(['new', 'old'])('does not undo a token that a process with the %s key stores meanwhile', async (uses) => {
    const world = await installation();
    const { database } = world.rotation;
    const own = createCredentials(database, world.first, systemRandom);
    let refreshed = false;
    const run: typeof database.run = async (work) => {
      const result = await database.run(work);
      // Right after a page was read, and before anything of it is written.
      if (!refreshed) {
        refreshed = true;
        if (uses === 'new') await world.first.refresh();
        await own.write('account-0100', 'the refreshed one');
      }
      return result;
    };
    await rotate({ ...world.rotation, purposes: ['credentials'], database: { ...database, run } });
    const after = createCredentials(database, keyringOf(world.keys(), {}), systemRandom);
    expect(await after.read('account-0100')).toBe('the refreshed one');
  });

  it('leaves a credential that no key opens as it is, and tells of it', async () => {
    const world = await installation();
    await world.database.run((db) =>
      db.updateTable('credentials').set({ sealed: 'gone.AAAA' }).where('account_id', '=', 'account-0000').execute(),
    );
    await rotate({ ...world.rotation, purposes: ['credentials'] });
    expect(world.said.join('\n')).toMatch(/2\d\d encrypted anew, 1 that no key opens/);
  });

  it('never says a key', async () => {
    const world = await installation();
    await rotate(world.rotation);
    const secrets = Object.values(world.keys())
      .flat()
      .map(({ bytes }) => Buffer.from(bytes).toString('base64'));
    for (const secret of secrets) expect(world.said.join('\n')).not.toContain(secret);
  });
});

describe('the keys of a running process', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'hetk-rotation-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('in a file are followed without a restart, for the eyes of their owner only, and survive a damaged file', async () => {
    const path = join(directory, 'keys.json');
    const time = { now: 1_000_000 };
    const keyring = readFileKeyring(path, { clock: { now: () => time.now } });
    const old = keyring.newest('session').id;
    const store = fileKeyStore(path);
    const fresh = parseKeys(freshKeys(systemRandom));
    await store.write({ ...(await store.read()), session: fresh.session });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    time.now += 1_000;
    expect(keyring.newest('session').id).toBe(fresh.session[0]?.id);
    expect(keyring.find('session', old)).toBeUndefined();
    writeFileSync(path, '{');
    time.now += 1_000;
    expect(keyring.newest('session').id).toBe(fresh.session[0]?.id);
  });

  it('in a vault are read again before a piece of work, not more often, and stay when the vault does not answer', async () => {
    const time = { now: 0 };
    let reads = 0;
    let broken = false;
    const keyring = await liveKeyring(
      async () => {
        reads += 1;
        if (broken) throw new Error('The vault does not answer.');
        return keyringOf(parseKeys(freshKeys(systemRandom)), {});
      },
      { now: () => time.now },
    );
    const first = keyring.newest('push').id;
    time.now += REFRESH_MS - 1;
    await Promise.all([keyring.refresh(), keyring.refresh()]);
    expect([reads, keyring.newest('push').id]).toEqual([1, first]);
    time.now += 1;
    await Promise.all([keyring.refresh(), keyring.refresh()]);
    expect(reads).toBe(2);
    const second = keyring.newest('push').id;
    expect(second).not.toBe(first);
    broken = true;
    time.now += REFRESH_MS;
    await keyring.refresh();
    expect([reads, keyring.newest('push').id]).toEqual([3, second]);
    broken = false;
    await keyring.refresh();
    expect(reads).toBe(3);
    time.now += MINUTE;
    await keyring.refresh();
    expect(reads).toBe(4);
  });
});
