import { Hono } from 'hono';
import { html } from 'hono/html';
import { z } from 'zod';
import type { SimPerson } from '../core/core.ts';
import { calendarScope, eventsScope, type GoogleClient, type Grants, listScope, signInScopes } from './grants.ts';

interface SignInNeeds {
  readonly people: () => readonly SimPerson[];
  readonly clients: readonly GoogleClient[];
  readonly grants: Grants;
}

const words = z
  .string()
  .default('')
  .transform((text) => text.split(/\s+/).filter(Boolean));

/** The parameters of Google's authorization address. @see https://developers.google.com/identity/protocols/oauth2/web-server */
const authorization = z.object({
  client_id: z.string(),
  redirect_uri: z.string(),
  response_type: z.literal('code'),
  scope: words,
  state: z.string().optional(),
  nonce: z.string().optional(),
  code_challenge: z.string().length(43).optional(),
  code_challenge_method: z.literal('S256').optional(),
  access_type: z.enum(['online', 'offline']).default('online'),
  prompt: words,
  login_hint: z.string().optional(),
  include_granted_scopes: z.enum(['true', 'false']).default('false'),
  /** The simulator's own: `1` signs `login_hint` in and agrees to everything, for programs without a browser. */
  sim_auto: z.literal('1').optional(),
});

type Authorization = z.infer<typeof authorization>;

const scopeNames: Readonly<Record<string, string>> = {
  [listScope]: 'See the list of Google calendars you’re subscribed to',
  [eventsScope]: 'View and edit events on all your calendars',
  [calendarScope]: 'See, edit, share, and permanently delete all the calendars you can access using Google Calendar',
};

/**
 * Google's sign-in: an account chooser and, as more than one calendar scope is asked for, a box for each that a person may untick.
 * @see https://developers.google.com/identity/protocols/oauth2/resources/granular-permissions
 */
export function signIn({ people, clients, grants }: SignInNeeds): Hono {
  const app = new Hono();

  /** The request, or the page that says what is wrong with it: Google does not redirect to an address that it does not trust. */
  function read(url: string): { request: Authorization } | { refusal: Response } {
    const raw = Object.fromEntries(new URL(url).searchParams);
    const client = clients.find(({ id }) => id === raw.client_id);
    if (!client) return { refusal: refused(401, 'invalid_client', 'The OAuth client was not found.') };
    if (!raw.redirect_uri || !isRegistered(client, raw.redirect_uri)) {
      return {
        refusal: refused(400, 'redirect_uri_mismatch', `redirect_uri=${raw.redirect_uri ?? ''} is not registered.`),
      };
    }
    const parsed = authorization.safeParse(raw);
    if (!parsed.success) {
      const field = parsed.error.issues[0]?.path.join('.') ?? '';
      return { refusal: refused(400, 'invalid_request', `Invalid parameter value for ${field}.`) };
    }
    const unknown = parsed.data.scope.filter((scope) => !signInScopes.includes(scope) && !scopeNames[scope]);
    if (unknown.length > 0 || parsed.data.scope.length === 0) {
      return { refusal: refused(400, 'invalid_scope', `Some requested scopes were invalid: ${unknown.join(', ')}`) };
    }
    return { request: parsed.data };
  }

  function agree(request: Authorization, email: string, chosen: readonly string[]): Response {
    const fresh = request.scope.filter((scope) => signInScopes.includes(scope) || chosen.includes(scope));
    const before = request.include_granted_scopes === 'true' ? grants.scopesOf(request.client_id, email) : [];
    const scopes = [...new Set([...before, ...fresh])];
    const code = grants.authorize({
      clientId: request.client_id,
      email,
      scopes,
      redirectUri: request.redirect_uri,
      offline: request.access_type === 'offline',
      prompted: request.prompt.includes('consent'),
      nonce: request.nonce,
      codeChallenge: request.code_challenge,
    });
    return back(request, { code, scope: scopes.join(' '), authuser: '0', prompt: 'consent' });
  }

  app.get('/o/oauth2/v2/auth', (c) => {
    const parsed = read(c.req.url);
    if ('refusal' in parsed) return parsed.refusal;
    const { request } = parsed;
    if (request.sim_auto && people().some(({ email }) => email === request.login_hint)) {
      return agree(request, request.login_hint ?? '', request.scope);
    }
    return c.html(chooser(request, people()));
  });

  app.post('/o/oauth2/v2/auth', async (c) => {
    const parsed = read(c.req.url);
    if ('refusal' in parsed) return parsed.refusal;
    const { request } = parsed;
    const form = await c.req.formData();
    if (form.get('decision') !== 'continue') return back(request, { error: 'access_denied' });
    const email = String(form.get('account') ?? '');
    if (!people().some((person) => person.email === email)) {
      return refused(400, 'invalid_request', 'Couldn’t find that Google Account.');
    }
    return agree(request, email, form.getAll('scope').map(String));
  });

  return app;
}

