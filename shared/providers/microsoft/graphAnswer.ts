import type { z } from 'zod';
import { ProviderError } from '../errors.ts';

/** What came back from Graph, before anybody judged it. */
export interface GraphAnswer {
  readonly status: number;
  /** Parsed JSON; undefined where there was none or it was broken. */
  readonly body: unknown;
  /** Error code of the body, or `http-<status>` where it has none. */
  readonly code: string;
  readonly retryAfterMs?: number | undefined;
  /** A claims challenge (JSON) of a 401. */
  readonly claims?: string | undefined;
}

/**
 * The typed result of an answer.
 * @throws ProviderError by status and code; malformed when a good answer is not of the documented shape
 */
export function resultOf<T>(answer: GraphAnswer, schema: z.ZodType<T>): T {
  if (answer.status < 200 || answer.status > 299) throw failureOf(answer);
  const parsed = schema.safeParse(answer.body);
  if (parsed.success) return parsed.data;
  // Where it broke, never what stood there.
  const at = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new ProviderError(
    'malformed',
    `Microsoft Graph answered ${answer.status} with an unexpected shape at "${at}".`,
    {
      status: answer.status,
    },
  );
}

const resyncCodes = new Set(['syncstatenotfound', 'syncstateinvalid', 'resyncrequired', 'fullsyncrequired']);
const throttleCodes = new Set(['toomanyrequests', 'applicationthrottled', 'activitylimitreached', 'errorserverbusy']);

/** The delta token is no longer known: 410, or a 40x with one of several codes (delta-query-overview, "synchronization reset"). */
export function cursorExpired({ status, code }: GraphAnswer): boolean {
  return status === 410 || ([400, 404, 409].includes(status) && resyncCodes.has(code.toLowerCase()));
}

/** The item is not in the mailbox. Other 404s say that the mailbox or the calendar cannot be reached, which proves nothing about an item. */
export function itemNotFound({ status, code }: GraphAnswer): boolean {
  return status === 404 && code.toLowerCase() === 'erroritemnotfound';
}

/** Graph gives every refusal a code. One without is somebody else's: a gateway's or a proxy's page. */
function isUnexplained({ status, code }: GraphAnswer): boolean {
  return [400, 403, 404].includes(status) && code === `http-${status}`;
}

/** What a failed answer means. Its message holds status and code, nothing else of the answer. */
export function failureOf(answer: GraphAnswer): ProviderError {
  const { status, code } = answer;
  const says = `Microsoft Graph answered ${status} (${code})`;
  const options = { code, status };
  const wait = answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs };

  if (status === 429 || throttleCodes.has(code.toLowerCase()) || (status >= 500 && answer.retryAfterMs !== undefined)) {
    return new ProviderError('throttled', `${says}: too many requests.`, { ...options, ...wait });
  }
  if (status >= 500 || status === 408) return new ProviderError('unavailable', `${says}: come back later.`, options);
  if (isUnexplained(answer)) return new ProviderError('malformed', `${says}, without any of Graph's codes.`, options);
  if (cursorExpired(answer)) return new ProviderError('expired-cursor', `${says}: the round starts anew.`, options);
  if (status === 401) {
    return new ProviderError('revoked', `${says}: the account must be connected again.`, {
      ...options,
      ...(answer.claims ? { claims: answer.claims } : {}),
    });
  }
  if (itemNotFound(answer)) return new ProviderError('not-found', `${says}.`, options);
  if (status === 403 || status === 404) {
    return new ProviderError('calendar-gone', `${says}: the calendar or its mailbox is out of reach.`, options);
  }
  if (status === 409 || status === 412) return new ProviderError('conflict', `${says}: it changed meanwhile.`, options);
  if (status === 424) return new ProviderError('unavailable', `${says}: what it depended on failed.`, options);
  if (status >= 400) return new ProviderError('refused', `${says}.`, options);
  return new ProviderError('malformed', `${says}, which is not documented.`, options);
}
