import { isProviderError, type ProviderError } from '../providers/errors.ts';
import { connectAccount, ownAccount } from './accounts.ts';
import { type Answer, type ConsentRequest, redirect } from './answer.ts';
import { forPeople } from './guard.ts';
import { limitTries } from './limits.ts';
import type { ConsentNeeds, Grant, Handler, Identity } from './needs.ts';
import type { Problem } from './problem.ts';
import { readSession, sessionCookie } from './session.ts';
import {
  missingScopes,
  notOffered,
  redemptionProblem,
  type ServiceName,
  sessionChanged,
  staleReturn,
} from './signInProblems.ts';
import {
  codeChallenge,
  newSignInState,
  noStateCookie,
  returningState,
  type SignInState,
  stateCookie,
} from './state.ts';

/** One service to sign in with. What it refuses, and how it says so, is its own. */
export interface SignInService extends ServiceName {
  identity(needs: ConsentNeeds): Identity | undefined;
  /** The service sent the person back with an error, or with an answer that is of no use; undefined when all is well. */
  refusedAtReturn(query: URLSearchParams, needs: ConsentNeeds, state: SignInState): Problem | undefined;
  /** The code could not be redeemed, for a reason of this service's own; undefined when the common words will do. */
  refusedAtRedemption(error: ProviderError, needs: ConsentNeeds, state: SignInState): Problem | undefined;
  /** What a missing permission is called on the consent page. */
  scopeName(scope: string): string;
  /** The address that the person gave is of a cloud that this service cannot reach. */
  readonly elsewhere?: () => Problem;
}

/**
 * Sends the person to the service. `?account=<id>` connects an account of theirs again, with what its service asked for meanwhile;
 * `?email=<address>` is whom they mean to sign in as, which the service is told.
 */
export function startOf(service: SignInService): Handler {
  return forPeople(async (request, needs) => {
    await limitTries(request, needs, 'sign-in');
    const session = await readSession(request, needs);
    const accountId = request.query.get('account') ?? undefined;
    const account = accountId === undefined ? undefined : await ownAccount(needs, accountId, session?.userId);
    const state = newSignInState(needs.random, {
      flow: service.provider,
      ...(session && { userId: session.userId }),
      ...(account && { accountId: account.id }),
    });
    if (account) {
      return toService(service, needs, state, {
        loginHint: account.email,
        ...(account.claims !== undefined && { claims: account.claims }),
      });
    }
    const email = emailOf(request.query.get('email'));
    if (email && (await identityOf(service, needs).isElsewhere?.(email)) && service.elsewhere)
      throw service.elsewhere();
    return toService(service, needs, state, email === undefined ? {} : { loginHint: email });
  });
}

/** An address as far as it looks like one. */
function emailOf(text: string | null): string | undefined {
  const email = text?.trim() ?? '';
  return /^[^\s@]{1,64}@[^\s@]{3,254}$/.test(email) ? email : undefined;
}

/** Takes the person back from the service, once. */
export function returnOf(service: SignInService): Handler {
  return async (request, needs) => {
    const state = await returningState(request, needs, service.provider);
    const answer = await forPeople(() => conclude(service, request, needs, state))(request, needs);
    // A return that is not the one under way leaves the one under way alone.
    return { ...answer, cookies: answer.cookies ?? (state ? [noStateCookie(needs)] : []) };
  };
}

async function conclude(
  service: SignInService,
  request: ConsentRequest,
  needs: ConsentNeeds,
  state: SignInState | undefined,
): Promise<Answer> {
  if (!state) throw staleReturn(service);
  const refusal = service.refusedAtReturn(request.query, needs, state);
  if (refusal) throw refusal;
  const code = request.query.get('code');
  if (!code) throw staleReturn(service);
  const session = await readSession(request, needs);
  if (session?.userId !== state.userId) throw sessionChanged(service);

  await limitTries(request, needs, 'return');
  const redemption = {
    code,
    codeVerifier: state.verifier,
    redirectUri: redirectUri(service, needs),
    nonce: state.nonce,
  };
  let grant: Grant;
  try {
    grant = await identityOf(service, needs).redeem(redemption);
  } catch (error) {
    if (!isProviderError(error)) throw error;
    needs.log('sign-in-refused', { provider: service.provider, kind: error.kind, code: error.code });
    if (error.claims && !state.challenged) return answerChallenge(service, needs, state, error.claims);
    throw service.refusedAtRedemption(error, needs, state) ?? redemptionProblem(service, error);
  }
  if (grant.missingScopes?.length) throw missingScopes(service, grant.missingScopes.map(service.scopeName));

  const userId = await connectAccount(needs, service.provider, grant, {
    ...(session && { userId: session.userId }),
    ...(state.accountId && { accountId: state.accountId }),
  });
  return redirect(`${needs.settings.HETK_PUBLIC_URL}/`, [await sessionCookie(needs, userId), noStateCookie(needs)]);
}

/** Conditional access wants more: the same sign-in once more, with what it asked for. */
async function answerChallenge(
  service: SignInService,
  needs: ConsentNeeds,
  { userId, accountId }: SignInState,
  claims: string,
): Promise<Answer> {
  const again = newSignInState(needs.random, {
    flow: service.provider,
    challenged: true,
    ...(userId && { userId }),
    ...(accountId && { accountId }),
  });
  return toService(service, needs, again, { claims });
}

async function toService(
  service: SignInService,
  needs: ConsentNeeds,
  state: SignInState,
  hints: { loginHint?: string; claims?: string } = {},
): Promise<Answer> {
  try {
    const url = await identityOf(service, needs).signInUrl({
      redirectUri: redirectUri(service, needs),
      state: state.state,
      nonce: state.nonce,
      codeChallenge: codeChallenge(state),
      ...hints,
    });
    return redirect(url, [await stateCookie(needs, state)]);
  } catch (error) {
    throw isProviderError(error) ? redemptionProblem(service, error) : error;
  }
}

/** From the configured address, never from what a request says its host is. */
function redirectUri(service: SignInService, needs: ConsentNeeds): string {
  return `${needs.settings.HETK_PUBLIC_URL}/connect/${service.provider}/callback`;
}

function identityOf(service: SignInService, needs: ConsentNeeds): Identity {
  const identity = service.identity(needs);
  if (identity) return identity;
  throw notOffered(service.label);
}
