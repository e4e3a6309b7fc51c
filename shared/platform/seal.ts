import { timingSafeEqual } from 'node:crypto';
import { hmac } from './hmac.ts';
import type { Key, Keyring } from './keyring.ts';

/**
 * Keyed hashes that can be stored (HMAC-SHA-256, 132 bits each). They say whether texts are equal and nothing else, and they outlive
 * a rotation of keys because they name the key they were made with.
 */

/** `keyId.hash` */
export function seal(keyring: Keyring, text: string): string {
  return sealEach(keyring, [text]);
}

/** Was `sealed` made from this text? False also when its key is no longer valid. */
export function sealMatches(keyring: Keyring, sealed: string, text: string): boolean {
  return sealMatchesEach(keyring, sealed, [text]).every(Boolean);
}

/** `keyId.hash.hash…`, by position; equal texts at different positions have different hashes. */
export function sealEach(keyring: Keyring, texts: readonly string[]): string {
  const key = keyring.newest('links');
  return [key.id, ...texts.map((text, position) => hash(key, position, text))].join('.');
}

/** Which texts are those that `sealed` was made from, by position; none when there is no seal or its key is no longer valid. */
export function sealMatchesEach(keyring: Keyring, sealed: string, texts: readonly string[]): boolean[] {
  const [keyId = '', ...hashes] = sealed.split('.');
  const key = keyring.find('links', keyId);
  return texts.map((text, position) => key !== undefined && same(hash(key, position, text), hashes[position] ?? ''));
}

function same(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function hash(key: Key, position: number, text: string): string {
  return hmac(key, `${position}\0${text}`).toString('base64url').slice(0, 22);
}
