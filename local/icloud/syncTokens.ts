import type { SimCalendar } from '../core/core.ts';

/** Sync tokens, which are ctags too: opaque to everybody else. */

const prefix = 'HwoQEgwAA';

export function tokenAt(calendar: SimCalendar, position: number): string {
  return prefix + Buffer.from(`${calendar.id}\n${position}`).toString('base64url');
}

/** Where a token points; undefined for one that this calendar never gave. */
export function positionAt(calendar: SimCalendar, token: string, last: number): number | undefined {
  if (!token.startsWith(prefix)) return undefined;
  const [id, position] = Buffer.from(token.slice(prefix.length), 'base64url').toString('utf8').split('\n');
  const at = Number(position);
  return id === calendar.id && Number.isInteger(at) && at >= 0 && at <= last ? at : undefined;
}