function isRegistered(client: GoogleClient, redirectUri: string): boolean {
  const anyPort = redirectUri.replace(/^(http:\/\/(?:localhost|127\.0\.0\.1)):\d+\//, '$1:*/');
  return client.redirectUris.includes(redirectUri) || client.redirectUris.includes(anyPort);
}

function back(request: Authorization, answer: Record<string, string>): Response {
  const url = new URL(request.redirect_uri);
  if (request.state !== undefined) url.searchParams.set('state', request.state);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  return new Response(null, { status: 302, headers: { location: url.href } });
}

function refused(status: number, code: string, message: string): Response {
  const page = html`<!doctype html><html lang="en"><title>Error ${status}: ${code}</title>${style}
    <main><h1>Access blocked: Authorization Error</h1><p>${message}</p><p>Error ${status}: ${code}</p></main></html>`;
  return new Response(String(page), { status, headers: { 'content-type': 'text/html; charset=utf-8' } });
}

function chooser(request: Authorization, people: readonly SimPerson[]) {
  const asked = request.scope.filter((scope) => scopeNames[scope]);
  const accounts = people.map(
    ({ email, name }, index) => html`<label><input type="radio" name="account" value="${email}"
      ${(request.login_hint ? email === request.login_hint : index === 0) ? 'checked' : ''} required>
      <span>${name} <small>${email}</small></span></label>`,
  );
  const boxes = asked.map(
    (scope) => html`<label><input type="checkbox" name="scope" value="${scope}" checked>
      <span>${scopeNames[scope]}</span></label>`,
  );
  return html`<!doctype html><html lang="en"><head><link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">
    <title>Sign in – simulated Google</title>${style}</head><body><main>
    <h1>Choose an account</h1><p>to continue to ${new URL(request.redirect_uri).host}</p>
    <form method="post">
      <fieldset><legend>Account</legend>${accounts}</fieldset>
      <fieldset><legend>What it may do</legend>${boxes}</fieldset>
      <p class="row"><button name="decision" value="cancel" formnovalidate>Cancel</button>
      <button class="main" name="decision" value="continue">Continue</button></p>
    </form><p><small>A simulated Google: no password is asked for.</small></p></main></body></html>`;
}

const style = html`<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { display: grid; place-items: center; min-height: 90vh; }
  main { width: min(30rem, 90vw); border: 1px solid #8884; border-radius: 1rem; padding: 2rem; }
  h1 { font-size: 1.4rem; margin: 0; }
  fieldset { border: 1px solid #8884; border-radius: .5rem; margin: 1rem 0; }
  label { display: flex; gap: .75rem; padding: .4rem 0; align-items: baseline; }
  small { opacity: .7; }
  .row { display: flex; justify-content: flex-end; gap: 1rem; }
  button { font: inherit; padding: .5rem 1.25rem; border-radius: 2rem; border: 1px solid #8886; cursor: pointer; }
  .main { background: #1a57c9; color: #fff; border-color: #1a57c9; }
</style>`;
