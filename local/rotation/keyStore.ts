import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { TokenCredential } from '@azure/identity';
import { type Keys, parseKeys, writeKeys } from '../../shared/platform/keys.ts';
import { REFRESH_MS } from '../../shared/platform/liveKeyring.ts';
import { newId, systemRandom } from '../../shared/platform/random.ts';
import { openVault } from '../azure/secrets.ts';

/** Where the keys of an installation are kept. */
export interface KeyStore {
  read(): Promise<Keys>;
  write(keys: Keys): Promise<void>;
  /** How long it takes until every process has taken over what was written, ms. */
  readonly settleMs: number;
}

/** A process looks at the file before it uses a key, once a second at most. */
const FILE_SETTLE_MS = 5_000;
/** Read again every five minutes before a piece of work, which may last ten. */
const VAULT_SETTLE_MS = REFRESH_MS + 11 * 60_000;

/** @param place the setting HETK_KEYS */
export async function openKeyStore(place: string, credential: () => Promise<TokenCredential>): Promise<KeyStore> {
  const [, kind, where = ''] = /^(file|vault):(.+)$/.exec(place) ?? [];
  if (kind === 'file') return fileKeyStore(where);
  const vault = await openVault(where, await credential(), (ms) => setTimeout(ms));
  return {
    settleMs: VAULT_SETTLE_MS,
    async read() {
      const keys = await vault.get('hetk-keys');
      if (!keys) throw new Error(`${where} has no secret hetk-keys.`);
      return parseKeys(keys);
    },
    write: (keys) => vault.set('hetk-keys', writeKeys(keys)),
  };
}

/** Written aside and put in its place: whoever reads at the same moment sees the old file or the new one, and both are whole. */
export function fileKeyStore(path: string): KeyStore {
  return {
    settleMs: FILE_SETTLE_MS,
    read: async () => parseKeys(readFileSync(path, 'utf8')),
    async write(keys) {
      const draft = `${path}.${newId(systemRandom)}`;
      writeFileSync(draft, writeKeys(keys), { mode: 0o600, flag: 'wx', flush: true });
      renameSync(draft, path);
    },
  };
}
