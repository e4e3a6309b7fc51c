import { adminApprovalNeeded } from './adminConsent.ts';
import { isAdminNeeded, microsoftErrorNumber } from './microsoftErrors.ts';
import type { ConsentNeeds } from './needs.ts';
import { Problem } from './problem.ts';
import { declined, returnOf, type SignInService, startAgain, startOf, unfinished } from './signIn.ts';

/** The tenant belongs to a national cloud, which has sign-in and Graph of its own. */
const otherCloud = new Set([90038, 90043, 900382, 900432, 90051, 90002, 1000104]);
/** Conditional access that the person cannot satisfy by answering a question. */
const blocked = new Set([53000, 53001, 53003, 53011, 530032]);
/** The organisation does not let this person, or anybody, use the app. */
const shutOut = new Set([50105, 7000112]);

const microsoft: SignInService = {
  provider: 'microsoft',
  label: 'Microsoft',
  identity: (needs) => needs.microsoftIdentity,
  refusedAtReturn(query, needs) {
    const number = microsoftErrorNumber(query);
    const error = query.get('error') ?? '';
    return known(number, error, needs) ?? (error === 'access_denied' ? declined(microsoft) : unfinished(microsoft));
  },
  refusedAtRedemption(error, needs) {
    const number = Number(/^AADSTS(\d+)$/.exec(error.code)?.[1] ?? Number.NaN);
    return known(number, error.code, needs);
  },
  scopeName: (scope) => (scope.endsWith('Calendars.ReadWrite') ? 'Have full access to your calendars' : scope),
};

function known(number: number, error: string, needs: ConsentNeeds): Problem | undefined {
  if (number === 65004) return declined(microsoft);
  if (isAdminNeeded(number, error)) return adminApprovalNeeded(needs);
  if (otherCloud.has(number) || error === 'national-cloud') {
    return new Problem(
      422,
      'unsupported-cloud',
      'This account belongs to a government or China cloud of Microsoft, which Hetk does not support.',
      'Connect an account of the worldwide Microsoft 365; GCC is part of it.',
    );
  }
  if (blocked.has(number)) {
    return new Problem(
      403,
      'blocked-by-policy',
      "Your organisation's sign-in policy does not allow this app on this device or from this place.",
      'Try from a device that your organisation manages, or ask your administrator.',
      startAgain(microsoft),
    );
  }
  if (shutOut.has(number)) {
    return new Problem(
      403,
      'blocked-by-administrator',
      'Your organisation does not let you use this app.',
      'Ask your administrator to enable it and to assign it to you; then sign in again.',
      startAgain(microsoft),
    );
  }
  return undefined;
}

export const startMicrosoft = startOf(microsoft);
export const returnMicrosoft = returnOf(microsoft);
