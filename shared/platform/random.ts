import { randomBytes } from 'node:crypto';

/** The only source of chance: cryptographic in production, seeded in the simulation. */
export interface Random {
  bytes(count: number): Uint8Array;
}

export const systemRandom: Random = { bytes: (count) => randomBytes(count) };

/** A new id: 128 random bits as 22 base64url characters. */
export function newId(random: Random): string {
  return Buffer.from(random.bytes(16)).toString('base64url');
}

/** A number in [0, 1), for jitter. */
export function fraction(random: Random): number {
  return Buffer.from(random.bytes(4)).readUInt32BE() / 2 ** 32;
}
