import { timingSafeEqual } from 'node:crypto';
import { hmac } from './hmac.ts';
import type { Key, Keyring } from './keyring.ts';

/**
 * A keyed hash that can be stored: `keyId.hash` (HMAC-SHA-256, 132 bits). It says whether two texts are equal and nothing else, and it
 * outlives a rotation of keys because it names the key it was made with.
 */
export function seal(keyring: Keyring, text: string): string {
  const key = keyring.newest('links');
  return `${key.id}.${hash(key, text)}`;
}

/** Was `sealed` made from this text? False also when its key is no longer valid. */
export function sealMatches(keyring: Keyring, sealed: string, text: string): boolean {
  const dot = sealed.indexOf('.');
  const key = keyring.find('links', sealed.slice(0, dot));
  if (dot < 0 || !key) return false;
  const expected = Buffer.from(hash(key, text));
  const given = Buffer.from(sealed.slice(dot + 1));
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function hash(key: Key, text: string): string {
  return hmac(key, text).toString('base64url').slice(0, 22);
}
