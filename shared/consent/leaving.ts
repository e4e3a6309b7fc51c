import { z } from 'zod';
import type { AnswerCookie, ConsentRequest } from './answer.ts';
import { type ConsentNeeds, isHttps } from './needs.ts';
import { openCookie, sealCookie } from './sealedCookie.ts';

/**
 * Whoever removes themselves is signed out at once, and yet may want to see that nothing is left: their browser keeps the id of the report, sealed, for a
 * day. It opens that report and nothing else.
 */
const purpose = 'leaving';
const lifetimeSeconds = 86_400;

const claims = z.object({ report: z.string().min(1).max(64) });

function cookieName(needs: ConsentNeeds): string {
  return isHttps(needs) ? '__Host-hetk-leaving' : 'hetk-leaving';
}

export async function leavingCookie(needs: ConsentNeeds, report: string): Promise<AnswerCookie> {
  const value = await sealCookie(needs, purpose, { report }, lifetimeSeconds);
  return { name: cookieName(needs), value, maxAge: lifetimeSeconds, secure: isHttps(needs) };
}

/** The id of the report of whoever removed themselves in this browser. */
export async function leavingReport(request: ConsentRequest, needs: ConsentNeeds): Promise<string | undefined> {
  const opened = await openCookie(needs, purpose, request.cookie(cookieName(needs)));
  return claims.safeParse(opened?.claims).data?.report;
}
