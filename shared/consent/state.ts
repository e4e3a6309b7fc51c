import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Random } from '../platform/random.ts';
import type { AnswerCookie, ConsentRequest } from './answer.ts';
import { type ConsentNeeds, isHttps } from './needs.ts';
import { openCookie, sealCookie } from './sealedCookie.ts';

const purpose = 'sign-in';
const lifetimeSeconds = 600;

const signInState = z.object({
  flow: z.enum(['microsoft', 'google', 'microsoft-admin']),
  /** Comes back through the provider and must be the same. */
  state: z.string(),
  /** Comes back inside the id token. */
  nonce: z.string(),
  /** The PKCE verifier (RFC 7636): proves that who redeems the code is who asked for it. */
  verifier: z.string(),
  /** Who was signed in when it began. */
  userId: z.string().optional(),
  /** The account that is being connected again. */
  accountId: z.string().optional(),
  /** A conditional-access challenge is being answered: a second one in a row is not followed. */
  challenged: z.boolean().optional(),
  /** Admin consent was begun by the person who wants to connect: go on with their own sign-in afterwards. */
  resume: z.boolean().optional(),
});

/** A sign-in under way, kept in a sealed cookie of the browser that began it, for ten minutes. */
export type SignInState = z.infer<typeof signInState>;

export type NewSignInState = Omit<SignInState, 'state' | 'nonce' | 'verifier'>;

function cookieName(needs: ConsentNeeds): string {
  return isHttps(needs) ? '__Host-hetk-sign-in' : 'hetk-sign-in';
}

export function newSignInState(random: Random, purposeOf: NewSignInState): SignInState {
  const secret = () => Buffer.from(random.bytes(32)).toString('base64url');
  return { ...purposeOf, state: secret(), nonce: secret(), verifier: secret() };
}

/** S256 of RFC 7636. */
export function codeChallenge(state: SignInState): string {
  return createHash('sha256').update(state.verifier).digest('base64url');
}

export async function stateCookie(needs: ConsentNeeds, state: SignInState): Promise<AnswerCookie> {
  const value = await sealCookie(needs, purpose, state, lifetimeSeconds);
  return { name: cookieName(needs), value, maxAge: lifetimeSeconds, secure: isHttps(needs) };
}

/** A sign-in is good for one return, whatever its outcome. */
export function noStateCookie(needs: ConsentNeeds): AnswerCookie {
  return { name: cookieName(needs), value: '', maxAge: 0, secure: isHttps(needs) };
}

/** The sign-in that this return belongs to, or undefined: begun in another browser, too long ago, finished already, or forged. */
export async function returningState(
  request: ConsentRequest,
  needs: ConsentNeeds,
  flow: SignInState['flow'],
): Promise<SignInState | undefined> {
  const opened = await openCookie(needs, purpose, request.cookie(cookieName(needs)));
  const parsed = signInState.safeParse(opened?.claims);
  if (!parsed.success || parsed.data.flow !== flow) return undefined;
  return same(parsed.data.state, request.query.get('state') ?? '') ? parsed.data : undefined;
}

function same(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
