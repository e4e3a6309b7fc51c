import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Keyring } from '../platform/keyring.ts';
import type { Random } from '../platform/random.ts';

/** A stored credential does not open: its key is gone, or the row was tampered with. The account has to be connected again. */
export class CredentialUnreadable extends Error {
  override readonly name = 'CredentialUnreadable';
  constructor(accountId: string, cause?: unknown) {
    super(`The stored credential of account ${accountId} cannot be decrypted; the account has to be connected again.`, {
      cause,
    });
  }
}

/** NIST SP 800-38D: 96-bit nonces, 128-bit tags. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts with the newest key (AES-256-GCM). The account's id is authenticated along, so what is sealed for one account opens for no other.
 * @returns `keyId.` and base64url of nonce, tag and ciphertext
 */
export function sealCredential(keyring: Keyring, random: Random, accountId: string, credential: string): string {
  const key = keyring.newest('credentials');
  const nonce = random.bytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(accountId));
  const text = Buffer.concat([cipher.update(credential, 'utf8'), cipher.final()]);
  return `${key.id}.${Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url')}`;
}

/**
 * Decrypts with whichever valid key it names.
 * @throws CredentialUnreadable
 */
export function openCredential(keyring: Keyring, accountId: string, sealed: string): string {
  const [keyId = '', body = ''] = sealed.split('.');
  const key = keyring.find('credentials', keyId);
  if (!key) throw new CredentialUnreadable(accountId);
  const bytes = Buffer.from(body, 'base64url');
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(accountId));
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new CredentialUnreadable(accountId, cause);
  }
}
