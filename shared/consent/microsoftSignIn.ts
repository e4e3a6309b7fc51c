import { isNationalHost } from '../providers/microsoft/clouds.ts';
import { adminApprovalNeeded } from './adminConsent.ts';
import { cloudHostsIn, type MicrosoftRefusal, meaningOf, microsoftErrorNumbers } from './microsoftErrors.ts';
import type { ConsentNeeds } from './needs.ts';
import { Problem } from './problem.ts';
import { returnOf, type SignInService, startOf } from './signIn.ts';
import { declined, misconfigured, startAgain, unfinished } from './signInProblems.ts';
import type { SignInState } from './state.ts';

const microsoft: SignInService = {
  provider: 'microsoft',
  label: 'Microsoft',
  identity: (needs) => needs.microsoftIdentity,
  refusedAtReturn(query, needs, state) {
    if (cloudHostsIn(query).some(isNationalHost)) return otherCloud();
    const error = query.get('error');
    if (error === null) return undefined;
    const meaning = meaningOf(microsoftErrorNumbers(query), error);
    if (meaning) return problemOf(meaning, needs, state);
    return error === 'access_denied' ? declined(microsoft) : unfinished(microsoft);
  },
  refusedAtRedemption(error, needs, state) {
    const number = /^AADSTS(\d+)$/.exec(error.code)?.[1];
    const meaning = meaningOf(number === undefined ? [] : [Number(number)], error.code);
    return meaning && problemOf(meaning, needs, state);
  },
  scopeName: (scope) => (scope.endsWith('Calendars.ReadWrite') ? 'Have full access to your calendars' : scope),
  elsewhere: otherCloud,
};

function problemOf(meaning: MicrosoftRefusal, needs: ConsentNeeds, { accountId }: SignInState): Problem {
  switch (meaning) {
    case 'declined':
      return declined(microsoft);
    case 'admin':
      return adminApprovalNeeded(needs, accountId);
    case 'cloud':
      return otherCloud();
    case 'ours':
      return misconfigured(microsoft);
    case 'blocked':
      return new Problem(
        403,
        'blocked-by-policy',
        "Your organisation's sign-in policy does not allow this app on this device or from this place.",
        'Try from a device that your organisation manages, or ask your administrator.',
        startAgain(microsoft),
      );
    case 'shut-out':
      return new Problem(
        403,
        'blocked-by-administrator',
        'Your organisation does not let you use this app.',
        'Ask your administrator to enable it and to assign it to you; then sign in again.',
        startAgain(microsoft),
      );
    case 'other-account':
      return new Problem(
        403,
        'account-not-usable',
        'Microsoft does not let this account sign in here: it is switched off, gone, or of another kind.',
        'Sign in with another Microsoft account.',
        startAgain(microsoft),
      );
  }
}

function otherCloud(): Problem {
  return new Problem(
    422,
    'unsupported-cloud',
    'This account belongs to a government or China cloud of Microsoft, which Hetk does not support.',
    'Connect an account of the worldwide Microsoft 365; GCC is part of it.',
  );
}

export const startMicrosoft = startOf(microsoft);
export const returnMicrosoft = returnOf(microsoft);
