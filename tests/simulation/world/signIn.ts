import { createHash } from 'node:crypto';
import type { ConsentNeeds, Grant } from '../../../shared/consent/needs.ts';
import type { ServiceName, Services } from '../harness/services.ts';

const app = 'http://localhost:7071';

/** A person signs in at a service and agrees to everything, or makes a password for Hetk; Hetk redeems the code, or checks the password. */
export async function signIn(
  services: Services,
  consent: ConsentNeeds,
  service: ServiceName,
  email: string,
): Promise<Grant> {
  if (service === 'icloud') {
    if (!consent.icloudIdentity) throw new Error('There is no sign-in at iCloud.');
    return consent.icloudIdentity.checkPassword(email, services.icloud.issuePassword(email));
  }
  const identity = service === 'microsoft' ? consent.microsoftIdentity : consent.googleIdentity;
  if (!identity) throw new Error(`There is no sign-in at ${service}.`);
  const codeVerifier = 'v'.repeat(43);
  const redirectUri = `${app}/connect/${service}/callback`;
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  const url = new URL(
    await identity.signInUrl({ redirectUri, state: 's', nonce: 'n', codeChallenge, loginHint: email }),
  );
  url.searchParams.set('login_hint', email);
  url.searchParams.set('sim_auto', '1');
  const request = new Request(url, { redirect: 'manual' });
  const back = await (service === 'microsoft' ? services.microsoft : services.google).fetch(request);
  const code = new URL(back.headers.get('location') ?? '', app).searchParams.get('code');
  if (!code) throw new Error(`The simulated ${service} gave no code: ${back.status} ${await back.text()}`);
  return identity.redeem({ code, codeVerifier, redirectUri, nonce: 'n' });
}
