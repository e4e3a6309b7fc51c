import { createHash } from 'node:crypto';
import type { Clock } from '../../shared/platform/clock.ts';
import { createGoogleIdentity } from '../../shared/providers/google/identity.ts';
import { createIcloudIdentity } from '../../shared/providers/icloud/identity.ts';
import { createMicrosoftIdentity } from '../../shared/providers/microsoft/identity.ts';
import type { Origins, ServiceName } from './services.ts';
import { clients } from './services.ts';

interface SignInNeeds {
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  readonly origins: Origins;
  /** Hetk's own address. */
  readonly app: string;
}

/** A person signs in at a service and agrees to everything, or gives the password they made for Hetk. */
export async function signIn(needs: SignInNeeds, service: ServiceName, email: string, password: string) {
  const { clock, origins, app } = needs;
  if (service === 'icloud') {
    const identity = createIcloudIdentity({ settings: { root: origins.icloud }, clock, fetch: needs.fetch });
    return identity.checkPassword(email, password);
  }
  const outside = { clock, fetch: needs.fetch };
  const identity =
    service === 'microsoft'
      ? createMicrosoftIdentity({ settings: microsoftSettings(origins), ...outside })
      : createGoogleIdentity({ settings: googleSettings(origins), ...outside });
  const codeVerifier = 'v'.repeat(43);
  const redirectUri = `${app}/connect/${service}/callback`;
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  const url = new URL(
    await identity.signInUrl({ redirectUri, state: 's', nonce: 'n', codeChallenge, loginHint: email }),
  );
  url.searchParams.set('login_hint', email);
  url.searchParams.set('sim_auto', '1');
  const back = await needs.fetch(url, { redirect: 'manual' });
  const code = new URL(back.headers.get('location') ?? '', app).searchParams.get('code');
  if (!code) throw new Error(`The simulated ${service} gave no code: ${back.status}.`);
  return identity.redeem({ code, codeVerifier, redirectUri, nonce: 'n' });
}

export function microsoftSettings({ microsoft }: Origins) {
  const { id: clientId, secret } = clients.microsoft;
  return { authority: microsoft, graphRoot: microsoft, clientId, clientSecret: () => secret };
}

export function googleSettings({ google }: Origins) {
  const { id: clientId, secret } = clients.google;
  return { oauthRoot: google, apiRoot: google, clientId, clientSecret: () => secret };
}
