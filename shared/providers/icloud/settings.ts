import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { CredentialStore } from '../provider.ts';

/** Where iCloud's calendars are. */
export interface IcloudSettings {
  /** Without a slash at the end. */
  readonly root: string;
}

/** What the check of a password needs. */
export interface SignInNeeds {
  readonly settings: IcloudSettings;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
}

/** What the provider needs. */
export interface IcloudNeeds extends SignInNeeds {
  readonly credentials: CredentialStore;
  readonly log: Log;
}
