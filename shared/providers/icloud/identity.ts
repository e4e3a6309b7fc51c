import { ProviderError } from '../errors.ts';
import type { DavAnswer } from './answer.ts';
import { listCalendarsIn } from './calendars.ts';
import { credentialFrom, isAppSpecific } from './credential.ts';
import { type DavRequest, sendRequest } from './davRequest.ts';
import { discover } from './discovery.ts';
import { createPace } from './pace.ts';
import type { SignInNeeds } from './settings.ts';

export interface CheckedIn {
  /** The Apple ID in lower case: the key of the identity. */
  readonly subject: string;
  readonly email: string;
  /** For the credential store. */
  readonly credential: string;
}

/** The sign-in half of the iCloud provider. */
export interface IcloudIdentity {
  /**
   * Checks an app-specific password at once, and finds the account's calendars.
   * @throws revoked with code `wrong-password`, or `main-password` where it does not look like an app-specific one; malformed with code
   *   `no-calendars`; throttled, unavailable, misconfigured, malformed
   */
  checkPassword(appleId: string, password: string): Promise<CheckedIn>;
}

export function createIcloudIdentity(needs: SignInNeeds): IcloudIdentity {
  const { settings, clock } = needs;
  const pace = createPace();
  return {
    async checkPassword(appleId, password) {
      const given = { appleId: appleId.trim(), password: password.trim() };
      if (!given.appleId || !given.password) throw refused(given.password);
      const subject = given.appleId.toLowerCase();
      async function ask(request: DavRequest): Promise<DavAnswer> {
        const { retryAfter, ...answer } = await sendRequest(needs, given, request);
        if (answer.status === 401) throw refused(given.password);
        return { ...answer, waitMs: pace.after(subject, answer.status, retryAfter, clock.now()) };
      }
      const place = await discover(ask, settings.root);
      await listCalendarsIn(ask, place.home);
      return {
        subject,
        email: subject,
        credential: credentialFrom({ ...given, checkedAt: clock.now(), ...place }),
      };
    },
  };
}

/** Apple answers 401 to both; which of the two it was shows in the password. */
function refused(password: string): ProviderError {
  const code = isAppSpecific(password) ? 'wrong-password' : 'main-password';
  return new ProviderError('revoked', 'iCloud refuses this Apple ID and password.', { code, status: 401 });
}
