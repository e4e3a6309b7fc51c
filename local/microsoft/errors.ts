/** An answer of Graph that is an error. */
export class GraphError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What stands beside code and message in the error object. */
  readonly more: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    code: string,
    message: string,
    { headers = {}, more = {} }: { headers?: Record<string, string>; more?: Record<string, unknown> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.more = more;
  }
}

export const itemNotFound = () =>
  new GraphError(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');
export const invalidRequest = (message: string) => new GraphError(400, 'ErrorInvalidRequest', message);
export const badProperty = (message: string) => new GraphError(400, 'ErrorPropertyValidationFailure', message);
export const accessDenied = () =>
  new GraphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
export const unsupportedQuery = (options: readonly string[], resource: string) =>
  new GraphError(
    400,
    'ErrorInvalidUrlQuery',
    `The following parameters are not supported with ${resource}: '${options.join(', ')}'.`,
  );
export const zoneNotSupported = () =>
  new GraphError(400, 'TimeZoneNotSupportedException', 'A time zone with the specified ID could not be found.');
export const throttled = (seconds: number, code: string, message: string) =>
  new GraphError(429, code, message, { headers: { 'retry-after': String(seconds) } });

/** @param requestId echoed by Graph in every error */
export function errorAnswer(error: GraphError, requestId: string, at: number): Response {
  const date = new Date(at).toISOString().slice(0, 19);
  const innerError = { date, 'request-id': requestId, 'client-request-id': requestId };
  return Response.json(
    { error: { code: error.code, message: error.message, ...error.more, innerError } },
    { status: error.status, headers: error.headers },
  );
}
