import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLog } from '../../../shared/platform/log.ts';
import { systemRandom } from '../../../shared/platform/random.ts';
import { createGoogle } from '../../../shared/providers/google/google.ts';
import { createMicrosoft } from '../../../shared/providers/microsoft/microsoft.ts';
import type { CalendarProvider } from '../../../shared/providers/provider.ts';
import { calendar, storedCredential, tokenReply } from './microsoft/recordedGraph.ts';

/** Two real servers, because it is the real `fetch` that follows a redirect: one sends everything on, the other is where nothing may arrive. */
interface Service {
  readonly origin: string;
  readonly arrived: string[];
  close(): Promise<void>;
}

async function serve(
  answer: (path: string) => { status: number; body?: unknown; location?: string },
): Promise<Service> {
  const arrived: string[] = [];
  const server = createServer((request, response) => {
    arrived.push(`${request.method} ${request.url}`);
    request.resume().on('end', () => {
      const { status, body, location } = answer(request.url ?? '');
      response.writeHead(status, { 'content-type': 'application/json', ...(location && { location }) });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    origin: `http://127.0.0.1:${port}`,
    arrived,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

let elsewhere: Service;
let service: Service;
/** Paths that are answered as they should be; all others are sent on. */
let honest: RegExp;

beforeEach(async () => {
  honest = /never/;
  elsewhere = await serve(() => ({ status: 200, body: {} }));
  service = await serve((path) =>
    honest.test(path)
      ? { status: 200, body: tokenReply(1).body }
      : { status: 307, location: `${elsewhere.origin}${path}` },
  );
});
afterEach(() => Promise.all([elsewhere.close(), service.close()]));

const clock = { now: () => Date.now() };
const microsoft = (): CalendarProvider =>
  createMicrosoft({
    settings: {
      authority: service.origin,
      graphRoot: service.origin,
      clientId: 'client',
      clientSecret: () => 'secret',
    },
    credentials: { read: async () => storedCredential('refresh-0'), write: async () => {} },
    clock,
    fetch,
    log: silentLog,
  });
const google = (): CalendarProvider =>
  createGoogle({
    settings: {
      oauthRoot: service.origin,
      apiRoot: service.origin,
      clientId: 'client',
      clientSecret: () => 'secret',
    },
    credentials: { read: async () => JSON.stringify({ version: 1, refreshToken: 'refresh-0' }), write: async () => {} },
    clock,
    random: systemRandom,
    fetch,
    log: silentLog,
  });

describe.each([
  ['Microsoft', microsoft],
  ['Google', google],
])('a redirect by %s', (_name, provider) => {
  it('does not carry the client secret elsewhere', async () => {
    await expect(provider().listCalendars('account', '')).rejects.toMatchObject({ kind: 'unavailable' });
    expect(service.arrived).toHaveLength(1);
    expect(elsewhere.arrived).toEqual([]);
  });

  it('does not carry what people wrote elsewhere', async () => {
    honest = /\/token(\?|$)/;
    const start = Date.parse('2026-12-01T09:00:00Z');
    const operation = {
      kind: 'create',
      identity: 'hetk1:route:origin:0',
      content: {
        title: 'Dentist',
        description: '',
        location: '',
        span: { kind: 'timed', start, end: start + 3_600_000, zone: 'UTC' },
        showAs: 'busy',
        sensitivity: 'normal',
      },
      marker: { routeId: 'route', origin: 'origin', generation: 0 },
    } as const;
    await expect(provider().write(calendar, [operation])).rejects.toMatchObject({ kind: 'unavailable' });
    expect(service.arrived.at(-1)).toContain('/events');
    expect(elsewhere.arrived).toEqual([]);
  });
});
