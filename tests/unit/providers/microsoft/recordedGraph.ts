import { createMicrosoft } from '../../../../shared/providers/microsoft/microsoft.ts';
import type { CalendarProvider, CalendarRef } from '../../../../shared/providers/provider.ts';

/** Graph and Entra as recorded answers: each request is kept, and answered by the first rule that wants it. */

export interface Seen {
  readonly method: string;
  /** Path and query below `/v1.0`, decoded. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string goes out as it is, anything else as JSON. */
  readonly body?: unknown;
}

export type Answerer = (request: Seen, index: number) => Reply | undefined;

export const root = 'https://graph.example';
export const authority = 'https://login.example';

export const calendar: CalendarRef = {
  accountId: 'account',
  calendarId: 'calendar',
  remoteId: 'AAMk=cal',
  ownerEmail: 'anna@contoso.example',
};

export interface Recorded {
  readonly provider: CalendarProvider;
  readonly seen: Seen[];
  readonly tokenRequests: URLSearchParams[];
  readonly credentials: Map<string, string>;
  readonly clock: { time: number; now(): number };
  readonly fetch: typeof fetch;
}

/** @param tokens answers of the token endpoint in their order; the last one repeats. Without any, each refresh succeeds. */
export function recorded(answer: Answerer, tokens: readonly Reply[] = []): Recorded {
  const seen: Seen[] = [];
  const tokenRequests: URLSearchParams[] = [];
  const credentials = new Map([['account', storedCredential('refresh-0')]]);
  const clock = { time: Date.parse('2026-11-23T10:00:00Z'), now: () => clock.time };
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(String(input));
    const text = typeof init?.body === 'string' ? init.body : '';
    if (url.origin === authority) {
      tokenRequests.push(new URLSearchParams(text));
      const number = tokenRequests.length;
      return respond(tokens[Math.min(number, tokens.length) - 1] ?? tokenReply(number));
    }
    if (url.origin !== root) throw new TypeError(`A request left for ${url.origin}.`);
    const path = decodeURIComponent(`${url.pathname}${url.search}`).replace('/v1.0', '');
    const request = {
      method: init?.method ?? 'GET',
      path,
      headers: new Headers(init?.headers),
      body: text ? JSON.parse(text) : undefined,
    };
    seen.push(request);
    return respond(answer(request, seen.length - 1) ?? { status: 500, body: 'no answer recorded' });
  };
  const provider = createMicrosoft({
    settings: { authority, graphRoot: root, clientId: 'client', clientSecret: () => 'secret' },
    credentials: {
      read: async (id) => credentials.get(id),
      write: async (id, credential) => void credentials.set(id, credential),
    },
    clock,
    fetch,
    log: () => {},
  });
  return { provider, seen, tokenRequests, credentials, clock, fetch };
}

function respond({ status = 200, headers = {}, body }: Reply): Response {
  const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
  return new Response(text, { status, headers: { 'content-type': 'application/json', ...headers } });
}

const clientInfo = Buffer.from(JSON.stringify({ uid: 'oid', utid: 'tid' })).toString('base64url');

export function idToken(nonce?: string, more: object = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: 'https://login.microsoftonline.com/tid/v2.0',
    oid: 'oid',
    tid: 'tid',
    sub: 'sub',
    preferred_username: 'anna@contoso.example',
    email: 'anna@contoso.example',
    ...(nonce ? { nonce } : {}),
    ...more,
  };
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.signature`;
}

/** A good answer of the token endpoint, with a refresh token that was not there before. */
export function tokenReply(number: number, more: object = {}): Reply {
  return {
    body: {
      token_type: 'Bearer',
      scope: 'Calendars.ReadWrite openid profile email',
      expires_in: 3600,
      ext_expires_in: 3600,
      access_token: `access-${number}`,
      refresh_token: `refresh-${number}`,
      id_token: idToken(),
      client_info: clientInfo,
      ...more,
    },
  };
}

/** MSAL's cache as it is stored after a sign-in. */
export function storedCredential(refreshToken: string): string {
  const environment = 'login.windows.net';
  return JSON.stringify({
    Account: {
      [`oid.tid-${environment}-tid`]: {
        home_account_id: 'oid.tid',
        environment,
        realm: 'tid',
        local_account_id: 'oid',
        username: 'anna@contoso.example',
        authority_type: 'MSSTS',
        client_info: clientInfo,
      },
    },
    IdToken: {},
    AccessToken: {},
    RefreshToken: {
      [`oid.tid-${environment}-refreshtoken-client---`]: {
        client_id: 'client',
        credential_type: 'RefreshToken',
        environment,
        home_account_id: 'oid.tid',
        secret: refreshToken,
      },
    },
    AppMetadata: {},
  });
}

/** A complete single event as Graph gives it. */
export function graphEvent(id: string, more: object = {}): Record<string, unknown> {
  return {
    '@odata.type': '#microsoft.graph.event',
    '@odata.etag': `W/"${id}-1"`,
    id,
    type: 'singleInstance',
    seriesMasterId: null,
    subject: 'Dentist',
    isAllDay: false,
    isCancelled: false,
    isOrganizer: true,
    isReminderOn: false,
    showAs: 'busy',
    sensitivity: 'normal',
    transactionId: null,
    iCalUId: `uid-${id}`,
    lastModifiedDateTime: '2026-11-20T10:00:00.1234567Z',
    originalStartTimeZone: 'W. Europe Standard Time',
    originalEndTimeZone: 'W. Europe Standard Time',
    start: { dateTime: '2026-12-01T09:00:00.0000000', timeZone: 'UTC' },
    end: { dateTime: '2026-12-01T10:00:00.0000000', timeZone: 'UTC' },
    body: { contentType: 'html', content: '<html><head></head><body><p>Bring the card</p></body></html>' },
    location: { displayName: 'High Street 1' },
    organizer: { emailAddress: { name: 'Anna', address: 'anna@contoso.example' } },
    attendees: [],
    responseStatus: { response: 'organizer', time: '0001-01-01T00:00:00Z' },
    ...more,
  };
}

export function failure(status: number, code: string, headers: Record<string, string> = {}): Reply {
  return { status, headers, body: { error: { code, message: 'Something about Dentist.' } } };
}

/** Everything that a generator yields, flat, and what it returned. */
export async function drained<T, R>(generator: AsyncGenerator<readonly T[], R>): Promise<{ items: T[]; end: R }> {
  const items: T[] = [];
  for (;;) {
    const step = await generator.next();
    if (step.done) return { items, end: step.value };
    items.push(...step.value);
  }
}
