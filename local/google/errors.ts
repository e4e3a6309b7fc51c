/**
 * What Google Calendar answers when it refuses, in its own shape.
 * @see https://developers.google.com/workspace/calendar/api/guides/errors
 */
export class GoogleError extends Error {
  override readonly name = 'GoogleError';
  readonly status: number;
  readonly reason: string;
  readonly domain: string;
  readonly location: string | undefined;
  readonly locationType: string | undefined;
  /** The reason in the newer `error.details`, where Google sends that too. */
  readonly detail: string | undefined;

  constructor(
    status: number,
    reason: string,
    message: string,
    place: { domain?: string; location?: string; locationType?: 'parameter' | 'header'; detail?: string } = {},
  ) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.domain = place.domain ?? 'global';
    this.location = place.location;
    this.locationType = place.location ? (place.locationType ?? 'parameter') : undefined;
    this.detail = place.detail;
  }
}

export function errorAnswer(error: GoogleError): Response {
  const { status: code, message, reason, domain, location, locationType, detail } = error;
  const details = detail
    ? [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: detail,
          domain: 'googleapis.com',
          metadata: { service: 'calendar-json.googleapis.com' },
        },
      ]
    : undefined;
  const errors = [{ message, domain, reason, location, locationType }];
  return Response.json({ error: { code, message, errors, status: rpcStatus[code], details } }, { status: code });
}

/** Google adds the name of the gRPC status to the errors its front end makes. */
const rpcStatus: Readonly<Record<number, string>> = { 401: 'UNAUTHENTICATED', 403: 'PERMISSION_DENIED' };

export const invalidParameter = (location: string, message = 'Invalid Value') =>
  new GoogleError(400, 'invalid', message, { location });

export const invalid = (message: string) => new GoogleError(400, 'invalid', message);

export const notFound = () => new GoogleError(404, 'notFound', 'Not Found');

export const invalidCredentials = () =>
  new GoogleError(401, 'authError', 'Invalid Credentials', { location: 'Authorization', locationType: 'header' });

export const insufficientScopes = () =>
  new GoogleError(403, 'insufficientPermissions', 'Request had insufficient authentication scopes.', {
    detail: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
  });

export const readOnly = () =>
  new GoogleError(403, 'requiredAccessLevel', 'You need to have writer access to this calendar.', {
    domain: 'calendar',
  });

export const deletedAlready = () => new GoogleError(410, 'deleted', 'Resource has been deleted');

export const conditionNotMet = () =>
  new GoogleError(412, 'conditionNotMet', 'Precondition Failed', { location: 'If-Match', locationType: 'header' });

export const duplicateId = () => new GoogleError(409, 'duplicate', 'The requested identifier already exists.');

export const fullSyncRequired = () =>
  new GoogleError(410, 'fullSyncRequired', 'Sync token is no longer valid, a full sync is required.', {
    domain: 'calendar',
    location: 'syncToken',
  });
