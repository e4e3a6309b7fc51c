import type { Log } from '../../../../shared/platform/log.ts';
import type { Random } from '../../../../shared/platform/random.ts';
import { createGoogle } from '../../../../shared/providers/google/google.ts';
import type { GoogleNeeds } from '../../../../shared/providers/google/settings.ts';
import type { CalendarProvider, CalendarRef } from '../../../../shared/providers/provider.ts';

/** A request as it arrived at Google. */
export interface Arrived {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
}

export type Script = (request: Arrived) => Response | undefined;

export interface ScriptedGoogle {
  readonly provider: CalendarProvider;
  readonly needs: GoogleNeeds;
  /** Everything but the requests for access tokens. */
  readonly arrived: Arrived[];
  readonly credentials: Map<string, string>;
  readonly logged: { event: string; fields: unknown }[];
  now: number;
}

export const calendar: CalendarRef = {
  accountId: 'account-1',
  calendarId: 'calendar-1',
  remoteId: 'ada@example.com',
  ownerEmail: 'ada@example.com',
};

export const NOW = Date.parse('2026-11-23T12:00:00Z');

/** The provider in front of a Google whose answers a test writes; access tokens are `token-1`, `token-2`, … */
export function scriptedGoogle(script: Script): ScriptedGoogle {
  const arrived: Arrived[] = [];
  const logged: { event: string; fields: unknown }[] = [];
  const credentials = new Map([[calendar.accountId, JSON.stringify({ version: 1, refreshToken: 'refresh-1' })]]);
  let tokens = 0;
  const fetched: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const entry = {
      method: request.method,
      url: new URL(request.url),
      headers: request.headers,
      body: await request.text(),
    };
    const answer = script(entry);
    if (!entry.url.pathname.startsWith('/oauth/')) arrived.push(entry);
    if (answer) return answer;
    if (entry.url.pathname === '/oauth/token') {
      tokens += 1;
      return json({ access_token: `token-${tokens}`, expires_in: 3599, scope: 'x', token_type: 'Bearer' });
    }
    throw new TypeError('fetch failed');
  };
  const log: Log = (event, fields) => logged.push({ event, fields });
  const random: Random = { bytes: (count) => new Uint8Array(count).fill(7) };
  const google = { now: NOW };
  const needs: GoogleNeeds = {
    settings: {
      oauthRoot: 'https://google.test/oauth',
      apiRoot: 'https://google.test/api',
      clientId: 'client',
      clientSecret: () => 'secret',
    },
    credentials: {
      read: async (id) => credentials.get(id),
      write: async (id, credential) => void credentials.set(id, credential),
    },
    clock: { now: () => google.now },
    random,
    fetch: fetched,
    log,
  };
  return Object.assign(google, { provider: createGoogle(needs), needs, arrived, credentials, logged });
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}

/** An error in the shape of the Calendar API. */
export function failure(status: number, reason: string): Response {
  return json({ error: { errors: [{ domain: 'global', reason, message: 'Secret title' }], code: status } }, status);
}

/** A timed event as Google lists it. */
export function item(id: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    kind: 'calendar#event',
    id,
    etag: `"${id}-1"`,
    status: 'confirmed',
    summary: 'Standup',
    updated: '2026-11-20T10:00:00.000Z',
    start: { dateTime: '2026-11-24T09:00:00+01:00', timeZone: 'Europe/Vienna' },
    end: { dateTime: '2026-11-24T09:30:00+01:00', timeZone: 'Europe/Vienna' },
    iCalUID: `${id}@google.com`,
    organizer: { email: 'ada@example.com', self: true },
    ...more,
  };
}

/** A page of a listing. */
export function page(items: readonly unknown[], more: Record<string, unknown>): Response {
  return json({ kind: 'calendar#events', timeZone: 'Europe/Vienna', accessRole: 'owner', items, ...more });
}

/** Runs a generator to its end: what it yielded, flat, and what it returned. */
export async function drained<T, R>(pages: AsyncGenerator<readonly T[], R>): Promise<{ all: T[]; end: R }> {
  const all: T[] = [];
  for (;;) {
    const step = await pages.next();
    if (step.done) return { all, end: step.value };
    all.push(...step.value);
  }
}
