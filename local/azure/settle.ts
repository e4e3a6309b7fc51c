import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { azureIdentity } from '../../shared/platform/azureIdentity.ts';
import { openDatabase } from '../../shared/stores/createStores.ts';
import { migrate } from '../../shared/stores/migrations.ts';
import { runCommand } from '../infra/commands.ts';
import type { Environment } from '../localSettings.ts';
import { ensureUser } from './databaseUser.ts';
import type { Operator } from './operator.ts';
import { type Door, throughDoor } from './ownAddress.ts';
import { fillVault, openVault } from './secrets.ts';

/**
 * After `azd provision`, with the identity of the operator who is signed in: what Azure's templates cannot do. Keys and client secrets into the
 * vault, the database to its schema, and a database user for the app. Can be run as often as one likes.
 */

/** The outputs of bicep/main.bicep, which azd gives to its hooks. */
const outputs = z.object({
  HETK_DATABASE: z.string().startsWith('mssql:'),
  HETK_KEYS: z.string().startsWith('vault:'),
  HETK_IDENTITY_NAME: z.string().min(1),
  HETK_IDENTITY_CLIENT_ID: z.string().min(1),
  HETK_RESOURCE_GROUP: z.string().min(1),
});

const RULE = 'hetk-operator';

/** @throws Error, in one line, for what is missing or refused */
export async function settle(environment: Environment, operator: Operator): Promise<void> {
  const given = outputs.safeParse(environment);
  if (!given.success) {
    const names = given.error.issues.map(({ path }) => path.join('.')).join(', ');
    throw new Error(
      `Not known here: ${names}. They are the outputs of the deployment; azd and npm run azure:up give them.`,
    );
  }
  const { HETK_DATABASE, HETK_KEYS, HETK_IDENTITY_NAME, HETK_IDENTITY_CLIENT_ID, HETK_RESOURCE_GROUP } = given.data;
  const credential = await azureIdentity();

  const vault = await openVault(HETK_KEYS.replace('vault:', ''), credential, setTimeout);
  const missing = await fillVault(vault, environment, operator);

  const migrated = await throughDoor(
    async () => {
      const database = await openDatabase(HETK_DATABASE, credential);
      try {
        const names = await migrate(database);
        await ensureUser(database, HETK_IDENTITY_NAME, HETK_IDENTITY_CLIENT_ID);
        return names;
      } finally {
        await database.close();
      }
    },
    firewall(operator, HETK_RESOURCE_GROUP, /^mssql:([^./]+)/.exec(HETK_DATABASE)?.[1] ?? ''),
    setTimeout,
  );
  operator.say(migrated.length > 0 ? `Database: brought to ${migrated.at(-1)}.` : 'Database: at its newest schema.');
  operator.say(`Database: ${HETK_IDENTITY_NAME} may read and write rows.`);
  for (const line of missing) operator.say(line);
}

/** The server's firewall, through the Azure command line that the operator is signed in with. */
function firewall(operator: Operator, group: string, server: string): Door {
  const rule = async (command: string, ...more: string[]) => {
    const which = ['--resource-group', group, '--server', server, '--name', RULE];
    const { status, stderr } = await runCommand('az', ['sql', 'server', 'firewall-rule', command, ...which, ...more]);
    if (status !== 0) throw new Error(`az sql server firewall-rule ${command} failed: ${stderr.trim()}`);
  };
  return {
    async open(address) {
      operator.say(`Database: opened to ${address} for the time of the migration.`);
      await rule('create', '--start-ip-address', address, '--end-ip-address', address);
    },
    close: () => rule('delete'),
  };
}
