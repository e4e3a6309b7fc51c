import { it } from '@jest/globals';
import { freshKeys, keyringOf, parseKeys } from '../../../shared/platform/keys.ts';
import { systemRandom } from '../../../shared/platform/random.ts';
import { createStores } from '../../../shared/stores/createStores.ts';
import { databaseOf } from '../../../shared/stores/database.ts';
import { type MssqlAddress, mssqlDialect } from '../../../shared/stores/dialects/mssql.ts';
import { migrate } from '../../../shared/stores/migrations.ts';
import { describeSqlStores } from './sql.ts';
import { linkRows, NOW } from './world.ts';

/** Runs the suite on a real server, if `HETK_TEST_MSSQL` names one: `mssql://user:password@host:port/database`, an empty database. */
export function describeMssqlIfAsked(storage: () => string): void {
  const place = process.env.HETK_TEST_MSSQL;
  if (!place) {
    it.skip('the SQL stores on SQL Server: HETK_TEST_MSSQL names none', () => {});
    return;
  }
  describeSqlStores('SQL Server', async () => {
    const url = new URL(place);
    const address: MssqlAddress = {
      server: url.hostname,
      port: Number(url.port || 1433),
      database: url.pathname.slice(1),
      authentication: {
        type: 'default',
        options: { userName: decodeURIComponent(url.username), password: decodeURIComponent(url.password) },
      },
      trustServerCertificate: true,
    };
    const clock = { time: NOW, now: () => clock.time };
    const keyring = keyringOf(parseKeys(freshKeys(systemRandom)), {});
    const open = async () => {
      const database = databaseOf(await mssqlDialect(address));
      await migrate(database);
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
