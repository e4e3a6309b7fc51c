/** Permissions of Graph that a sign-in may ask for, without the resource's address. */
const graphScopes = ['Calendars.ReadWrite', 'Calendars.Read', 'User.Read'];
const openId = ['openid', 'email', 'profile', 'offline_access'];

/** A scope without Graph's address and in one case: `calendars.readwrite`. */
export function shortScope(scope: string): string {
  return scope.replace(/^https:\/\/graph\.microsoft\.com\//i, '').toLowerCase();
}

export function isKnownScope(scope: string): boolean {
  const short = shortScope(scope);
  return openId.includes(short) || short === '.default' || graphScopes.some((known) => known.toLowerCase() === short);
}

export function isGraphScope(scope: string): boolean {
  return isKnownScope(scope) && !openId.includes(shortScope(scope));
}
