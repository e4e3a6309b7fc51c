import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';
import { z } from 'zod';
import { cappedText } from '../cappedText.ts';
import { ProviderError } from '../errors.ts';
import { retryAfterMs } from './retryAfter.ts';

/** The host that MSAL knows by heart; no discovery request is made for it. */
export const publicAuthority = 'https://login.microsoftonline.com';

const timeoutMs = 20_000;
/** Bytes; a good answer has a few thousand. */
const bodyLimit = 1024 * 1024;

/** What the token endpoint said, as far as its failure can be judged by it. */
export interface TokenAnswer {
  readonly status: number;
  readonly error?: string | undefined;
  readonly numbers: readonly number[];
  readonly claims?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

const failureBody = z.object({
  error: z
    .string()
    .regex(/^\w{1,64}$/)
    .optional()
    .catch(undefined),
  error_codes: z.array(z.number()).optional().catch(undefined),
  claims: z.string().max(10_000).optional().catch(undefined),
});

/** MSAL's network over our own fetch, to our own authority. Remembers the last answer, because MSAL's error classes blur what it said. */
export interface TokenEndpoint extends INetworkModule {
  readonly last: () => TokenAnswer | undefined;
}

export function tokenEndpoint(authority: string, fetch: typeof globalThis.fetch, now: () => number): TokenEndpoint {
  let last: TokenAnswer | undefined;

  async function send<T>(
    method: 'GET' | 'POST',
    url: string,
    options?: NetworkRequestOptions,
  ): Promise<NetworkResponse<T>> {
    last = undefined;
    const response = await fetch(url.replace(publicAuthority, authority), {
      method,
      headers: options?.headers ?? {},
      // Our client secret is in the body: it goes nowhere else, whoever says so.
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      ...(options?.body === undefined ? {} : { body: options.body }),
    });
    const body = jsonObject(await cappedText(response, bodyLimit));
    const failure = failureBody.parse(body);
    last = {
      status: response.status,
      error: failure.error,
      numbers: failure.error_codes ?? [],
      claims: failure.claims,
      retryAfterMs: retryAfterMs(response.headers.get('retry-after'), now()),
    };
    // MSAL's interface promises a shape that nobody can know here; MSAL checks what it reads.
    return { status: response.status, headers: Object.fromEntries(response.headers), body: body as T };
  }

  return {
    sendGetRequestAsync: (url, options) => send('GET', url, options),
    sendPostRequestAsync: (url, options) => send('POST', url, options),
    last: () => last,
  };
}

function jsonObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}

/** AADSTS numbers that pass by themselves: the service is busy, a backend is slow, or we ask in a loop. */
const passing = new Set([90006, 90012, 90024, 90033, 50033, 50196]);
/** A secret that is wrong or expired, an application id that does not exist: ours to mend, and no reason to disconnect anybody. */
const ours = new Set([7000215, 7000222, 700016, 70001, 50011, 700027]);
/** The app is disabled in this tenant, or the user is not assigned to it. */
const shutOut = new Set([7000112, 50105]);
/** A tenant of a government or China cloud, which the worldwide service cannot serve. */
const otherCloud = new Set([90038, 90043, 900382, 900432, 90051]);

const grantIsGone = new Set([
  'invalid_grant',
  'interaction_required',
  'consent_required',
  'login_required',
  'access_denied',
]);
const registrationIsWrong = new Set([
  'invalid_client',
  'unauthorized_client',
  'invalid_scope',
  'invalid_request',
  'unsupported_grant_type',
]);

/**
 * What a failed token request means for its account. Judged by `error` and the AADSTS numbers, never by the text
 * (https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes). An answer that is not understood is never a revocation.
 */
export function tokenFailure(answer: TokenAnswer | undefined, cause: unknown): ProviderError {
  if (!answer)
    return new ProviderError('unavailable', "Microsoft's sign-in service does not answer.", {
      code: 'no-answer',
      cause,
    });
  const { status, error, numbers, claims } = answer;
  const number = numbers[0];
  const code = number === undefined ? (error ?? `http-${status}`) : `AADSTS${number}`;
  const options = { code, status, cause };
  const says = `Microsoft's sign-in service answered ${status} ${code}`;
  const any = (set: ReadonlySet<number>) => numbers.some((each) => set.has(each));

  if (status === 429) {
    return new ProviderError('throttled', `${says}: too many requests.`, {
      ...options,
      ...(answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs }),
    });
  }
  if (status >= 500 || any(passing) || error === 'temporarily_unavailable' || error === 'server_error') {
    return new ProviderError('unavailable', `${says}: come back later.`, options);
  }
  if (any(otherCloud)) {
    const message = `${says}: the account belongs to a government or China cloud, which is not supported.`;
    return new ProviderError('refused', message, { ...options, code: 'national-cloud' });
  }
  if (any(ours)) {
    return new ProviderError('misconfigured', `${says}: check the application id and its secret in Entra.`, options);
  }
  if (any(shutOut) || (error !== undefined && grantIsGone.has(error))) {
    return new ProviderError('revoked', `${says}: the account must be connected again.`, {
      ...options,
      ...(claims ? { claims } : {}),
    });
  }
  if (error !== undefined && registrationIsWrong.has(error)) {
    return new ProviderError('misconfigured', `${says}: check Hetk's registration in Entra.`, options);
  }
  if (status >= 200 && status < 300) return new ProviderError('malformed', `${says}, and no usable token.`, options);
  return new ProviderError('unavailable', `${says}, which is not understood.`, options);
}
