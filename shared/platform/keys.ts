import { z } from 'zod';
import type { Key, KeyPurpose, Keyring } from './keyring.ts';
import type { Random } from './random.ts';

/**
 * The keys as they are kept, in a file or in a vault: a JSON object with one list per purpose, the newest first.
 *
 * To rotate: add the new key as the second of its list and let every instance read it; then move it to the front; take the old one out when
 * nothing made with it is left (sessions 30 days; credentials are written anew whenever a token is).
 */

const KEY_BYTES = 32;

const keySchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9]{1,8}$/, 'a key id is 1 to 8 characters a-z, 0-9'),
    key: z.base64(),
  })
  .transform(({ id, key }): Key => ({ id, bytes: new Uint8Array(Buffer.from(key, 'base64')) }))
  .refine(({ bytes }) => bytes.length === KEY_BYTES, 'a key has 32 bytes');

const list = z
  .array(keySchema)
  .min(1)
  .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, 'two keys of a purpose have the same id');

const keysSchema = z.strictObject({ credentials: list, push: list, session: list, links: list });

export type Keys = Readonly<Record<KeyPurpose, readonly Key[]>>;

/** The client secrets of our registrations, where they are known. */
export interface ClientSecrets {
  readonly microsoft?: string | undefined;
  readonly google?: string | undefined;
}

/**
 * Reads keys from JSON.
 * @throws Error naming the first thing that is wrong and never a key
 */
export function parseKeys(json: string): Keys {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new Error('it is not JSON');
  }
  const parsed = keysSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'malformed'}`);
}

/** Fresh keys for every purpose, as JSON. */
export function freshKeys(random: Random): string {
  const key = () => [
    {
      id: Buffer.from(random.bytes(3)).toString('hex'),
      key: Buffer.from(random.bytes(KEY_BYTES)).toString('base64'),
    },
  ];
  return `${JSON.stringify({ credentials: key(), push: key(), session: key(), links: key() }, undefined, 2)}\n`;
}

export function keyringOf(keys: Keys, secrets: ClientSecrets): Keyring {
  return {
    newest(purpose) {
      const [key] = keys[purpose];
      if (!key) throw new RangeError(`There is no key for ${purpose}.`);
      return key;
    },
    find: (purpose, id) => keys[purpose].find((key) => key.id === id),
    secret: (name) => secrets[name],
  };
}
