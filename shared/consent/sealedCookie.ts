import { EncryptJWT, jwtDecrypt } from 'jose';
import type { Clock } from '../platform/clock.ts';
import type { Keyring } from '../platform/keyring.ts';

interface SealNeeds {
  readonly clock: Clock;
  readonly keyring: Keyring;
}

export interface Opened {
  readonly claims: Readonly<Record<string, unknown>>;
  /** When it was sealed, epoch ms, UTC, to the second. */
  readonly sealedAt: number;
  /** False when a newer key is there to seal with. */
  readonly newestKey: boolean;
}

/**
 * Claims that only we can read and nobody can change (JWE, direct AES-256-GCM under the keyring's `session` key, named by `kid`).
 * `purpose` keeps one kind of cookie from being taken for another. The nonce of each is the library's own: no other may choose it.
 */
export function sealCookie(
  { clock, keyring }: SealNeeds,
  purpose: string,
  claims: Record<string, unknown>,
  lifetimeSeconds: number,
): Promise<string> {
  const key = keyring.newest('session');
  const now = Math.floor(clock.now() / 1000);
  return new EncryptJWT(claims)
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: key.id })
    .setAudience(purpose)
    .setIssuedAt(now)
    .setExpirationTime(now + lifetimeSeconds)
    .encrypt(key.bytes);
}

/** The claims, or undefined for whatever is not a valid cookie of ours for this purpose. */
export async function openCookie(
  { clock, keyring }: SealNeeds,
  purpose: string,
  sealed: string | undefined,
): Promise<Opened | undefined> {
  if (!sealed) return undefined;
  try {
    const { payload, protectedHeader } = await jwtDecrypt(
      sealed,
      ({ kid }) => {
        const key = kid === undefined ? undefined : keyring.find('session', kid);
        if (!key) throw new Error('The key of this cookie is no longer valid.');
        return key.bytes;
      },
      {
        audience: purpose,
        currentDate: new Date(clock.now()),
        requiredClaims: ['iat', 'exp'],
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      },
    );
    const newestKey = protectedHeader.kid === keyring.newest('session').id;
    return { claims: payload, sealedAt: (payload.iat ?? 0) * 1000, newestKey };
  } catch {
    return undefined;
  }
}
