import type { TokenCredential } from '@azure/identity';
import { freshKeys } from '../../shared/platform/keys.ts';
import { type Random, systemRandom } from '../../shared/platform/random.ts';
import type { Operator } from './operator.ts';

/** The secrets of a vault by their names. */
export interface Vault {
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
}

/** What an installation with such a client id needs in its vault; the names are those that `vaultKeyring.ts` reads. */
const clientSecrets = [
  { secret: 'hetk-microsoft-client-secret', variable: 'HETK_MICROSOFT_CLIENT_SECRET', id: 'HETK_MICROSOFT_CLIENT_ID' },
  { secret: 'hetk-google-client-secret', variable: 'HETK_GOOGLE_CLIENT_SECRET', id: 'HETK_GOOGLE_CLIENT_ID' },
] as const;

/**
 * Fills a vault with what is not there yet: fresh keys, and the client secrets of the registrations, each asked for once. Never replaces
 * anything: credentials that were sealed with lost keys cannot be opened again.
 * @returns what is still missing, a line each
 */
export async function fillVault(
  vault: Vault,
  environment: Readonly<Record<string, string | undefined>>,
  operator: Operator,
  random: Random = systemRandom,
): Promise<readonly string[]> {
  if (await vault.get('hetk-keys')) operator.say('Keys: there already, left as they are.');
  else {
    await vault.set('hetk-keys', freshKeys(random));
    operator.say('Keys: made, and put into the vault.');
  }
  const missing: string[] = [];
  for (const { secret, variable, id } of clientSecrets) {
    if (!environment[id] || (await vault.get(secret))) continue;
    const value = environment[variable] || (await operator.askSecret(`Client secret of ${id} (it is not shown): `));
    if (value) await vault.set(secret, value);
    else
      missing.push(
        `${secret} is not in the vault: az keyvault secret set --vault-name VAULT --name ${secret} --value SECRET`,
      );
  }
  return missing;
}

/** A role that was just given takes some minutes until the vault knows of it. */
const PATIENCE_MS = 600_000;
const EVERY_MS = 15_000;

/**
 * A vault in Azure.
 * @param pause waits so many ms
 */
export async function openVault(
  url: string,
  credential: TokenCredential,
  pause: (ms: number) => Promise<unknown>,
): Promise<Vault> {
  const { SecretClient } = await import('@azure/keyvault-secrets');
  const client = new SecretClient(url, credential);
  async function patiently<T>(work: () => Promise<T>): Promise<T | undefined> {
    for (let waited = 0; ; waited += EVERY_MS) {
      try {
        return await work();
      } catch (error) {
        const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
        if (status === 404) return undefined;
        if (status !== 403 || waited >= PATIENCE_MS) throw error;
        await pause(EVERY_MS);
      }
    }
  }
  return {
    get: (name) => patiently(async () => (await client.getSecret(name)).value),
    set: async (name, value) => {
      await patiently(() => client.setSecret(name, value));
    },
  };
}
