/** Consent of an administrator is missing, or the request for it is under way. */
const adminNumbers = new Set([65001, 90094, 90095, 90008]);
const adminErrors = new Set(['consent_required']);

/**
 * The AADSTS number that came with an error at a redirect, or NaN. Microsoft names it in `error_uri` and at the start of
 * `error_description`; the rest of that text is for people and changes.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
 */
export function microsoftErrorNumber(query: URLSearchParams): number {
  const described = /^AADSTS(\d+)/.exec(query.get('error_description') ?? '')?.[1];
  const linked = /[?&]code=(\d+)/.exec(query.get('error_uri') ?? '')?.[1];
  return Number(described ?? linked ?? Number.NaN);
}

/** Does this error mean that only an administrator can let the app in? */
export function isAdminNeeded(number: number, error: string): boolean {
  return adminNumbers.has(number) || (adminErrors.has(error) && number !== 65004);
}
