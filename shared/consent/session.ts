import { z } from 'zod';
import type { AnswerCookie, ConsentRequest } from './answer.ts';
import { type ConsentNeeds, isHttps } from './needs.ts';
import { openCookie, sealCookie } from './sealedCookie.ts';

const purpose = 'session';
const lifetimeSeconds = 30 * 86_400;
/** Older cookies are made anew when the page is opened, so that whoever comes back stays signed in. */
const freshMs = 86_400_000;

const claims = z.object({ user: z.string().min(1).max(64) });

export interface Session {
  readonly userId: string;
  /** True when the cookie should be made anew. */
  readonly ageing: boolean;
}

/** `__Host-` binds the cookie to this very host, but browsers take it over https only. */
function cookieName(needs: ConsentNeeds): string {
  return isHttps(needs) ? '__Host-hetk' : 'hetk';
}

/** Who is signed in, or undefined. A user who was removed meanwhile is signed out everywhere. */
export async function readSession(request: ConsentRequest, needs: ConsentNeeds): Promise<Session | undefined> {
  const opened = await openCookie(needs, purpose, request.cookie(cookieName(needs)));
  const parsed = claims.safeParse(opened?.claims);
  if (!opened || !parsed.success) return undefined;
  const userId = parsed.data.user;
  if (!(await needs.stores.users.exists(userId))) return undefined;
  return { userId, ageing: !opened.newestKey || needs.clock.now() - opened.sealedAt > freshMs };
}

export async function sessionCookie(needs: ConsentNeeds, userId: string): Promise<AnswerCookie> {
  const value = await sealCookie(needs, purpose, { user: userId }, lifetimeSeconds);
  return { name: cookieName(needs), value, maxAge: lifetimeSeconds, secure: isHttps(needs) };
}

export function noSessionCookie(needs: ConsentNeeds): AnswerCookie {
  return { name: cookieName(needs), value: '', maxAge: 0, secure: isHttps(needs) };
}
