import type { EventContent } from '../calendar/event.ts';
import type { Clock } from '../platform/clock.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { Log } from '../platform/log.ts';
import type { Queues } from '../platform/queues.ts';
import type { Random } from '../platform/random.ts';
import type { Settings } from '../platform/settings.ts';
import type { TxtLookup } from '../platform/txtRecords.ts';
import type { CalendarProvider, ProviderName } from '../providers/provider.ts';
import type { Calendar, RouteOptions, Stores } from '../stores/stores.ts';
import type { Answer, ConsentRequest } from './answer.ts';

/** What a sign-in service is asked for. */
export interface SignInRequest {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  /** S256. */
  readonly codeChallenge: string;
  readonly loginHint?: string;
  /** A conditional-access challenge to repeat the sign-in with (Microsoft). */
  readonly claims?: string;
}

export interface CodeRedemption {
  readonly code: string;
  readonly codeVerifier: string;
  readonly redirectUri: string;
  readonly nonce: string;
}

/** Who signed in, proven by the service. */
export interface Grant {
  /** The provider's stable key of the identity. */
  readonly subject: string;
  readonly email: string;
  /** The provider's own JSON; a secret. */
  readonly credential: string;
  /** Permissions that the person did not give. */
  readonly missingScopes?: readonly string[];
}

/** One sign-in service: what the page needs of it. */
export interface Identity {
  signInUrl(request: SignInRequest): Promise<string>;
  /** Does this address belong to a cloud that this service cannot reach? False also when nobody knows. */
  isElsewhere?(email: string): Promise<boolean>;
  /** @throws ProviderError revoked (the code or the person is refused), unavailable, throttled, misconfigured, refused, malformed */
  redeem(redemption: CodeRedemption): Promise<Grant>;
}

/** A service without a sign-in page of its own: name and password are asked for here. */
export interface PasswordIdentity {
  /**
   * Checks them at the service, once.
   * @throws ProviderError revoked (`wrong-password`, `main-password`), malformed (`no-calendars` and others), throttled, unavailable, misconfigured
   */
  checkPassword(name: string, password: string): Promise<Grant>;
}

export interface RoutePreview {
  /** How many events the source has in the window. */
  readonly originals: number;
  /** How many copies would be written. */
  readonly copies: number;
  /** How many would be skipped, by reason code. */
  readonly skipped: Readonly<Record<string, number>>;
  /** The next few copies as they would look; for the user's own eyes, never kept. */
  readonly examples: readonly EventContent[];
}

/** What a route would write, computed from the calendars as they are; writes nothing. @throws ProviderError */
export type PreviewRoute = (route: {
  readonly source: Calendar;
  readonly target: Calendar;
  readonly options: RouteOptions;
}) => Promise<RoutePreview>;

/** The world of sign-in, page and API. A provider without an identity is not offered. */
export interface ConsentNeeds {
  /** Without the secrets among them: nothing here needs those. */
  readonly settings: Omit<Settings, 'HETK_MICROSOFT_CLIENT_SECRET' | 'HETK_GOOGLE_CLIENT_SECRET'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly queues: Queues;
  readonly stores: Stores;
  readonly keyring: Keyring;
  readonly txt: TxtLookup;
  readonly providers: Readonly<Partial<Record<ProviderName, CalendarProvider>>>;
  readonly microsoftIdentity?: Identity | undefined;
  readonly googleIdentity?: Identity | undefined;
  readonly icloudIdentity?: PasswordIdentity | undefined;
  readonly preview: PreviewRoute;
}

export type Handler = (request: ConsentRequest, needs: ConsentNeeds) => Promise<Answer>;

/** Where this installation is reached by https, cookies are Secure and browsers are told to stay with https. */
export function isHttps(needs: Pick<ConsentNeeds, 'settings'>): boolean {
  return needs.settings.HETK_PUBLIC_URL.startsWith('https:');
}
