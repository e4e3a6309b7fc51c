import { sql } from 'kysely';
import type { Database } from '../../shared/stores/database.ts';

/** Read and write rows; neither schema nor users. */
const roles = ['db_datareader', 'db_datawriter'];

const guid = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/i;

/**
 * The SID by which a database knows a managed identity: its client id as SQL Server keeps a uniqueidentifier, the first three parts with
 * their bytes turned around. Nothing checks it: with a wrong one the user is made and the app is refused.
 * @param clientId of the identity, not its object id
 * @throws RangeError when it is no GUID
 */
export function sidOf(clientId: string): string {
  const [, ...parts] = guid.exec(clientId) ?? [];
  const [a = '', b = '', c = '', d = '', e = ''] = parts;
  if (!e) throw new RangeError(`${clientId} is no client id: it must be like 11111111-2222-3333-4444-555555555555.`);
  return `0x${[turned(a), turned(b), turned(c), d, e].join('').toUpperCase()}`;
}

function turned(hex: string): string {
  return Buffer.from(hex, 'hex').reverse().toString('hex');
}

/**
 * Makes the database user of an identity. `WITH SID` needs no look-up in Entra, for which the server would need an identity with the role Directory
 * Readers: https://learn.microsoft.com/sql/t-sql/statements/create-user-transact-sql
 */
export function userStatements(name: string, clientId: string): readonly string[] {
  const user = `[${name.replaceAll(']', ']]')}]`;
  const text = `N'${name.replaceAll("'", "''")}'`;
  const sid = sidOf(clientId);
  return [
    // An identity that was made anew has another id: the user of the old one must go.
    `if exists (select 1 from sys.database_principals where name = ${text} and sid <> ${sid}) drop user ${user}`,
    `if not exists (select 1 from sys.database_principals where name = ${text}) create user ${user} with sid = ${sid}, type = E`,
    ...roles.map((role) => `alter role ${role} add member ${user}`),
  ];
}

/** Sees to it that the identity may read and write rows; does nothing new when it may already. */
export async function ensureUser(database: Database, name: string, clientId: string): Promise<void> {
  for (const statement of userStatements(name, clientId)) await database.run((db) => sql.raw(statement).execute(db));
}
