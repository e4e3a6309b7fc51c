import { it } from '@jest/globals';
import { emptyTestDatabase } from '../../../local/sql/testDatabase.ts';
import { freshKeys, keyringOf, parseKeys } from '../../../shared/platform/keys.ts';
import { systemRandom } from '../../../shared/platform/random.ts';
import { createStores, openDatabase } from '../../../shared/stores/createStores.ts';
import { describeSqlStores } from './sql.ts';
import { linkRows, NOW } from './world.ts';

/** Runs the suite on a real server if `HETK_TEST_MSSQL` names a database there (`passwordAddress` says how), which is emptied first. */
export function describeMssqlIfAsked(storage: () => string): void {
  const place = process.env.HETK_TEST_MSSQL;
  if (!place) {
    it.skip('the SQL stores on SQL Server: HETK_TEST_MSSQL names none', () => {});
    return;
  }
  describeSqlStores('SQL Server', async () => {
    await emptyTestDatabase(place);
    const clock = { time: NOW, now: () => clock.time };
    const keyring = keyringOf(parseKeys(freshKeys(systemRandom)), {});
    const open = async () => {
      const database = await openDatabase(place);
      return await createStores({ database, storage: storage(), keyring, clock, random: systemRandom });
    };
    const stores = await open();
    const other = await open();
    return {
      stores,
      other,
      clock,
      linkRows: (routeId) => linkRows(storage(), routeId),
      close: async () => {
        await stores.close();
        await other.close();
      },
    };
  });
}
