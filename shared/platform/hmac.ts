import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { Key } from './keyring.ts';

/** Node prepares a raw key anew for each use, which costs five times the hash itself; prepared once, it is kept with its key. */
const prepared = new WeakMap<Key, KeyObject>();

/** HMAC-SHA-256 of a text. */
export function hmac(key: Key, text: string): Buffer {
  let secret = prepared.get(key);
  if (!secret) {
    secret = createSecretKey(key.bytes);
    prepared.set(key, secret);
  }
  return createHmac('sha256', secret).update(text).digest();
}
