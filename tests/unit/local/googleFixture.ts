import { createHash } from 'node:crypto';
import { z } from 'zod';
import { createFaults } from '../../../local/core/faults.ts';
import { createWorld } from '../../../local/core/world.ts';
import { createGoogle, type GoogleOptions } from '../../../local/google/google.ts';
import type { Random } from '../../../shared/platform/random.ts';

export const origin = 'http://localhost:7073';
export const redirectUri = 'http://localhost:7071/connect/google/callback';
export const client = { id: 'client', secret: 'secret', redirectUris: [redirectUri] };
export const scopes = {
  list: 'https://www.googleapis.com/auth/calendar.calendarlist.readonly',
  events: 'https://www.googleapis.com/auth/calendar.events',
};
const verifier = 'v'.repeat(43);
const challenge = createHash('sha256').update(verifier).digest('base64url');

/** Chance that can be repeated. */
function seeded(seed: number): Random {
  let counter = 0;
  return {
    bytes(count) {
      const parts: Buffer[] = [];
      for (let size = 0; size < count; size += 32) {
        counter += 1;
        parts.push(createHash('sha256').update(`${seed}:${counter}`).digest());
      }
      return Buffer.concat(parts).subarray(0, count);
    },
  };
}

export interface Delivery {
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
}

/** A simulated Google with Anna, her primary calendar, and what it delivers; tasks run when `settle` is called. */
export function start(options: Partial<GoogleOptions> & { answer?: () => Response } = {}) {
  let now = Date.parse('2026-11-23T08:00:00Z');
  const clock = { now: () => now };
  const random = seeded(1);
  const world = createWorld({ clock, random });
  const faults = createFaults({ random });
  world.addPerson({ email: 'anna@example.com', name: 'Anna' });
  const calendar = world.addCalendar({
    owner: 'anna@example.com',
    name: 'Anna',
    color: '#1a57c9',
    zone: 'Europe/Vienna',
    primary: true,
    access: 'owner',
  });
  const deliveries: Delivery[] = [];
  const tasks: { at: number; task: () => Promise<void> }[] = [];
  const google = createGoogle({
    world,
    clock,
    random,
    faults,
    origin,
    clients: [client],
    deliver: async (input, init) => {
      const request = new Request(input, init);
      deliveries.push({ url: request.url, headers: request.headers, body: await request.text() });
      return options.answer?.() ?? new Response(null, { status: 202 });
    },
    schedule: (delayMs, task) => tasks.push({ at: now + delayMs, task }),
    ...options,
  });

  /** Runs what is due, moving the clock to it. */
  async function settle(withinMs = 0): Promise<void> {
    const until = now + withinMs;
    for (;;) {
      tasks.sort((a, b) => a.at - b.at);
      const next = tasks[0];
      if (!next || next.at > until) break;
      tasks.shift();
      now = Math.max(now, next.at);
      await next.task();
    }
    now = until;
  }

  const get = (path: string, headers: Record<string, string> = {}) =>
    google.fetch(new Request(`${origin}${path}`, { headers, redirect: 'manual' }));
  const post = (path: string, body: string | URLSearchParams, headers: Record<string, string> = {}) =>
    google.fetch(new Request(`${origin}${path}`, { method: 'POST', body, headers }));

  return { world, calendar, google, faults, deliveries, settle, get, post, pass: (ms: number) => (now += ms) };
}

export type Started = ReturnType<typeof start>;

export function authorizationPath(changes: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    client_id: client.id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: `openid email ${scopes.list} ${scopes.events}`,
    state: 'st',
    nonce: 'no',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    access_type: 'offline',
    prompt: 'consent',
    ...changes,
  });
  return `/o/oauth2/v2/auth?${query}`;
}

const automatic = { login_hint: 'anna@example.com', sim_auto: '1' };

/** The code of a sign-in without a browser. */
export async function codeOf(started: Started, changes: Record<string, string> = {}): Promise<string> {
  const answer = await started.get(authorizationPath({ ...automatic, ...changes }));
  return new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
}

export function redeem(started: Started, code: string, changes: Record<string, string> = {}): Promise<Response> {
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: client.id,
    client_secret: client.secret,
    code,
    code_verifier: verifier,
    redirect_uri: redirectUri,
    ...changes,
  });
  return started.post('/token', form);
}

const tokenAnswer = z.object({ access_token: z.string(), refresh_token: z.string().optional(), scope: z.string() });

export async function signIn(started: Started, changes: Record<string, string> = {}) {
  return tokenAnswer.parse(await (await redeem(started, await codeOf(started, changes))).json());
}

const anything = z.record(z.string(), z.any());

/** A caller of the Calendar API with Anna's access token; answers status and JSON. */
export async function caller(started: Started) {
  const { access_token } = await signIn(started);
  return async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await started.google.fetch(
      new Request(`${origin}/calendar/v3${path}`, {
        method,
        headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json', ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
    const text = await answer.text();
    return { status: answer.status, json: text.startsWith('{') ? anything.parse(JSON.parse(text)) : {}, text };
  };
}

export const events = '/calendars/anna%40example.com/events';

export const lunch = {
  summary: 'Lunch',
  start: { dateTime: '2026-11-24T12:00:00+01:00', timeZone: 'Europe/Vienna' },
  end: { dateTime: '2026-11-24T13:00:00+01:00', timeZone: 'Europe/Vienna' },
  reminders: { useDefault: false, overrides: [] },
};
