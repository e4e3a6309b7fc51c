import type { Clock } from '../../shared/platform/clock.ts';
import { createGoogleIdentity } from '../../shared/providers/google/identity.ts';
import { createIcloudIdentity } from '../../shared/providers/icloud/identity.ts';
import { createMicrosoftIdentity } from '../../shared/providers/microsoft/identity.ts';
import { signInWith } from '../signIn.ts';
import type { Origins, ServiceName } from './services.ts';
import { clients } from './services.ts';

interface SignInNeeds {
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  readonly origins: Origins;
}

/** A person signs in at a service and agrees to everything, or gives the password they made for Hetk. */
export async function signIn(needs: SignInNeeds, service: ServiceName, email: string, password: string) {
  const { clock, origins } = needs;
  if (service === 'icloud') {
    const identity = createIcloudIdentity({ settings: { root: origins.icloud }, clock, fetch: needs.fetch });
    return identity.checkPassword(email, password);
  }
  const outside = { clock, fetch: needs.fetch };
  const identity =
    service === 'microsoft'
      ? createMicrosoftIdentity({ settings: microsoftSettings(origins), ...outside })
      : createGoogleIdentity({ settings: googleSettings(origins), ...outside });
  return signInWith(identity, service, email, needs.fetch);
}

export function microsoftSettings({ microsoft }: Origins) {
  const { id: clientId, secret } = clients.microsoft;
  return { authority: microsoft, graphRoot: microsoft, clientId, clientSecret: () => secret };
}

export function googleSettings({ google }: Origins) {
  const { id: clientId, secret } = clients.google;
  return { oauthRoot: google, apiRoot: google, clientId, clientSecret: () => secret };
}
