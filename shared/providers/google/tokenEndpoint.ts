import { z } from 'zod';
import { cappedText } from '../cappedText.ts';
import { ProviderError, type ProviderErrorKind } from '../errors.ts';
import { endpointsOf, type SignInNeeds } from './settings.ts';

const tokens = z.object({
  access_token: z.string().min(1),
  /** Seconds. */
  expires_in: z.number().positive(),
  refresh_token: z.string().min(1).optional(),
  scope: z.string().optional(),
  id_token: z.string().optional(),
});

type Tokens = z.infer<typeof tokens>;

const failure = z.object({ error: z.string(), error_subtype: z.string().optional() });

/** Bytes; a good answer has a few thousand. */
const bodyLimit = 1024 * 1024;

/** The grant, or the code, is of no use any more. */
const spent = ['invalid_grant', 'access_denied', 'admin_policy_enforced'];
/** Our registration is wrong, not the user's grant. */
const ours = [
  'invalid_client',
  'deleted_client',
  'disabled_client',
  'unauthorized_client',
  'redirect_uri_mismatch',
  'org_internal',
  'invalid_scope',
  'unsupported_grant_type',
];

/**
 * Redeems a code or refreshes a grant.
 *
 * The client library's own `getToken` is not used: it reads the system's clock and keeps tokens in an object per user.
 * @throws revoked, misconfigured, throttled, unavailable, malformed
 */
export async function requestTokens(needs: SignInNeeds, grant: Readonly<Record<string, string>>): Promise<Tokens> {
  const { settings } = needs;
  const secret = settings.clientSecret();
  if (!secret)
    throw new ProviderError('misconfigured', 'The client secret of the Google registration is missing.', {
      code: 'no-client-secret',
    });
  const form = new URLSearchParams({ ...grant, client_id: settings.clientId, client_secret: secret });
  const { status, body } = await postForm(needs, endpointsOf(settings).token, form);
  if (status === 200) {
    const read = tokens.safeParse(body);
    if (read.success) return read.data;
    throw new ProviderError('malformed', "Google's token endpoint answered 200 without tokens.", { status });
  }
  throw tokenFailure(status, body);
}

/**
 * Takes a grant back. One that is already gone is fine: Google then answers 400.
 * @throws throttled, unavailable
 */
export async function revokeToken(needs: SignInNeeds, token: string): Promise<void> {
  const { status, body } = await postForm(needs, endpointsOf(needs.settings).revoke, new URLSearchParams({ token }));
  if (status !== 200 && status !== 400) throw tokenFailure(status, body);
}

async function postForm(
  needs: SignInNeeds,
  url: string,
  form: URLSearchParams,
): Promise<{ status: number; body: unknown }> {
  try {
    const response = await needs.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: form.toString(),
      // Our client secret is in the body: it goes nowhere else, whoever says so.
      redirect: 'error',
    });
    return { status: response.status, body: jsonOf(await cappedText(response, bodyLimit)) };
  } catch (cause) {
    if (cause instanceof ProviderError) throw cause;
    throw new ProviderError('unavailable', "Google's sign-in service could not be reached.", {
      code: 'network',
      cause,
    });
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function tokenFailure(status: number, body: unknown): ProviderError {
  const read = failure.safeParse(body).data;
  const code = read && /^\w{1,64}$/.test(read.error) ? read.error : `http-${status}`;
  return new ProviderError(tokenFailureKind(status, code), `Google's sign-in service answered ${status} ${code}.`, {
    code,
    status,
  });
}

/** Only a stated reason takes a grant away: an ill service must not disconnect anybody. */
function tokenFailureKind(status: number, code: string): ProviderErrorKind {
  if (status >= 500 || status === 408 || code === 'internal_failure' || code === 'temporarily_unavailable')
    return 'unavailable';
  if (status === 429 || code === 'rate_limit_exceeded') return 'throttled';
  if (spent.includes(code)) return 'revoked';
  if (ours.includes(code)) return 'misconfigured';
  return 'malformed';
}
