import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase } from '../../../shared/stores/createStores.ts';
import { sqliteDialect } from '../../../shared/stores/dialects/sqlite.ts';
import { migrate } from '../../../shared/stores/migrations.ts';
import { createUsers } from '../../../shared/stores/users.ts';
import { statementsOfStores } from './recordedStatements.ts';

describe('a SQLite database', () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'hetk-sqlite-'));
    file = join(directory, 'hetk.sqlite');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('keeps what is in it when it is opened again, and needs no further migration', async () => {
    const first = await openDatabase(`sqlite:${file}`);
    await createUsers(first).create('anna', 1);
    await first.close();
    const second = await openDatabase(`sqlite:${file}`);
    expect(await createUsers(second).exists('anna')).toBe(true);
    expect(await migrate(second)).toEqual([]);
    await second.close();
  });

  it('takes back a transaction of which a part failed', async () => {
    const database = await openDatabase(`sqlite:${file}`);
    const twice = database.transaction(async (db) => {
      await db.insertInto('users').values({ id: 'anna', created_at: 1 }).execute();
      await db.insertInto('users').values({ id: 'anna', created_at: 1 }).execute();
    });
    await expect(twice).rejects.toThrow();
    expect(await createUsers(database).exists('anna')).toBe(false);
    await database.close();
  });

  it('answers every question of the stores from an index, however many people there are', async () => {
    await (await openDatabase(`sqlite:${file}`)).close();
    const database = new DatabaseSync(file);
    const plans: string[] = [];
    for (const { sql } of await statementsOfStores(await sqliteDialect(file))) {
      if (/^(begin|commit|rollback)/.test(sql)) continue;
      for (const row of database.prepare(`explain query plan ${sql}`).all()) plans.push(`${row.detail}   of   ${sql}`);
    }
    expect(plans.length).toBeGreaterThan(60);
    expect(
      plans.filter((plan) => /^SCAN (users|accounts|credentials|calendars|pairs|routes|subscriptions)/.test(plan)),
    ).toEqual([]);
    database.close();
  });

  it('named by a setting that is neither SQLite nor SQL Server is refused by the name of the setting', async () => {
    await expect(openDatabase('mysql:there')).rejects.toThrow('HETK_DATABASE');
  });
});
