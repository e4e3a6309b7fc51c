import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Random } from '../../platform/random.ts';
import type { CredentialStore } from '../provider.ts';

/** Hetk's registration at Google, and where Google is. */
export interface GoogleSettings {
  /** One address for all of sign-in; unset means Google's own three hosts. Without a slash at the end. */
  readonly oauthRoot?: string | undefined;
  /** Without a slash at the end; may have a path. */
  readonly apiRoot: string;
  readonly clientId: string;
  /** Asked for each time, so that a rotated secret is taken up. */
  clientSecret(): string | undefined;
}

/** What the sign-in half needs. */
export interface SignInNeeds {
  readonly settings: GoogleSettings;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
}

/** What the provider needs. */
export interface GoogleNeeds extends SignInNeeds {
  readonly credentials: CredentialStore;
  readonly random: Random;
  readonly log: Log;
}

interface Endpoints {
  readonly authorize: string;
  readonly token: string;
  readonly revoke: string;
  readonly certificates: string;
}

/** https://developers.google.com/identity/protocols/oauth2/web-server; the same paths under one root where that is set. */
export function endpointsOf({ oauthRoot }: GoogleSettings): Endpoints {
  return {
    authorize: `${oauthRoot ?? 'https://accounts.google.com'}/o/oauth2/v2/auth`,
    token: `${oauthRoot ?? 'https://oauth2.googleapis.com'}/token`,
    revoke: `${oauthRoot ?? 'https://oauth2.googleapis.com'}/revoke`,
    certificates: `${oauthRoot ?? 'https://www.googleapis.com'}/oauth2/v3/certs`,
  };
}
