import { z } from 'zod';
import type { Key, KeyPurpose, Keyring } from './keyring.ts';
import type { Random } from './random.ts';

/**
 * The keys as they are kept, in a file or in a vault: a JSON object with one list per purpose. The first of a list signs and encrypts, all of them
 * verify and decrypt. `keyRotation.ts` says how a list changes without anybody noticing.
 */

const KEY_BYTES = 32;

/** A key and its life: when it was added, and from when on it was the first. Epoch ms; RFC 3339 where it is kept. */
export interface KeptKey extends Key {
  readonly addedAt?: number;
  readonly leadsSince?: number;
}

const moment = z.iso.datetime().transform((text) => Date.parse(text));

const keySchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9]{1,8}$/, 'a key id is 1 to 8 characters a-z, 0-9'),
    key: z.base64(),
    added: moment.exactOptional(),
    leads: moment.exactOptional(),
  })
  .transform(
    ({ id, key, added, leads }): KeptKey => ({
      id,
      bytes: new Uint8Array(Buffer.from(key, 'base64')),
      ...(added !== undefined && { addedAt: added }),
      ...(leads !== undefined && { leadsSince: leads }),
    }),
  )
  .refine(({ bytes }) => bytes.length === KEY_BYTES, 'a key has 32 bytes');

const list = z
  .array(keySchema)
  .min(1)
  .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, 'two keys of a purpose have the same id');

const keysSchema = z.strictObject({ credentials: list, push: list, session: list, links: list });

export type Keys = Readonly<Record<KeyPurpose, readonly KeptKey[]>>;

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

/** The same keys as JSON. */
export function writeKeys(keys: Keys): string {
  const written = Object.entries(keys).map(([purpose, each]) => [purpose, each.map(keptForm)]);
  return `${JSON.stringify(Object.fromEntries(written), undefined, 2)}\n`;
}

function keptForm({ id, bytes, addedAt, leadsSince }: KeptKey) {
  return {
    id,
    key: Buffer.from(bytes).toString('base64'),
    ...(addedAt !== undefined && { added: new Date(addedAt).toISOString() }),
    ...(leadsSince !== undefined && { leads: new Date(leadsSince).toISOString() }),
  };
}

export function freshKey(random: Random): KeptKey {
  return { id: Buffer.from(random.bytes(3)).toString('hex'), bytes: random.bytes(KEY_BYTES) };
}

/** Fresh keys for every purpose, as JSON. */
export function freshKeys(random: Random): string {
  const one = () => [freshKey(random)];
  return writeKeys({ credentials: one(), push: one(), session: one(), links: one() });
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
