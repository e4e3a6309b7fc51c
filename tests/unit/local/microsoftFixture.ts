import { createHash } from 'node:crypto';
import { z } from 'zod';
import { createFaults } from '../../../local/core/faults.ts';
import { createMicrosoft, localClient, type MicrosoftOptions } from '../../../local/microsoft/microsoft.ts';
import { owner, startWorld } from './coreFixture.ts';

export const origin = 'http://localhost:7072';
export const redirectUri = 'http://localhost:7071/connect/microsoft/callback';
const verifier = 'v'.repeat(43);
const immutable = 'IdType="ImmutableId"';
const event = z.looseObject({
  id: z.string(),
  '@odata.etag': z.string().optional(),
  type: z.string().optional(),
  subject: z.string().optional(),
});
const page = z.looseObject({
  value: z.array(event),
  '@odata.nextLink': z.string().optional(),
  '@odata.deltaLink': z.string().optional(),
});
export const failure = z.looseObject({ error: z.looseObject({ code: z.string(), message: z.string() }) });
const granted = z.looseObject({ access_token: z.string(), refresh_token: z.string(), scope: z.string() });

export interface Delivery {
  readonly url: string;
  readonly body: string;
}

/** A simulated Microsoft with Ada and her calendar; tasks run when `settle` is called. */
export function start(options: Partial<MicrosoftOptions> & { answer?: (url: URL) => Response } = {}) {
  const { clock, random, world, calendar } = startWorld();
  const faults = createFaults({ random });
  const deliveries: Delivery[] = [];
  const tasks: { at: number; task: () => Promise<void> }[] = [];
  const echo = (url: URL) => {
    const token = url.searchParams.get('validationToken');
    return new Response(token, { status: token === null ? 202 : 200, headers: { 'content-type': 'text/plain' } });
  };
  const microsoft = createMicrosoft({
    world,
    clock,
    random,
    faults,
    origin,
    deliver: async (input, init) => {
      const request = new Request(input, init);
      deliveries.push({ url: request.url, body: await request.text() });
      return (options.answer ?? echo)(new URL(request.url));
    },
    schedule: (delayMs, task) => tasks.push({ at: clock.time + delayMs, task }),
    ...options,
  });

  /** Runs what is due, moving the clock to it. */
  async function settle(withinMs = 1_000): Promise<void> {
    const until = clock.time + withinMs;
    for (;;) {
      tasks.sort((a, b) => a.at - b.at);
      const next = tasks[0];
      if (!next || next.at > until) break;
      tasks.shift();
      clock.time = Math.max(clock.time, next.at);
      await next.task();
    }
    clock.time = until;
  }

  const send = (method: string, path: string, init: { body?: unknown; headers?: Record<string, string> } = {}) =>
    microsoft.fetch(
      new Request(path.startsWith('http') ? path : `${origin}${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...init.headers },
        redirect: 'manual',
        ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
      }),
    );
  const token = (form: Record<string, string>) =>
    microsoft.fetch(
      new Request(`${origin}/common/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams(form) }),
    );

  let access: string | undefined;
  async function signedIn(): Promise<string> {
    if (access === undefined) {
      const back = await send('GET', authorizePath({ login_hint: owner.email, sim_auto: '1' }));
      const code = new URL(back.headers.get('location') ?? '').searchParams.get('code') ?? '';
      access = granted.parse(await (await token(codeForm(code))).json()).access_token;
    }
    return access;
  }
  /** A request of Graph as Ada, with immutable ids unless headers say otherwise. */
  async function graph(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const authorization = `Bearer ${await signedIn()}`;
    const full = path.startsWith('http') ? path : `/v1.0${path}`;
    return send(method, full, { headers: { authorization, prefer: immutable, ...headers }, body });
  }

  return { clock, world, calendar, faults, microsoft, deliveries, settle, send, token, graph, signedIn };
}

export type Started = ReturnType<typeof start>;

const scope = 'Calendars.ReadWrite openid profile offline_access';

export function authorizePath(more: Record<string, string> = {}, without: readonly string[] = []): string {
  const query = new URLSearchParams({
    client_id: localClient.id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope,
    state: 'a state',
    nonce: 'a nonce',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  });
  for (const name of without) query.delete(name);
  return `/common/oauth2/v2.0/authorize?${query}`;
}

export function codeForm(code: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    grant_type: 'authorization_code',
    client_id: localClient.id,
    client_secret: localClient.secret,
    redirect_uri: redirectUri,
    code,
    code_verifier: verifier,
    scope,
    ...more,
  };
}

/** The body of a plain hour from nine on a December day, in UTC. */
export function body(subject: string, day = '2026-12-01', more: Record<string, unknown> = {}) {
  return {
    subject,
    start: { dateTime: `${day}T09:00:00`, timeZone: 'UTC' },
    end: { dateTime: `${day}T10:00:00`, timeZone: 'UTC' },
    ...more,
  };
}

/** Follows a round to its delta link. */
export async function round(s: Started, first: string, prefer = immutable) {
  const rows: z.infer<typeof event>[] = [];
  for (let path = first, pages = 1; ; pages += 1) {
    const answer = page.parse(await (await s.graph('GET', path, undefined, { prefer })).json());
    rows.push(...answer.value);
    const deltaLink = answer['@odata.deltaLink'];
    if (deltaLink !== undefined) return { rows, deltaLink, pages };
    path = answer['@odata.nextLink'] ?? '';
  }
}

export async function codeOf(answer: Response): Promise<string> {
  return `${answer.status} ${failure.parse(await answer.json()).error.code}`;
}

/** Where the calendar lies below `/v1.0`. */
export async function calendarPath(s: Started): Promise<string> {
  const { value } = page.parse(await (await s.graph('GET', '/me/calendars')).json());
  return `/me/calendars/${encodeURIComponent(value[0]?.id ?? '')}`;
}

export const window = 'startDateTime=2026-11-01T00:00:00Z&endDateTime=2027-02-01T00:00:00Z';
