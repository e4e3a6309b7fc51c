import { Hono } from 'hono';
import { html } from 'hono/html';
import { z } from 'zod';
import type { SimPerson } from '../core/core.ts';
import type { Faults } from '../core/faults.ts';
import type { Grants, MicrosoftClient } from './grants.ts';
import type { MicrosoftFault } from './mishaps.ts';
import { isGraphScope, isKnownScope, shortScope } from './scopes.ts';
import { page } from './signInPage.ts';
import { cloudOf, isWorldwide, personalTenant, tenantOf } from './tenants.ts';

export interface SignInNeeds {
  readonly people: () => readonly SimPerson[];
  readonly clients: readonly MicrosoftClient[];
  readonly grants: Grants;
  readonly faults: Faults;
  /** Work tenants whose users cannot approve calendar permissions themselves until an administrator did. */
  readonly adminConsentNeeded: (tenant: string) => boolean;
  readonly approveTenant: (tenant: string) => void;
}

const authorization = z.object({
  client_id: z.string(),
  redirect_uri: z.string(),
  response_type: z.literal('code'),
  response_mode: z.literal('query').default('query'),
  scope: z.string().transform((text) => text.split(/\s+/).filter(Boolean)),
  state: z.string().optional(),
  nonce: z.string().optional(),
  code_challenge: z.string().length(43),
  code_challenge_method: z.literal('S256'),
  login_hint: z.string().optional(),
  claims: z.string().optional(),
  /** The simulator's own: `1` signs `login_hint` in and agrees to everything, for programs without a browser. */
  sim_auto: z.literal('1').optional(),
});

type Authorization = z.infer<typeof authorization> & { readonly authority: string };

/** Faults of the sign-in page, as OAuth error, AADSTS number and text. */
const refusals: readonly (readonly [MicrosoftFault, string, number, string])[] = [
  ['consent-declined', 'access_denied', 65004, 'User declined to consent to access the app.'],
  [
    'consent-required',
    'consent_required',
    65001,
    'The user or administrator has not consented to use the application.',
  ],
  [
    'admin-consent-required',
    'access_denied',
    90094,
    'An administrator must grant consent before you can use this app.',
  ],
  ['admin-consent-requested', 'access_denied', 90095, 'Admin consent is required; a request was sent.'],
  ['not-assigned', 'access_denied', 50105, 'The signed in user is not assigned to a role for the application.'],
  ['other-cloud', 'invalid_request', 90038, 'The tenant belongs to another national cloud.'],
  ['login-required', 'login_required', 50058, 'Session information is not sufficient for single-sign-on.'],
  ['sign-in-unavailable', 'temporarily_unavailable', 90033, 'A transient error has occurred. Please try again.'],
];

/** Entra's sign-in and consent pages. @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow */
export function signIn(needs: SignInNeeds): Hono {
  const { people, clients, grants, faults } = needs;
  const app = new Hono();

  /** The request, or the page that says what is wrong with it: nobody is sent to an address that is not registered. */
  function read(url: string, authority: string): { request: Authorization } | { refusal: Response } {
    const raw = Object.fromEntries(new URL(url).searchParams);
    const refusal = refusalOf(raw);
    if (refusal) return { refusal };
    const parsed = authorization.safeParse(raw);
    if (!parsed.success) {
      const field = parsed.error.issues[0]?.path.join('.') ?? '';
      if (field.startsWith('code_challenge')) {
        return { refusal: back(raw, 'invalid_request', 9002325, 'Proof Key for Code Exchange is required.') };
      }
      return { refusal: back(raw, 'invalid_request', 900144, `The request must contain the parameter: '${field}'.`) };
    }
    const unknown = parsed.data.scope.find((scope) => !isKnownScope(scope));
    if (unknown !== undefined || parsed.data.scope.length === 0) {
      return {
        refusal: back(raw, 'invalid_scope', 70011, `The provided value for 'scope' is not valid: ${unknown ?? ''}`),
      };
    }
    return { request: { ...parsed.data, authority } };
  }

  function refusalOf(raw: Record<string, string>): Response | undefined {
    const client = clients.find(({ id }) => id === raw.client_id);
    if (!client) return errorPage(`AADSTS700016: Application with identifier '${raw.client_id ?? ''}' was not found.`);
    if (!raw.redirect_uri || !isRegistered(client, raw.redirect_uri)) {
      return errorPage(`AADSTS50011: The redirect URI '${raw.redirect_uri ?? ''}' is not registered.`);
    }
    return undefined;
  }

  function agree(request: Authorization, email: string): Response {
    const refusal = refusals.find(([fault]) => faults.hit(fault));
    if (refusal) return back(request, refusal[1], refusal[2], refusal[3]);
    const tenant = tenantOf(email);
    const personal = tenant === personalTenant;
    if (!isWorldwide(cloudOf(email.split('@')[1] ?? ''))) {
      return back(request, 'invalid_request', 90038, 'The tenant belongs to another national cloud.');
    }
    if (request.authority === 'consumers' ? !personal : personal && request.authority === 'organizations') {
      return errorPage('AADSTS50020: User account does not exist in this tenant.');
    }
    if (!personal && request.scope.some(isGraphScope) && needs.adminConsentNeeded(tenant)) {
      return back(request, 'access_denied', 90094, 'An administrator must grant consent before you can use this app.');
    }
    const code = grants.authorize({
      clientId: request.client_id,
      email,
      scopes: request.scope,
      authority: request.authority,
      redirectUri: request.redirect_uri,
      codeChallenge: request.code_challenge,
      nonce: request.nonce,
      claims: request.claims,
    });
    return redirect(request.redirect_uri, {
      code,
      state: request.state,
      session_state: '00000000-0000-0000-0000-000000000000',
    });
  }

  app.get('/:tenant/oauth2/v2.0/authorize', (c) => {
    const parsed = read(c.req.url, c.req.param('tenant'));
    if ('refusal' in parsed) return parsed.refusal;
    const { request } = parsed;
    const hinted = people().find(({ email }) => email === request.login_hint);
    if (request.sim_auto && hinted) return agree(request, hinted.email);
    return c.html(chooser(request, people()));
  });

  app.post('/:tenant/oauth2/v2.0/authorize', async (c) => {
    const parsed = read(c.req.url, c.req.param('tenant'));
    if ('refusal' in parsed) return parsed.refusal;
    const { request } = parsed;
    const form = await c.req.formData();
    if (form.get('decision') !== 'accept') {
      return back(request, 'access_denied', 65004, 'User declined to consent to access the app.');
    }
    const person = people().find(({ email }) => email === form.get('account'));
    return person ? agree(request, person.email) : errorPage('AADSTS50034: The user account does not exist.');
  });

  app.on(['GET', 'POST'], '/:tenant/v2.0/adminconsent', async (c) => {
    const raw = Object.fromEntries(new URL(c.req.url).searchParams);
    const refusal = refusalOf(raw);
    if (refusal) return refusal;
    const { redirect_uri = '', scope = '', state } = raw;
    if (c.req.param('tenant') === 'common') return errorPage('AADSTS900144: The common endpoint is not allowed here.');
    if (scope === '') return errorPage("AADSTS900144: The request must contain the parameter: 'scope'.");
    const form = c.req.method === 'POST' ? await c.req.formData() : undefined;
    const email = form ? form.get('account') : raw.sim_auto === '1' ? raw.login_hint : undefined;
    if (form && form.get('decision') !== 'accept') {
      return redirect(redirect_uri, {
        error: 'consent_required',
        error_description: 'AADSTS65004: User declined to consent to access the app.',
        state,
      });
    }
    const admin = people().find((person) => person.email === email);
    if (!admin) return c.html(adminPage(scope, people()));
    const tenant = tenantOf(admin.email);
    needs.approveTenant(tenant);
    return redirect(redirect_uri, { admin_consent: 'True', tenant, scope, state });
  });

  return app;
}

