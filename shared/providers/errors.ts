/**
 * The few ways in which a provider can fail, each named by what the caller should do.
 * Messages name the service, the status and the service's own code, never content.
 */
export type ProviderErrorKind =
  /** The cursor is no longer known: begin a full round. */
  | 'expired-cursor'
  /** Too many requests: come back after `retryAfterMs`. */
  | 'throttled'
  /** The service is ill or unreachable: come back later; nothing is known about what happened. */
  | 'unavailable'
  /** The grant is gone: the account needs reconnecting. Never retry. */
  | 'revoked'
  /** The event is not there (any more). */
  | 'not-found'
  /** The calendar is not there (any more) or no longer ours to reach. */
  | 'calendar-gone'
  /** The event changed since the etag was read: read it again and decide anew. */
  | 'conflict'
  /** A deleted copy had this identity: make it anew with the next generation. */
  | 'identity-spent'
  /** The service will never take this event as it is. Record it and go on. */
  | 'refused'
  /** The service refuses this kind of registration for this calendar: poll instead. */
  | 'push-unsupported'
  /** Our own registration is wrong (an expired client secret, an API not enabled): the operator must act, no user. */
  | 'misconfigured'
  /** The answer is not what the service documents (no JSON, missing fields, endless pages). Retry later, believe nothing. */
  | 'malformed';

export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly kind: ProviderErrorKind;
  /** The service's own code or reason, for logs and the page. */
  readonly code: string;
  readonly status: number | undefined;
  /** How long to wait, ms; only where the service said so. */
  readonly retryAfterMs: number | undefined;
  /** A conditional-access challenge to take back through sign-in (Microsoft). */
  readonly claims: string | undefined;

  constructor(
    kind: ProviderErrorKind,
    message: string,
    options: { code?: string; status?: number; retryAfterMs?: number; claims?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.code = options.code ?? kind;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
    this.claims = options.claims;
  }
}

export function isProviderError(error: unknown, ...kinds: ProviderErrorKind[]): error is ProviderError {
  return error instanceof ProviderError && (kinds.length === 0 || kinds.includes(error.kind));
}
