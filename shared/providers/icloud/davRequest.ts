import { cappedPieces, cappedText } from '../cappedText.ts';
import { ProviderError } from '../errors.ts';
import type { DavAnswer } from './answer.ts';
import type { IcloudCredential } from './credential.ts';
import { createMultistatusReader, type HrefBase, type Multistatus } from './multistatus.ts';
import { redirectTarget, requestPath } from './path.ts';
import type { SignInNeeds } from './settings.ts';

export interface DavRequest {
  readonly method: 'PROPFIND' | 'REPORT' | 'GET' | 'PUT' | 'DELETE';
  /** As it is kept; see `path.ts`. */
  readonly path: string;
  readonly depth?: '0' | '1';
  /** XML of a PROPFIND or REPORT, iCalendar of a PUT. */
  readonly body?: string;
  readonly ifMatch?: string;
  /** `If-None-Match: *`. */
  readonly ifNew?: true;
}

export interface RawAnswer extends Omit<DavAnswer, 'waitMs'> {
  readonly retryAfter: string | null;
}

/** Bytes. */
const bodyLimit = 64 * 1024 * 1024;
const MOST_REDIRECTS = 3;
const redirects: ReadonlySet<number> = new Set([301, 302, 307, 308]);

/**
 * Sends one request with an account's password. Redirects are followed here and not by `fetch`, with method and body as they were, and only
 * to where the password may go.
 * @throws unavailable when no answer came; malformed for a redirect to elsewhere, an answer without end, or a 207 that is no multistatus
 */
export async function sendRequest(
  { settings: { root }, fetch }: SignInNeeds,
  { appleId, password }: Pick<IcloudCredential, 'appleId' | 'password'>,
  request: DavRequest,
): Promise<RawAnswer> {
  const headers = {
    ...headersOf(request),
    authorization: `Basic ${Buffer.from(`${appleId}:${password}`, 'utf8').toString('base64')}`,
  };
  // Not as a reference to the root: a path that begins with two slashes would name another host.
  let url = new URL(new URL(root).origin + requestPath(request.path));
  try {
    for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
      const response = await fetch(url.href, {
        method: request.method,
        headers,
        redirect: 'manual',
        ...(request.body !== undefined && { body: request.body }),
      });
      const location = redirects.has(response.status) ? response.headers.get('location') : null;
      if (location === null) return await answerOf(response, request, root);
      await response.body?.cancel();
      url = redirectTarget(location, url, root);
    }
  } catch (cause) {
    if (cause instanceof ProviderError) throw cause;
    throw new ProviderError('unavailable', 'The calendar server could not be reached.', { code: 'network', cause });
  }
  throw new ProviderError('malformed', 'The calendar server redirects without end.', { code: 'endless-redirects' });
}

function headersOf({ method, depth, body, ifMatch, ifNew }: DavRequest): Record<string, string> {
  const type = method === 'PUT' ? 'text/calendar; charset=utf-8' : 'application/xml; charset=utf-8';
  return {
    'user-agent': 'Hetk',
    ...(depth && { depth }),
    ...(body !== undefined && { 'content-type': type }),
    // Leaves out what is not there (RFC 8144), where the server knows how.
    ...(method === 'PROPFIND' && { prefer: 'return=minimal' }),
    ...(ifMatch && { 'if-match': ifMatch }),
    // `If-Match: *` is never sent: iCloud refuses it even where the resource is there.
    ...(ifNew && { 'if-none-match': '*' }),
  };
}

async function answerOf(
  response: Response,
  { method, path }: Pick<DavRequest, 'method' | 'path'>,
  root: string,
): Promise<RawAnswer> {
  const isListing = response.status === 207 && (method === 'PROPFIND' || method === 'REPORT');
  return {
    status: response.status,
    etag: response.headers.get('etag')?.trim() || undefined,
    retryAfter: response.headers.get('retry-after'),
    ...(isListing
      ? { text: '', multistatus: await multistatusOf(response, { root, path }) }
      : { text: await cappedText(response, bodyLimit) }),
  };
}

async function multistatusOf(response: Response, base: HrefBase): Promise<Multistatus> {
  const reader = createMultistatusReader(base);
  for await (const piece of cappedPieces(response, bodyLimit)) reader.read(piece);
  return reader.end();
}
