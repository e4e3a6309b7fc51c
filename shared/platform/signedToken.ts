import { timingSafeEqual } from 'node:crypto';
import { hmac } from './hmac.ts';
import type { Keyring } from './keyring.ts';

/**
 * The token that Graph (`clientState`) and Google (channel token) bring back with each notification: it names the calendar and the
 * subscription and is signed, so a forged call costs no look-up. `keyId.calendarId.subscriptionId.mac`, at most 128 characters.
 */
export interface PushToken {
  readonly calendarId: string;
  readonly subscriptionId: string;
}

const shape = /^([a-z0-9]{1,8})\.([A-Za-z0-9_-]{1,36})\.([A-Za-z0-9_-]{1,36})\.([A-Za-z0-9_-]{43})$/;

export function signPushToken(keyring: Keyring, token: PushToken): string {
  const key = keyring.newest('push');
  const body = `${key.id}.${token.calendarId}.${token.subscriptionId}`;
  const signed = `${body}.${hmac(key, body).toString('base64url')}`;
  if (!shape.test(signed))
    throw new RangeError('The ids of a push token are too long or hold other than base64url characters.');
  return signed;
}

/** The names in the token, or undefined when it is not ours. Compares in constant time, against the key it names. */
export function verifyPushToken(keyring: Keyring, token: string): PushToken | undefined {
  const [, keyId, calendarId, subscriptionId, given] = shape.exec(token) ?? [];
  if (!keyId || !calendarId || !subscriptionId || !given) return undefined;
  const key = keyring.find('push', keyId);
  if (!key) return undefined;
  const expected = hmac(key, `${keyId}.${calendarId}.${subscriptionId}`);
  const claimed = Buffer.from(given, 'base64url');
  return claimed.length === expected.length && timingSafeEqual(claimed, expected)
    ? { calendarId, subscriptionId }
    : undefined;
}
