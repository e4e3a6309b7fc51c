import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Clock, systemClock } from './clock.ts';
import type { Keyring } from './keyring.ts';
import { type ClientSecrets, freshKeys, keyringOf, parseKeys } from './keys.ts';
import type { LiveKeyring } from './liveKeyring.ts';
import { newId, type Random, systemRandom } from './random.ts';
import { SettingError } from './settings.ts';

/** The file is read at most this often, ms. */
const REREAD_MS = 1_000;

/**
 * The keyring of one machine: a file that only its owner may read. Made with fresh keys if it is not there.
 * @throws SettingError when others may read it, or when it does not hold keys
 */
export function readFileKeyring(
  path: string,
  options: { readonly secrets?: ClientSecrets; readonly random?: Random; readonly clock?: Clock } = {},
): LiveKeyring {
  const { secrets = {}, random = systemRandom, clock = systemClock } = options;
  create(path, random);
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    throw new SettingError('HETK_KEYS', `HETK_KEYS names ${path}, which others may read; run: chmod 600 ${path}`);
  }
  const read = () => keyringOf(parseKeys(readFileSync(path, 'utf8')), secrets);
  try {
    return rereading(read(), read, clock);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it cannot be read';
    throw new SettingError('HETK_KEYS', `HETK_KEYS names ${path}, which does not hold a keyring: ${why}`);
  }
}

/** Looks into the file before a key is used, so that a rotation needs no restart. What cannot be read just then leaves the known keys in force. */
function rereading(first: Keyring, read: () => Keyring, clock: Clock): LiveKeyring {
  let keyring = first;
  let readAt = clock.now();
  function current(): Keyring {
    const now = clock.now();
    if (now - readAt < REREAD_MS) return keyring;
    readAt = now;
    try {
      keyring = read();
    } catch {
      // A rotation puts a whole file in place of another; anything else is not its doing.
    }
    return keyring;
  }
  return {
    newest: (purpose) => current().newest(purpose),
    find: (purpose, id) => current().find(purpose, id),
    secret: (name) => current().secret(name),
    refresh: async () => void current(),
  };
}

/** Written aside and linked into place: whoever else starts at the same moment sees no file or a whole one, and both use the same. */
function create(path: string, random: Random): void {
  if (statSync(path, { throwIfNoEntry: false })) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${newId(random)}`;
  writeFileSync(draft, freshKeys(random), { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(draft);
  }
}
