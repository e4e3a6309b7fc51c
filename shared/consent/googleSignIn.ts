import { Problem } from './problem.ts';
import { returnOf, type SignInService, startOf } from './signIn.ts';
import { declined, startAgain, unfinished } from './signInProblems.ts';

const scopeNames: Readonly<Record<string, string>> = {
  'calendar.calendarlist.readonly': 'See the list of Google calendars you’re subscribed to',
  'calendar.events': 'View and edit events on all your calendars',
};

const google: SignInService = {
  provider: 'google',
  label: 'Google',
  identity: (needs) => needs.googleIdentity,
  refusedAtReturn(query) {
    const error = query.get('error');
    if (error === null) return undefined;
    if (error === 'access_denied') return declined(google);
    return blockedByAdministrator(error) ?? unfinished(google);
  },
  refusedAtRedemption: (error) => blockedByAdministrator(error.code),
  scopeName: (scope) => scopeNames[scope.split('/auth/').at(-1) ?? ''] ?? scope,
};

/** A Google Workspace administrator does not let this app in. @see https://developers.google.com/identity/protocols/oauth2/web-server#authorization-errors */
function blockedByAdministrator(code: string | null): Problem | undefined {
  if (code !== 'admin_policy_enforced' && code !== 'org_internal') return undefined;
  return new Problem(
    403,
    'blocked-by-administrator',
    'Your Google Workspace administrator does not allow this app.',
    'Ask them to trust it under Security, API controls, App access control; then sign in again.',
    startAgain(google),
  );
}

export const startGoogle = startOf(google);
export const returnGoogle = returnOf(google);
