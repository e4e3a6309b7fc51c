import { GraphError } from './errors.ts';

/** Graph's own size of a page. */
export const usualPageSize = 10;

/** One page of a plain listing, by `$skip`, with an absolute link to the next one. */
export function pageOf<T>(
  url: URL,
  rows: readonly T[],
  size: number,
): { rows: readonly T[]; nextLink: string | undefined } {
  const skip = Number(url.searchParams.get('$skip') ?? 0);
  if (!Number.isInteger(skip) || skip < 0) throw new GraphError(400, 'ErrorInvalidUrlQuery', 'The $skip is invalid.');
  const next = new URL(url);
  next.searchParams.set('$skip', String(skip + size));
  return { rows: rows.slice(skip, skip + size), nextLink: skip + size < rows.length ? next.href : undefined };
}

/** @throws GraphError 400 */
export function pageSize(options: ReadonlyMap<string, string>, preferred: number | undefined): number {
  const top = options.get('$top');
  if (top === undefined) return preferred ?? usualPageSize;
  if (!/^[1-9]\d{0,3}$/.test(top)) throw new GraphError(400, 'ErrorInvalidUrlQuery', 'The $top is invalid.');
  return Math.min(Number(top), 1000);
}
