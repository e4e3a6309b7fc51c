import { expect, it } from '@jest/globals';
import { emptyTables } from '../../../local/sql/testDatabase.ts';
import { createAccounts } from '../../../shared/stores/accounts.ts';
import { createCalendars } from '../../../shared/stores/calendars.ts';
import { openDatabase } from '../../../shared/stores/createStores.ts';
import { createPairs } from '../../../shared/stores/pairs.ts';
import { createSubscriptions } from '../../../shared/stores/subscriptions.ts';
import { createUsers } from '../../../shared/stores/users.ts';
import { pairOf, person } from '../../contract/stores/world.ts';

it('a test database is emptied of everything, whatever refers to what', async () => {
  const database = await openDatabase('sqlite::memory:');
  const clock = { now: () => 1 };
  const [users, accounts] = [createUsers(database), createAccounts(database, clock)];
  const { account, calendars } = await person({ users, accounts, calendars: createCalendars(database, clock) });
  const [source, target] = calendars;
  if (!source || !target) throw new Error('The listing was not taken over.');
  await createPairs(database, clock).add(pairOf(source, target));
  await createSubscriptions(database, clock).put({
    id: 's',
    calendarId: source.id,
    remoteId: 'r',
    expiresAt: 1,
    renewAt: 1,
  });
  await emptyTables(database);
  const tables = await database.kysely.introspection.getTables();
  expect(tables.length).toBeGreaterThan(6);
  for (const { name } of tables) {
    const rows = await database.kysely
      .selectFrom(name as 'users')
      .selectAll()
      .execute();
    expect({ name, rows: rows.length }).toEqual({ name, rows: 0 });
  }
  expect(await users.exists(account.userId)).toBe(false);
  await database.close();
});
