import { z } from 'zod';
import { ProviderError, type ProviderErrorKind } from '../errors.ts';

/** What came back, before anybody believed it. */
export interface Answer {
  readonly status: number;
  /** The header as it is; undefined where there was none (Google documents none). */
  readonly retryAfter: string | undefined;
  readonly text: string;
}

/** What a request was about: the same status means different things for each. */
export type Subject =
  /** The account as a whole: its list of calendars, a batch's envelope. */
  | 'account'
  /** A listing of events from nothing. */
  | 'listing'
  /** A listing of changes from a sync token. */
  | 'changes'
  /** The instances of one series. */
  | 'series'
  | 'event'
  | 'insertion'
  | 'channel';

/**
 * The typed result of an answer.
 * @param now epoch ms, for a Retry-After that is a date
 * @throws ProviderError by status and reason
 */
export function resultOf<T>(answer: Answer, schema: z.ZodType<T>, subject: Subject, now: number): T {
  if (answer.status !== 200) throw failureOf(answer, subject, now);
  const read = schema.safeParse(jsonOf(answer.text));
  if (read.success) return read.data;
  throw new ProviderError('malformed', `Google answered 200 with a body that is not a ${subject}.`, { status: 200 });
}

const errorBody = z.object({
  error: z.object({
    errors: z.array(z.object({ reason: z.string().optional() })).optional(),
    details: z.array(z.object({ reason: z.string().optional() })).optional(),
  }),
});

/** The reasons in an error's body, of both styles that Google uses. */
export function reasonsOf(answer: Answer): string[] {
  const error = errorBody.safeParse(jsonOf(answer.text)).data?.error;
  return [...(error?.errors ?? []), ...(error?.details ?? [])].flatMap(({ reason }) =>
    reason && /^[\w.-]{1,80}$/.test(reason) ? [reason] : [],
  );
}

/** The error that an answer other than a success is. */
export function failureOf(answer: Answer, subject: Subject, now: number): ProviderError {
  const reasons = reasonsOf(answer);
  const code = reasons[0] ?? `http-${answer.status}`;
  const retryAfterMs = waitOf(answer.retryAfter, now);
  const kind = isUnexplained(answer) ? 'malformed' : kindOf(answer.status, new Set(reasons.map(plain)), subject);
  return new ProviderError(kind, `Google answered ${answer.status} ${code} (${subject}).`, {
    code,
    status: answer.status,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** Google's refusals are JSON. What is not is somebody else's: a gateway's or a proxy's page. */
export function isUnexplained({ status, text }: Answer): boolean {
  return [400, 403, 404].includes(status) && !errorBody.safeParse(jsonOf(text)).success;
}

/** Reasons come as `rateLimitExceeded` and as `RATE_LIMIT_EXCEEDED`. */
function plain(reason: string): string {
  return reason.replaceAll('_', '').toLowerCase();
}

/**
 * Kinds by reason, whatever was asked. A 403 is most often about rates: only these reasons are about the grant.
 * https://developers.google.com/workspace/calendar/api/guides/errors
 */
const byReason: Readonly<Record<string, ProviderErrorKind>> = {
  ratelimitexceeded: 'throttled',
  userratelimitexceeded: 'throttled',
  quotaexceeded: 'throttled',
  dailylimitexceeded: 'throttled',
  insufficientpermissions: 'revoked',
  accesstokenscopeinsufficient: 'revoked',
  autherror: 'revoked',
  invalidcredentials: 'revoked',
  loginrequired: 'revoked',
  accessnotconfigured: 'misconfigured',
  servicedisabled: 'misconfigured',
  pushnotsupportedforrequestedresource: 'push-unsupported',
  'push.webhookurlnothttps': 'misconfigured',
  'push.webhookurlunauthorized': 'misconfigured',
  requiredaccesslevel: 'calendar-gone',
  channelidnotunique: 'conflict',
};

const bySubject: Readonly<Record<Subject, Readonly<Record<number, ProviderErrorKind>>>> = {
  account: {},
  listing: { 403: 'calendar-gone', 404: 'calendar-gone', 410: 'expired-cursor' },
  changes: { 400: 'expired-cursor', 403: 'calendar-gone', 404: 'calendar-gone', 410: 'expired-cursor' },
  series: { 403: 'calendar-gone', 404: 'not-found', 410: 'not-found' },
  // 409 is two writes of one batch in each other's way.
  event: {
    400: 'refused',
    403: 'refused',
    404: 'not-found',
    409: 'unavailable',
    410: 'not-found',
    412: 'conflict',
    413: 'refused',
  },
  // Now and then Google says 412 where no condition was set.
  insertion: {
    400: 'refused',
    403: 'refused',
    404: 'calendar-gone',
    409: 'unavailable',
    412: 'unavailable',
    413: 'refused',
  },
  channel: { 400: 'refused', 403: 'refused', 404: 'calendar-gone' },
};

function kindOf(status: number, reasons: ReadonlySet<string>, subject: Subject): ProviderErrorKind {
  if (status >= 500 || status === 408) return 'unavailable';
  if (status === 429) return 'throttled';
  // Only after a fresh token was refused as well.
  if (status === 401) return 'revoked';
  for (const reason of reasons) {
    const kind = byReason[reason];
    if (kind) return kind;
  }
  return bySubject[subject][status] ?? 'malformed';
}

function waitOf(retryAfter: string | undefined, now: number): number | undefined {
  if (!retryAfter) return undefined;
  if (/^\d{1,6}$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const at = Date.parse(retryAfter);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
