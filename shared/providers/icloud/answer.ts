import { ProviderError, type ProviderErrorKind } from '../errors.ts';
import { conditionsIn, type Multistatus } from './multistatus.ts';

/** What came back, before anybody believed it. */
export interface DavAnswer {
  readonly status: number;
  readonly etag: string | undefined;
  /** Empty where there is a `multistatus`. */
  readonly text: string;
  /** Of a 207 to a PROPFIND or REPORT, read while it came. */
  readonly multistatus?: Multistatus | undefined;
  /** Ms, set where the service throttles: see `pace.ts`. */
  readonly waitMs: number | undefined;
}

/** What a request was about: the same status means different things for each. */
export type Subject =
  /** The account as a whole: its principal, its home. */
  | 'account'
  /** A calendar: its properties, or what is in it. */
  | 'calendar'
  /** A resource that is read. */
  | 'event'
  /** A resource that is written or deleted. */
  | 'write';

const bySubject: Readonly<Record<Subject, Readonly<Record<number, ProviderErrorKind>>>> = {
  // 403 is not about the password, and nobody loses an account by it.
  account: { 403: 'unavailable' },
  calendar: { 403: 'calendar-gone', 404: 'calendar-gone', 410: 'calendar-gone' },
  event: { 403: 'unavailable', 404: 'not-found', 410: 'not-found' },
  write: {
    400: 'refused',
    403: 'refused',
    404: 'refused',
    405: 'refused',
    409: 'refused',
    412: 'conflict',
    413: 'refused',
    415: 'refused',
    422: 'refused',
    507: 'refused',
  },
};

/** The error that an answer other than a success is. 404 and 403 about a calendar are to be checked before anybody believes them. */
export function failureOf(answer: Pick<DavAnswer, 'status' | 'text' | 'waitMs'>, subject: Subject): ProviderError {
  const { status } = answer;
  const kind = isOfGateway(answer, subject) ? 'unavailable' : kindOf(status, subject);
  const code = conditionsIn(answer.text).find((name) => /^[\w.-]{1,80}$/.test(name)) ?? `http-${status}`;
  return new ProviderError(kind, `The calendar server answered ${status} ${code} (${subject}).`, {
    code,
    status,
    ...(answer.waitMs !== undefined && { retryAfterMs: answer.waitMs }),
  });
}

/**
 * A page for people says nothing about what was written: it comes from something before the calendar server. A refusal would be remembered, and
 * the same content never sent again.
 */
function isOfGateway({ status, text }: Pick<DavAnswer, 'status' | 'text'>, subject: Subject): boolean {
  return subject === 'write' && [400, 403, 404, 405, 409].includes(status) && /^\s*<(?:!doctype\s+)?html\b/i.test(text);
}

function kindOf(status: number, subject: Subject): ProviderErrorKind {
  // The password was changed or taken back: only its owner can help, and asking again may lock the account.
  if (status === 401) return 'revoked';
  if (status === 429 || status === 503) return 'throttled';
  const kind = bySubject[subject][status];
  if (kind) return kind;
  // What `icloud.com` says to a client that forgot the `caldav.` before it.
  if (status === 501) return 'misconfigured';
  return status >= 500 || status === 408 ? 'unavailable' : 'malformed';
}
