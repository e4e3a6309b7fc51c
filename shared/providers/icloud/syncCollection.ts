import { ProviderError } from '../errors.ts';
import type { CalendarRef } from '../provider.ts';
import { type DavAnswer, failureOf } from './answer.ts';
import type { IcloudClient } from './client.ts';
import { askCalendar, assertReachable } from './home.ts';
import { type Multistatus, multistatusIn, samePath } from './multistatus.ts';
import { syncCollection } from './questions.ts';
import type { Listed } from './resources.ts';

/** What became of the resources of a calendar since a token; each path is named once, by the last that was said of it. */
export interface CollectionChanges {
  readonly changed: Listed;
  /** Only what the server says is gone (404). */
  readonly removed: readonly string[];
  readonly token: string;
}

const MOST_PAGES = 1000;

/**
 * Statuses by which servers say that a token is of no use. The RFC says 403 with `valid-sync-token`; iCloud was seen to send a bare 403,
 * 410 and 412, others 400, 404, 409 and 507 (facts of several clients). Each is believed only when the calendar itself still answers.
 */
const expired: ReadonlySet<number> = new Set([400, 403, 404, 409, 410, 412, 507]);

/**
 * All changes since a token, page by page to the end (RFC 6578); from an empty token, everything that is there.
 * @throws expired-cursor, calendar-gone, throttled, unavailable, revoked, malformed
 */
export async function collectionChanges(
  client: IcloudClient,
  calendar: CalendarRef,
  since: string,
): Promise<CollectionChanges> {
  const changed: Listed = new Map();
  const removed = new Set<string>();
  let token = since;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await pageOf(client, calendar, token);
    let more = false;
    for (const { path, status, etag } of page.responses) {
      if (samePath(path, calendar.remoteId)) {
        // The collection itself, with 507: there is more (RFC 6578, 3.6). Otherwise iCloud lists it among its members.
        more ||= status === 507;
        continue;
      }
      if (status === 404 || status === 410) {
        changed.delete(path);
        removed.add(path);
      } else {
        removed.delete(path);
        changed.set(path, etag ?? changed.get(path));
      }
    }
    if (!page.syncToken) {
      throw new ProviderError('malformed', 'The calendar server tells changes without a token.', {
        code: 'no-sync-token',
      });
    }
    const repeated = page.syncToken === token;
    token = page.syncToken;
    if (!more && !page.partial) return { changed, removed: [...removed], token };
    if (repeated) break;
  }
  throw new ProviderError('malformed', "The calendar server's changes do not come to an end.", {
    code: 'endless-pages',
  });
}

async function pageOf(
  client: IcloudClient,
  calendar: CalendarRef,
  token: string,
): Promise<Multistatus & { readonly partial: boolean }> {
  const { dav } = client;
  const { service } = await dav.placeOf(calendar.accountId);
  const path = calendar.remoteId;
  // RFC 6578 wants depth 0; what was seen to work with iCloud is 1.
  const depth = service === 'icloud' ? '1' : '0';
  const request = { method: 'REPORT', path, depth, body: syncCollection(token) } as const;
  if (token === '') return { ...(await askCalendar(client, calendar, request)), partial: false };
  const answer = await dav.send(calendar.accountId, request);
  const page = pageIn(answer, { root: dav.root, path });
  if (page && !page.refusesToken) return { ...page, partial: answer.status === 507 };
  // Xandikos answers a token that it does not know with 500; of iCloud that would be an ill server.
  if (page || expired.has(answer.status) || (answer.status === 500 && service === 'other')) {
    await assertReachable(client, calendar);
    throw new ProviderError('expired-cursor', `The calendar server no longer knows the token (${answer.status}).`, {
      code: page ? 'valid-sync-token' : failureOf(answer, 'calendar').code,
      status: answer.status,
    });
  }
  throw failureOf(answer, 'calendar');
}

/** A multistatus comes with 207; with 507 it holds part of the results, and a token to go on from. */
function pageIn(answer: DavAnswer, base: { root: string; path: string }): Multistatus | undefined {
  if (answer.multistatus) return answer.multistatus;
  if (answer.status !== 507) return undefined;
  try {
    const page = multistatusIn(answer.text, base);
    return page.syncToken ? page : undefined;
  } catch {
    return undefined;
  }
}
