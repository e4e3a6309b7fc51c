/** A request as the handlers of this folder see it, whatever host received it. */
export interface ConsentRequest {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  /** Named parts of the route, decoded. */
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  header(name: string): string | undefined;
  cookie(name: string): string | undefined;
  /** The whole body as text. @throws BodyTooLarge beyond `maxBodyBytes` */
  body(): Promise<string>;
}

export const maxBodyBytes = 16_384;

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** Always HttpOnly, SameSite=Lax and Path=/; Secure where the installation is reached by https. */
export interface AnswerCookie {
  readonly name: string;
  /** base64url characters and dots only: hosts disagree on how they encode others. Empty to take the cookie away. */
  readonly value: string;
  /** Seconds; 0 takes the cookie away. */
  readonly maxAge: number;
  readonly secure: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Sent as JSON; the type is `application/json` unless the headers say otherwise. */
  readonly json?: unknown;
  readonly cookies?: readonly AnswerCookie[];
}

export function redirect(location: string, cookies: readonly AnswerCookie[] = []): Answer {
  return { status: 302, headers: { location, 'cache-control': 'no-store' }, cookies };
}

export function json(value: unknown, status = 200): Answer {
  return { status, json: value, headers: { 'cache-control': 'no-store' } };
}
