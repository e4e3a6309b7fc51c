import { z } from 'zod';

const credential = z.object({ version: z.literal(1), refreshToken: z.string().min(1) });

/** What is stored of a grant: the refresh token. Access tokens live in memory only. */
export function credentialFrom(refreshToken: string): string {
  return JSON.stringify({ version: 1, refreshToken });
}

/** The refresh token in a stored credential, or undefined where there is none that can be read. */
export function refreshTokenIn(stored: string | undefined): string | undefined {
  if (stored === undefined) return undefined;
  try {
    return credential.safeParse(JSON.parse(stored)).data?.refreshToken;
  } catch {
    return undefined;
  }
}
