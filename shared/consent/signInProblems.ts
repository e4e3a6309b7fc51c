import type { ProviderError } from '../providers/errors.ts';
import { Problem } from './problem.ts';

/** What a person reads whose sign-in ends otherwise than meant, whatever the service. */

/** How a service is called in addresses and in words. */
export interface ServiceName {
  readonly provider: 'microsoft' | 'google';
  readonly label: string;
}

export function notOffered(label: string): Problem {
  return new Problem(
    404,
    'provider-not-offered',
    `This installation does not offer ${label}.`,
    'Connect another account, or ask whoever runs this installation to set it up.',
  );
}

export function startAgain(service: ServiceName): { links: { href: string; text: string }[] } {
  return { links: [{ href: `/connect/${service.provider}`, text: `Sign in with ${service.label} again` }] };
}

export function staleReturn(service: ServiceName): Problem {
  return new Problem(
    400,
    'stale-sign-in',
    'This sign-in was not started in this browser, took longer than ten minutes, or is already finished.',
    'Start it again here. If your browser blocks cookies, allow them for this site.',
    startAgain(service),
  );
}

export function sessionChanged(service: ServiceName): Problem {
  return new Problem(
    409,
    'session-changed',
    'You signed in or out in another tab while this sign-in was under way, so nothing was connected.',
    'Start it again.',
    startAgain(service),
  );
}

/** @param names what the permissions are called on the consent page */
export function missingScopes(service: ServiceName, names: readonly string[]): Problem {
  return new Problem(
    403,
    'missing-permission',
    `Hetk cannot work without the permission ${names.map((name) => `“${name}”`).join(' and ')}. Nothing was connected.`,
    `Sign in again and leave every box for ${service.label} calendars ticked.`,
    startAgain(service),
  );
}

export function redemptionProblem(service: ServiceName, error: ProviderError): Problem {
  switch (error.kind) {
    case 'revoked':
      return new Problem(
        400,
        'code-refused',
        `${service.label} did not accept this sign-in: it was used already or took too long.`,
        'Start it again.',
        startAgain(service),
      );
    case 'misconfigured':
      return misconfigured(service);
    default:
      return new Problem(
        503,
        'sign-in-unavailable',
        `${service.label} could not finish the sign-in just now. Nothing was changed.`,
        'Try again in a minute.',
        startAgain(service),
      );
  }
}

/** Only the operator can help. */
export function misconfigured(service: ServiceName): Problem {
  return new Problem(
    500,
    'misconfigured',
    `This installation's registration at ${service.label} is not in order.`,
    'Tell whoever runs this installation; nothing on your side can mend it.',
  );
}

/** The person said no. */
export function declined(service: ServiceName): Problem {
  return new Problem(
    403,
    'declined',
    `You did not agree, so no ${service.label} account was connected.`,
    'If that was a mistake, sign in again.',
    startAgain(service),
  );
}

/** The service has trouble, or says something that we do not know. */
export function unfinished(service: ServiceName): Problem {
  return new Problem(
    502,
    'sign-in-failed',
    `${service.label} could not sign you in.`,
    'Try again in a minute.',
    startAgain(service),
  );
}
