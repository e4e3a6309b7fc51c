import { isProviderError, ProviderError } from '../errors.ts';
import type { CalendarRef } from '../provider.ts';
import { type DavAnswer, failureOf } from './answer.ts';
import type { IcloudClient } from './client.ts';
import { sameEtag } from './etags.ts';
import { askCalendar } from './home.ts';
import { isSuccess } from './multistatus.ts';
import { multiget } from './questions.ts';
import { CALDAV, textIn } from './xml.ts';

/** One calendar object resource: a master and its overrides, or a single event. */
export interface Resource {
  /** Path; see `path.ts`. */
  readonly href: string;
  /** As the server writes it, with quotes. */
  readonly etag: string | undefined;
  /** iCalendar. */
  readonly text: string;
}

/** Resources by path, each with its etag where the server says it. Whoever reads them takes them out, so that fifty thousand are not held to the end. */
export type Listed = Map<string, string | undefined>;

export interface Fetched {
  readonly found: ReadonlyMap<string, Resource>;
  /** Not there, or not in the version that was listed, as far as the server tells. */
  readonly missing: readonly string[];
  /** There, and not to be had: too long, or forbidden. */
  readonly withheld: readonly string[];
}

/** Resources asked for in one request; iCloud is asked for less (clients that talk to it take 50 to 250). */
export const CHUNK = { icloud: 100, other: 500 } as const;

/** Chunks of paths as one request takes them. */
export async function chunksOf(client: IcloudClient, accountId: string, paths: readonly string[]): Promise<string[][]> {
  const size = CHUNK[(await client.dav.placeOf(accountId)).service];
  const chunks: string[][] = [];
  for (let at = 0; at < paths.length; at += size) chunks.push(paths.slice(at, at + size));
  return chunks;
}

/** Takes out of what is listed as much as one request takes, until nothing is left. */
export async function* chunksOut(
  client: IcloudClient,
  accountId: string,
  listed: Listed,
): AsyncGenerator<Listed, void> {
  const size = CHUNK[(await client.dav.placeOf(accountId)).service];
  while (listed.size > 0) {
    const chunk: Listed = new Map();
    for (const [path, etag] of listed) {
      if (chunk.size === size) break;
      chunk.set(path, etag);
      listed.delete(path);
    }
    yield chunk;
  }
}

/**
 * Some resources of a calendar. What a multiget does not give is asked for once more by itself: iCloud's multiget lags behind its listings, and
 * one href that is missing must not lose the others.
 * @param paths no more than a chunk of them
 * @param etags of versions that were listed; another one does not count
 */
export async function fetchResources(
  client: IcloudClient,
  calendar: CalendarRef,
  paths: readonly string[],
  etags: ReadonlyMap<string, string | undefined> = new Map(),
): Promise<Fetched> {
  const isListed = ({ href, etag }: Resource) => !etags.get(href) || sameEtag(etags.get(href), etag);
  const got = await multigot(client, calendar, paths);
  const found = new Map([...got].filter(([, resource]) => isListed(resource)));
  const missing: string[] = [];
  const withheld: string[] = [];
  const absent = paths.filter((path) => !found.has(path));
  await Promise.all(
    absent.map(async (path) => {
      try {
        const resource = await getResource(client, calendar, path);
        if (resource && isListed(resource)) found.set(path, resource);
        else missing.push(path);
      } catch (error) {
        if (!isWithheld(error)) throw error;
        withheld.push(path);
      }
    }),
  );
  return { found, missing, withheld };
}

/** One resource by a plain GET, or undefined where it is not there. */
export async function getResource(
  client: IcloudClient,
  calendar: CalendarRef,
  path: string,
): Promise<Resource | undefined> {
  const answer = await client.dav.send(calendar.accountId, { method: 'GET', path });
  if (isMissing(answer)) return undefined;
  if (answer.status !== 200) throw failureOf(answer, 'event');
  const whole = isWhole(answer.text);
  if (answer.etag && whole) return { href: path, etag: answer.etag, text: answer.text };
  // Without an etag nothing could be written over it; and half a text may lack those who were invited.
  const again = (await multigot(client, calendar, [path])).get(path);
  if (again || whole) return again ?? { href: path, etag: undefined, text: answer.text };
  throw new ProviderError('unavailable', 'The calendar server sent the beginning of an event only.', {
    code: 'cut-short',
  });
}

/** A multistatus that was cut does not parse; a plain text looks like any other. */
function isWhole(text: string): boolean {
  return /END:VCALENDAR\s*$/i.test(text);
}

export function isMissing({ status }: Pick<DavAnswer, 'status'>): boolean {
  return status === 404 || status === 410;
}

async function multigot(
  client: IcloudClient,
  calendar: CalendarRef,
  paths: readonly string[],
): Promise<Map<string, Resource>> {
  const found = new Map<string, Resource>();
  if (paths.length === 0) return found;
  try {
    const request = { method: 'REPORT', path: calendar.remoteId, depth: '1', body: multiget(paths) } as const;
    const { responses } = await askCalendar(client, calendar, request);
    for (const { path, status, props, etag } of responses) {
      const text = textIn(props, CALDAV, 'calendar-data');
      if (isSuccess(status) && text) found.set(path, { href: path, etag, text });
    }
  } catch (error) {
    if (!isTooMuch(error)) throw error;
    if (paths.length === 1) return found;
    const half = Math.ceil(paths.length / 2);
    for (const part of [paths.slice(0, half), paths.slice(half)]) {
      for (const [path, resource] of await multigot(client, calendar, part)) found.set(path, resource);
    }
  }
  return found;
}

/** Attachments may lie within events, twenty megabytes of them in each. */
function isTooMuch(error: unknown): boolean {
  return error instanceof ProviderError && (error.code === 'too-long' || error.status === 413 || error.status === 507);
}

function isWithheld(error: unknown): boolean {
  return isTooMuch(error) || (isProviderError(error) && error.status === 403);
}
