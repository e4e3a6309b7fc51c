import { createHash } from 'node:crypto';
import type { Grant, Identity } from '../shared/consent/needs.ts';

/**
 * A person signs in at a simulated service and agrees to everything, without a browser; the code that comes back is redeemed.
 * @param send carries a request to the service and follows no redirect
 */
export async function signInWith(
  identity: Identity,
  service: 'microsoft' | 'google',
  email: string,
  send: (request: Request) => Promise<Response>,
): Promise<Grant> {
  const app = 'http://localhost:7071';
  const codeVerifier = 'v'.repeat(43);
  const redirectUri = `${app}/connect/${service}/callback`;
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  const url = new URL(
    await identity.signInUrl({ redirectUri, state: 's', nonce: 'n', codeChallenge, loginHint: email }),
  );
  url.searchParams.set('login_hint', email);
  url.searchParams.set('sim_auto', '1');
  const back = await send(new Request(url, { redirect: 'manual' }));
  const code = new URL(back.headers.get('location') ?? '', app).searchParams.get('code');
  if (!code) throw new Error(`The simulated ${service} gave no code: ${back.status} ${await back.text()}`);
  return identity.redeem({ code, codeVerifier, redirectUri, nonce: 'n' });
}
