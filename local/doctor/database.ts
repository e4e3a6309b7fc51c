import { existsSync } from 'node:fs';
import { sql } from 'kysely';
import { openDatabase } from '../../shared/stores/createStores.ts';
import { type Database, databaseOf, pingDatabase } from '../../shared/stores/database.ts';
import { sqliteDialect } from '../../shared/stores/dialects/sqlite.ts';
import { pendingMigrations } from '../../shared/stores/migrations.ts';
import { sidOf } from '../azure/databaseUser.ts';
import { refusedAddress } from '../azure/ownAddress.ts';
import { type Finding, reason, well, wrong } from './finding.ts';
import type { Patient } from './patient.ts';

/** The database: reached, at its newest schema, and in Azure open to the app. */
export async function examineDatabase(patient: Patient): Promise<readonly Finding[]> {
  const setting = patient.settings.HETK_DATABASE;
  if (!setting) return [];
  const file = /^sqlite:(.+)$/.exec(setting)?.[1];
  if (file && !existsSync(file)) return [well('HETK_DATABASE', `${file} is not there yet: made at the first start`)];
  let database: Database | undefined;
  try {
    // A SQLite file is looked at without being migrated.
    database = file ? databaseOf(await sqliteDialect(file)) : await openDatabase(setting, await patient.credential());
    await pingDatabase(database);
    return [await schema(database, file), ...(await user(patient, database))];
  } catch (error) {
    const address = refusedAddress(error);
    if (address)
      return [
        wrong(
          'HETK_DATABASE',
          `the server does not let ${address} in`,
          'look from Azure Cloud Shell, or open it for a while: az sql server firewall-rule create',
        ),
      ];
    return [wrong('HETK_DATABASE', reason(error), 'see that the server is there and that you may sign in (az login)')];
  } finally {
    await database?.close();
  }
}

async function schema(database: Database, file: string | undefined): Promise<Finding> {
  const pending = await pendingMigrations(database);
  if (pending.length === 0) return well('HETK_DATABASE', 'reached, at its newest schema');
  const says = `lacks ${pending.length} migrations, from ${pending[0]} on`;
  // SQLite is brought along by the start itself.
  return file
    ? well('HETK_DATABASE', `${says}; the next start brings them`)
    : wrong('HETK_DATABASE', says, 'npm run azure:settle');
}

async function user({ environment, deployed }: Patient, database: Database): Promise<Finding[]> {
  const { HETK_IDENTITY_NAME: name, HETK_IDENTITY_CLIENT_ID: clientId } = environment;
  if (!deployed || !name || !clientId) return [];
  const { rows } = await database.run((db) =>
    sql<{ sid: Buffer }>`select sid from sys.database_principals where name = ${name}`.execute(db),
  );
  const sid = rows[0] && `0x${rows[0].sid.toString('hex').toUpperCase()}`;
  if (sid === sidOf(clientId)) return [well('database user', `${name} is known`)];
  const says = sid ? `${name} is known by another id: the app is refused` : `${name} is not known: the app is refused`;
  return [wrong('database user', says, 'npm run azure:settle')];
}