function isRegistered(client: MicrosoftClient, redirectUri: string): boolean {
  return client.redirectUris.some(
    (registered) =>
      registered === redirectUri || registered === redirectUri.replace(/^(http:\/\/[^/:]+):\d+\//, '$1:*/'),
  );
}

/** An error goes back to the application, with Entra's number in the text. */
function back(
  request: { readonly redirect_uri?: string; readonly state?: string | undefined },
  error: string,
  number: number,
  text: string,
): Response {
  return redirect(request.redirect_uri ?? '', {
    error,
    error_description: `AADSTS${number}: ${text} Trace ID: 00000000-0000-0000-0000-000000000000`,
    error_uri: `https://login.microsoftonline.com/error?code=${number}`,
    state: request.state,
  });
}

function redirect(to: string, answer: Readonly<Record<string, string | undefined>>): Response {
  const url = new URL(to);
  for (const [name, value] of Object.entries(answer)) if (value !== undefined) url.searchParams.set(name, value);
  return new Response(null, { status: 302, headers: { location: url.href } });
}

function errorPage(message: string): Response {
  const body = page('Sorry, but we’re having trouble signing you in.', html`<p>${message}</p>`);
  return new Response(String(body), { status: 400, headers: { 'content-type': 'text/html; charset=utf-8' } });
}

const scopeNames: Readonly<Record<string, string>> = {
  'calendars.readwrite': 'Have full access to your calendars',
  'calendars.read': 'Read your calendars',
  'user.read': 'Sign you in and read your profile',
  offline_access: 'Maintain access to data you have given it access to',
  email: 'View your email address',
  profile: 'View your basic profile',
};

function accounts(people: readonly SimPerson[], hint: string | undefined) {
  return html`<fieldset><legend>Pick an account</legend>${people.map(
    ({ email, name }, index) => html`<label><input type="radio" name="account" value="${email}" required
      ${(hint ? email === hint : index === 0) ? 'checked' : ''}><span>${name} <small>${email}</small></span></label>`,
  )}</fieldset>`;
}

function chooser(request: Authorization, people: readonly SimPerson[]) {
  const asked = request.scope.flatMap((scope) => scopeNames[shortScope(scope)] ?? []);
  return page(
    'Sign in',
    html`<p>to continue to ${new URL(request.redirect_uri).host}</p><form method="post">${accounts(people, request.login_hint)}
    <h2>Permissions requested</h2><ul>${asked.map((name) => html`<li>${name}</li>`)}</ul>
    <p class="row"><button name="decision" value="decline" formnovalidate>Decline</button>
    <button class="main" name="decision" value="accept">Accept</button></p></form>`,
  );
}

function adminPage(scope: string, people: readonly SimPerson[]) {
  const asked = scope.split(/\s+/).flatMap((each) => scopeNames[shortScope(each)] ?? []);
  return page(
    'Permissions requested: review for your organisation',
    html`<form method="post">${accounts(people, undefined)}<ul>${asked.map((name) => html`<li>${name}</li>`)}</ul>
    <p>If you accept, this app will get access for all users in your organisation.</p>
    <p class="row"><button name="decision" value="decline" formnovalidate>Cancel</button>
    <button class="main" name="decision" value="accept">Accept</button></p></form>`,
  );
}
