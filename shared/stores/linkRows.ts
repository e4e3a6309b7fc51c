import { createHash } from 'node:crypto';
import type { TableEntity } from '@azure/data-tables';
import { z } from 'zod';
import type { Link } from './stores.ts';

/**
 * How a link lies in its route's partition. The row by original holds everything; the row by copy and the row by series only say which
 * original. Ids may be long and hold characters that a row key must not, so keys are made of their hashes and the ids are properties.
 */

/** 160 bits of SHA-256: enough that no two ids of one route ever meet. */
function hash(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 40);
}

export const FIRST_ORIGINAL = 'o:';
/** The character after the colon: behind every key that begins with `o:`. */
export const LAST_ORIGINAL = 'o;';

export function originalKey(originalId: string): string {
  return `o:${hash(originalId)}`;
}

export function copyKey(copyId: string): string {
  return `c:${hash(copyId)}`;
}

function seriesKey(seriesId: string, originalId: string): string {
  return `s:${hash(seriesId)}:${hash(originalId)}`;
}

/** First and last key of the rows of a series. */
export function seriesRange(seriesId: string): [string, string] {
  return [`s:${hash(seriesId)}:`, `s:${hash(seriesId)};`];
}

/** The keys of all rows of a link: by original, and where it has them by copy and by series. */
export function keysOf(link: Link): string[] {
  return rowsOf(link).map(({ rowKey }) => rowKey);
}

/** All rows of a link, the one by original first. */
export function rowsOf(link: Link): (TableEntity & { rowKey: string })[] {
  const { routeId: partitionKey, originalId, seriesId, copyId } = link;
  const pointer = { partitionKey, originalId };
  return [
    wholeRow(link),
    ...(copyId ? [{ ...pointer, rowKey: copyKey(copyId) }] : []),
    ...(seriesId ? [{ ...pointer, rowKey: seriesKey(seriesId, originalId) }] : []),
  ];
}

function wholeRow(link: Link): TableEntity & { rowKey: string } {
  const { routeId, originalId, start, end, updatedAt, copyModifiedAt, absentSince, ...rest } = link;
  return {
    partitionKey: routeId,
    rowKey: originalKey(originalId),
    originalId,
    ...rest,
    // Bigints are stored as Int64; a plain number beyond 32 bits would not say what it is.
    start: BigInt(start),
    end: BigInt(end),
    updatedAt: BigInt(updatedAt),
    ...(copyModifiedAt !== undefined && { copyModifiedAt: BigInt(copyModifiedAt) }),
    ...(absentSince !== undefined && { absentSince: BigInt(absentSince) }),
  };
}

const time = z.bigint().transform(Number);

const wholeLink = z.object({
  partitionKey: z.string(),
  originalId: z.string(),
  seriesId: z.string().optional(),
  state: z.enum(['live', 'dismissed', 'refused', 'gone']),
  copyId: z.string(),
  copyEtag: z.string().optional(),
  generation: z.number().int(),
  projected: z.string(),
  stored: z.string(),
  original: z.string(),
  meeting: z.boolean().optional(),
  copyModifiedAt: time.optional(),
  absentSince: time.optional(),
  time: z.string(),
  start: time,
  end: time,
  updatedAt: time,
  problem: z.string().optional(),
});

export function linkOf(entity: object): Link {
  const { partitionKey, seriesId, copyEtag, problem, meeting, copyModifiedAt, absentSince, ...rest } =
    wholeLink.parse(entity);
  return {
    routeId: partitionKey,
    ...rest,
    ...(seriesId !== undefined && { seriesId }),
    ...(copyEtag !== undefined && { copyEtag }),
    ...(problem !== undefined && { problem }),
    ...(meeting !== undefined && { meeting }),
    ...(copyModifiedAt !== undefined && { copyModifiedAt }),
    ...(absentSince !== undefined && { absentSince }),
  };
}

const pointer = z.object({ originalId: z.string() });

export function originalIdOf(entity: object): string {
  return pointer.parse(entity).originalId;
}
