import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { statementsOfStores } from '../../../local/sql/recordedStatements.ts';
import { createAccounts } from '../../../shared/stores/accounts.ts';
import { createCalendars } from '../../../shared/stores/calendars.ts';
import { openDatabase } from '../../../shared/stores/createStores.ts';
import { type Database, databaseOf } from '../../../shared/stores/database.ts';
import { sqliteDialect } from '../../../shared/stores/dialects/sqlite.ts';
import { migrate } from '../../../shared/stores/migrations.ts';
import { createPairs } from '../../../shared/stores/pairs.ts';
import { createUsers } from '../../../shared/stores/users.ts';
import { person, twoWayPairOf } from '../../contract/stores/world.ts';

function createSqlStores(database: Database) {
  const clock = { now: () => 1 };
  return {
    users: createUsers(database),
    accounts: createAccounts(database, clock),
    calendars: createCalendars(database, clock),
    pairs: createPairs(database, clock),
  };
}

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

  it('of the time before two-way pairs keeps its pairs, as one-way ones that two-way ones can join', async () => {
    const before = databaseOf(await sqliteDialect(file));
    await migrate(before);
    const { account, calendars } = await person(createSqlStores(before), 'microsoft', 3);
    const [a, b, c] = calendars;
    if (!a || !b || !c) throw new Error('no calendars');
    await before.close();
    const sqlite = new DatabaseSync(file);
    // Back to what the first migration made.
    sqlite.exec(`drop index accounts_next_poll;
      drop index accounts_domain;
      drop table policies;
      drop table removals;
      drop table tries;
      alter table accounts drop column claims;
      alter table accounts drop column domain;
      alter table accounts drop column next_poll_at;
      alter table accounts drop column poll_every;
      alter table routes drop column way;
      alter table routes drop column twin_id;
      delete from kysely_migration where name <> '001-accounts-and-pairs'`);
    sqlite.exec(`insert into pairs values ('old', '${account.userId}', 'one-way', 0, 0, 1);
      insert into routes values ('r', 'old', '${account.userId}', '${a.id}', '${b.id}', 1, 'oof', 0, 1, 'active', null, null, null, 3, 4, 5, 6)`);
    sqlite.close();

    const after = databaseOf(await sqliteDialect(file));
    expect(await migrate(after)).toEqual(['002-two-way', '003-polled-accounts', '004-policies-and-removals']);
    const { accounts, pairs } = createSqlStores(after);
    expect(await accounts.ofDomain('contoso.example')).toEqual([account]);
    const old = {
      id: 'old',
      userId: account.userId,
      direction: 'one-way',
      paused: false,
      removing: false,
      createdAt: 1,
      routes: [
        {
          id: 'r',
          pairId: 'old',
          userId: account.userId,
          sourceCalendarId: a.id,
          targetCalendarId: b.id,
          options: { markPrivate: true, showAs: 'oof', skipFree: false, transformIdentity: true },
          state: 'active',
          progressDone: 3,
          progressTotal: 4,
          lastSyncedAt: 5,
          deletionsConfirmedUntil: 6,
        },
      ],
    };
    expect(await pairs.find('old')).toEqual(old);
    const both = twoWayPairOf(b, c);
    await pairs.add(both);
    expect(await pairs.ofUser(account.userId)).toEqual([old, both]);
    expect(await migrate(after)).toEqual([]);
    await after.close();
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
      plans.filter((plan) =>
        /^SCAN (users|accounts|credentials|calendars|pairs|routes|subscriptions|policies|removals|tries)/.test(plan),
      ),
    ).toEqual([]);
    database.close();
  });

  it('named by a setting that is neither SQLite nor SQL Server is refused by the name of the setting', async () => {
    await expect(openDatabase('mysql:there')).rejects.toThrow('HETK_DATABASE');
  });
});
