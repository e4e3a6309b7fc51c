import { describe, expect, it } from '@jest/globals';
import { createGoogle } from '../../../shared/providers/google/google.ts';
import { createGoogleIdentity } from '../../../shared/providers/google/identity.ts';
import { client, origin, scopes, start } from '../local/googleFixture.ts';
import { consentWorld, newBrowser } from './world.ts';

/** Page and sign-in with the real Google client before a simulated Google. */
async function withGoogle() {
  const started = start();
  const world = await consentWorld();
  world.time.now = Date.parse('2026-11-23T08:00:00Z');
  const outside = {
    settings: { oauthRoot: origin, apiRoot: origin, clientId: client.id, clientSecret: () => client.secret },
    clock: world.needs.clock,
    random: world.needs.random,
    log: world.needs.log,
    credentials: world.stores.credentials,
    fetch: (async (input, init) => started.google.fetch(new Request(input, init))) satisfies typeof fetch,
  };
  const needs = {
    ...world.needs,
    googleIdentity: createGoogleIdentity(outside),
    providers: { google: createGoogle(outside) },
  };
  const browser = newBrowser({ ...world, needs });

  /** What Google answers at the address that our page sends the browser to, with the person's decision. */
  async function decide(form: Record<string, string> | [string, string][]): Promise<string> {
    const away = (await browser.get('/connect/google')).headers.get('location') ?? '';
    const answer = await started.post(away.slice(origin.length), new URLSearchParams(form));
    const back = new URL(answer.headers.get('location') ?? '');
    return back.pathname + back.search;
  }
  return { ...world, browser, decide };
}

const all: [string, string][] = [
  ['decision', 'continue'],
  ['account', 'anna@example.com'],
  ['scope', scopes.list],
  ['scope', scopes.events],
];

describe('connecting Google', () => {
  it('signs the person in and lists their calendars', async () => {
    const { browser, decide } = await withGoogle();
    const answer = await browser.get(await decide(all));
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'http://localhost:7071/']);
    expect((await browser.get('/api/me')).json.accounts[0].email).toBe('anna@example.com');
    expect((await browser.get('/api/calendars')).json).toEqual([
      expect.objectContaining({ name: 'Anna', primary: true, writable: true }),
    ]);
  });

  it('explains an unticked box, and works once it is ticked', async () => {
    const { browser, decide } = await withGoogle();
    const answer = await browser.get(await decide(all.filter(([, value]) => value !== scopes.events)));
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('View and edit events');
    expect((await browser.get('/api/me')).status).toBe(401);
    expect((await browser.get(await decide(all))).status).toBe(302);
  });

  it('takes no for an answer', async () => {
    const { browser, decide } = await withGoogle();
    const answer = await browser.get(await decide({ decision: 'cancel' }));
    expect(answer.text).toContain('You did not agree');
  });

  it('does not take a code for which another browser asked', async () => {
    const one = await withGoogle();
    const back = await one.decide(all);
    const other = newBrowser(one);
    await other.get('/connect/google');
    expect((await other.get(back)).status).toBe(400);
  });
});
