import type { TokenCredential } from '@azure/identity';
import type { SecretClientOptions } from '@azure/keyvault-secrets';
import { type Clock, systemClock } from './clock.ts';
import type { Keyring } from './keyring.ts';
import { keyringOf, parseKeys } from './keys.ts';
import { type LiveKeyring, liveKeyring } from './liveKeyring.ts';
import { SettingError } from './settings.ts';

/**
 * The keyring in Azure Key Vault: the secret `hetk-keys` (the same JSON as the file of one machine) and the client secrets
 * `hetk-microsoft-client-secret` and `hetk-google-client-secret`, each where that service is used. Read when an instance starts and every five minutes
 * before it works: the vault allows few requests, and a rotated key or secret must not need a restart.
 * @param url https address of the vault
 * @throws SettingError when the keys are missing or malformed
 */
export async function readVaultKeyring(
  url: string,
  credential: TokenCredential,
  options: SecretClientOptions = {},
  clock: Clock = systemClock,
): Promise<LiveKeyring> {
  // Loaded only where it is used: one machine has no vault.
  const { SecretClient } = await import('@azure/keyvault-secrets');
  const client = new SecretClient(url, credential, options);
  const read = async (name: string): Promise<string | undefined> => {
    try {
      return (await client.getSecret(name)).value;
    } catch (error) {
      if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return undefined;
      throw error;
    }
  };
  const readAll = async (): Promise<Keyring> => {
    const [keys, microsoft, google] = await Promise.all([
      read('hetk-keys'),
      read('hetk-microsoft-client-secret'),
      read('hetk-google-client-secret'),
    ]);
    if (!keys) throw new SettingError('HETK_KEYS', `HETK_KEYS names ${url}, which has no secret hetk-keys`);
    try {
      return keyringOf(parseKeys(keys), { microsoft, google });
    } catch (error) {
      const why = error instanceof Error ? error.message : 'malformed';
      throw new SettingError('HETK_KEYS', `HETK_KEYS names ${url}, whose secret hetk-keys is no keyring: ${why}`);
    }
  };
  return liveKeyring(readAll, clock);
}
