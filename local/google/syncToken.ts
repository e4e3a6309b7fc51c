import { z } from 'zod';
import { GoogleError } from './errors.ts';

/** What a sync token stands for. Opaque to the caller. */
interface SyncPoint {
  /** Which run of the simulator issued it: the change log does not outlive one. */
  readonly run: string;
  readonly calendarId: string;
  readonly position: number;
  /** Epoch ms, UTC. */
  readonly issuedAt: number;
  /** A change of access makes the token invalid. */
  readonly access: string;
  readonly query: string;
}

const point = z.tuple([z.string(), z.string(), z.number(), z.number(), z.string(), z.string()]);

export function writeSyncToken({ run, calendarId, position, issuedAt, access, query }: SyncPoint): string {
  const fields = JSON.stringify([run, calendarId, position, issuedAt, access, query]);
  return `C${Buffer.from(fields).toString('base64url')}`;
}

/** @throws GoogleError 400 for a text that never was a token */
export function readSyncToken(token: string): SyncPoint {
  const invalid = new GoogleError(400, 'invalid', 'Invalid sync token value.', { location: 'syncToken' });
  try {
    const parsed = point.safeParse(JSON.parse(Buffer.from(token.slice(1), 'base64url').toString()));
    if (!parsed.success) throw invalid;
    const [run, calendarId, position, issuedAt, access, query] = parsed.data;
    return { run, calendarId, position, issuedAt, access, query };
  } catch {
    throw invalid;
  }
}
