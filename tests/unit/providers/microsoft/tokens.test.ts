import { describe, expect, it } from '@jest/globals';
import { createMicrosoftIdentity } from '../../../../shared/providers/microsoft/identity.ts';
import {
  authority,
  calendar,
  idToken,
  type Reply,
  recorded,
  root,
  storedCredential,
  tokenReply,
} from './recordedGraph.ts';

const calendars = () => ({ body: { value: [{ id: 'main', isDefaultCalendar: true }] } });
const list = (world: ReturnType<typeof recorded>) => world.provider.listCalendars('account', calendar.ownerEmail);

const entra = (status: number, error: string, number?: number, more: object = {}): Reply => ({
  status,
  body: {
    error,
    error_description: 'AADSTS: text that nobody parses',
    ...(number ? { error_codes: [number] } : {}),
    ...more,
  },
});

describe('access tokens of Microsoft', () => {
  it('are fetched with the stored refresh token, once for calls that come together', async () => {
    const world = recorded(calendars);
    await Promise.all([list(world), list(world), list(world)]);
    expect(world.tokenRequests).toHaveLength(1);
    expect(world.tokenRequests[0]?.get('grant_type')).toBe('refresh_token');
    expect(world.tokenRequests[0]?.get('refresh_token')).toBe('refresh-0');
    expect(world.seen.map((request) => request.headers.get('authorization'))).toEqual(Array(3).fill('Bearer access-1'));
  });

  it('are used until shortly before their end, by the given clock, and the rotated refresh token is kept each time', async () => {
    const world = recorded(calendars);
    await list(world);
    world.clock.time += 54 * 60_000;
    await list(world);
    expect(world.tokenRequests).toHaveLength(1);
    world.clock.time += 2 * 60_000;
    await list(world);
    expect(world.tokenRequests.map((request) => request.get('refresh_token'))).toEqual(['refresh-0', 'refresh-1']);
    expect(world.credentials.get('account')).toContain('refresh-2');
  });

  it('are never stored', async () => {
    const world = recorded(calendars);
    await list(world);
    expect(world.credentials.get('account')).not.toContain('access-1');
  });

  it('do not undo a reconnection that happened meanwhile', async () => {
    const world = recorded(calendars);
    const newer = storedCredential('refresh-of-reconnection');
    const going = list(world);
    world.credentials.set('account', newer);
    await going;
    expect(world.credentials.get('account')).toBe(newer);
  });

  it('that a grant of the past cannot bring come from the grant of a reconnection that happened meanwhile', async () => {
    const world = recorded(calendars, [entra(400, 'invalid_grant', 50173), tokenReply(2)]);
    const going = list(world);
    world.credentials.set('account', storedCredential('refresh-of-reconnection'));
    await expect(going).resolves.toHaveLength(1);
    expect(world.tokenRequests.at(-1)?.get('refresh_token')).toBe('refresh-of-reconnection');
  });

  it('are fetched anew once when Graph turns one down, and then the account needs reconnecting', async () => {
    const once = recorded((_request, index) => (index === 0 ? { status: 401 } : calendars()));
    await list(once);
    expect(once.seen.map((request) => request.headers.get('authorization'))).toEqual([
      'Bearer access-1',
      'Bearer access-2',
    ]);
    const always = recorded(() => ({ status: 401 }));
    await expect(list(always)).rejects.toMatchObject({ kind: 'revoked' });
    expect(always.seen).toHaveLength(2);
  });

  it('carry a claims challenge of Graph back to sign-in', async () => {
    const claims = '{"access_token":{"nbf":{"essential":true}}}';
    const header = `Bearer error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`;
    const world = recorded(() => ({ status: 401, headers: { 'www-authenticate': header } }));
    await expect(list(world)).rejects.toMatchObject({ kind: 'revoked', claims });
    expect(world.seen).toHaveLength(1);
  });

  it('of the time before a reconnection do not send the account to sign-in once more', async () => {
    const header = `Bearer error="insufficient_claims", claims="${Buffer.from('{"access_token":{}}').toString('base64')}"`;
    const world = recorded((_request, index) =>
      index === 1 ? { status: 401, headers: { 'www-authenticate': header } } : calendars(),
    );
    await list(world);
    world.credentials.set('account', storedCredential('refresh-of-reconnection'));
    await expect(list(world)).resolves.toHaveLength(1);
    expect(world.tokenRequests.at(-1)?.get('refresh_token')).toBe('refresh-of-reconnection');
  });

  const claims = '{"access_token":{"capolids":{"essential":true}}}';
  it.each<[Reply, object]>([
    [entra(400, 'invalid_grant', 700082), { kind: 'revoked', code: 'AADSTS700082' }],
    [entra(400, 'invalid_grant', 50173, { suberror: 'bad_token' }), { kind: 'revoked', code: 'AADSTS50173' }],
    [entra(400, 'interaction_required', 50076, { claims, suberror: 'basic_action' }), { kind: 'revoked', claims }],
    [entra(400, 'invalid_grant', 65001, { suberror: 'consent_required' }), { kind: 'revoked' }],
    [entra(401, 'invalid_client', 7000222), { kind: 'misconfigured', code: 'AADSTS7000222' }],
    [entra(401, 'invalid_client', 7000215), { kind: 'misconfigured' }],
    [entra(400, 'invalid_grant', 7000222), { kind: 'misconfigured' }],
    [entra(400, 'unauthorized_client', 700016), { kind: 'misconfigured' }],
    [entra(400, 'invalid_grant', 90033), { kind: 'unavailable' }],
    [entra(400, 'invalid_grant', 50196), { kind: 'unavailable' }],
    [entra(503, 'temporarily_unavailable'), { kind: 'unavailable' }],
    [{ status: 500, body: 'not JSON' }, { kind: 'unavailable' }],
    [{ status: 400, body: 'not JSON' }, { kind: 'unavailable' }],
    [
      { status: 429, headers: { 'retry-after': '30' }, body: {} },
      { kind: 'throttled', retryAfterMs: 30_000 },
    ],
    [{ status: 200, body: 'not JSON' }, { kind: 'malformed' }],
  ])('that cannot be had mean what the token endpoint says: %j', async (reply, expected) => {
    const world = recorded(calendars, [reply]);
    const before = world.credentials.get('account');
    await expect(list(world)).rejects.toMatchObject(expected);
    expect(world.seen).toHaveLength(0);
    expect(world.credentials.get('account')).toBe(before);
  });

  it('are asked for again after a failure', async () => {
    const world = recorded(calendars, [entra(503, 'server_error'), tokenReply(2)]);
    await expect(list(world)).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(list(world)).resolves.toHaveLength(1);
  });

  it.each(['', 'no JSON', '[]', '{"RefreshToken":{}}'])(
    'cannot come from a stored credential that is damaged: the account must be connected again: %j',
    async (damaged) => {
      const world = recorded(calendars);
      world.credentials.set('account', damaged);
      await expect(list(world)).rejects.toMatchObject({ kind: 'revoked', code: 'credential-unreadable' });
      expect(world.tokenRequests).toHaveLength(0);
    },
  );

  it('are refused with words of the service in neither code nor message', async () => {
    const said = 'The user anna@contoso.example was not found';
    const world = recorded(calendars, [{ status: 400, body: { error: said, error_description: said } }]);
    const error: unknown = await list(world).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ kind: 'unavailable', code: 'http-400' });
    expect(String(error)).not.toContain('anna');
  });

  it('need a credential: an account without one must be connected again', async () => {
    const world = recorded(calendars);
    world.credentials.clear();
    await expect(list(world)).rejects.toMatchObject({ kind: 'revoked', code: 'no-credential' });
  });
});

describe('signing in at Microsoft', () => {
  const settings = { authority, graphRoot: root, clientId: 'client', clientSecret: () => 'secret' };
  const clock = { now: () => 0 };
  const redemption = { code: 'code', codeVerifier: 'verifier', redirectUri: 'https://hetk.example/back', nonce: 'n1' };
  const identityWith = (reply: Reply) => {
    const world = recorded(() => undefined, [reply]);
    return { ...world, identity: createMicrosoftIdentity({ settings, clock, fetch: world.fetch }) };
  };

  it('leads to the configured authority with PKCE, state, nonce and the calendar scope only', async () => {
    const { identity } = identityWith({});
    const url = new URL(
      await identity.signInUrl({
        redirectUri: redemption.redirectUri,
        state: 's1',
        nonce: 'n1',
        codeChallenge: 'challenge',
      }),
    );
    expect(`${url.origin}${url.pathname}`).toBe(`${authority}/common/oauth2/v2.0/authorize`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      state: 's1',
      nonce: 'n1',
      code_challenge: 'challenge',
      code_challenge_method: 'S256',
      prompt: 'select_account',
    });
    expect(url.searchParams.get('scope')?.split(' ').sort()).toEqual(
      ['Calendars.ReadWrite', 'email', 'offline_access', 'openid', 'profile'].sort(),
    );
  });

  it('takes a conditional-access challenge back', async () => {
    const { identity } = identityWith({});
    const claims = '{"access_token":{"capolids":{"essential":true}}}';
    const url = await identity.signInUrl({
      redirectUri: 'https://hetk.example/back',
      state: 's',
      nonce: 'n',
      codeChallenge: 'c',
      claims,
    });
    expect(JSON.parse(new URL(url).searchParams.get('claims') ?? '')).toMatchObject(JSON.parse(claims));
  });

  it('ends with the stable subject, the address and a credential that refreshes', async () => {
    const { identity, tokenRequests } = identityWith(tokenReply(1, { id_token: idToken('n1') }));
    const connected = await identity.redeem(redemption);
    expect(connected).toMatchObject({ subject: 'oid.tid', email: 'anna@contoso.example', missingScopes: [] });
    expect(connected.credential).not.toContain('access-1');
    expect(tokenRequests[0]?.get('code_verifier')).toBe('verifier');

    await identity.refresh(connected.credential);
    expect(tokenRequests[1]?.get('refresh_token')).toBe('refresh-1');
  });

  it("is refused when the nonce is another browser's", async () => {
    const { identity } = identityWith(tokenReply(1, { id_token: idToken('other') }));
    await expect(identity.redeem(redemption)).rejects.toMatchObject({ name: 'ProviderError', kind: 'malformed' });
  });

  it('says when the calendar permission was not granted', async () => {
    const { identity } = identityWith(tokenReply(1, { id_token: idToken('n1'), scope: 'openid profile email' }));
    expect((await identity.redeem(redemption)).missingScopes).toEqual(['Calendars.ReadWrite']);
  });

  it('tells government and China clouds apart', async () => {
    const { identity } = identityWith(entra(400, 'invalid_request', 90038));
    await expect(identity.redeem(redemption)).rejects.toMatchObject({ kind: 'refused', code: 'national-cloud' });
  });

  it('tells a government cloud by who issued the id token, and takes no other host for one', async () => {
    const issued = async (iss: string) => {
      const { identity } = identityWith(tokenReply(1, { id_token: idToken('n1', { iss }) }));
      return identity.redeem(redemption);
    };
    for (const host of ['login.microsoftonline.us', 'login.partner.microsoftonline.cn', 'login.chinacloudapi.cn']) {
      await expect(issued(`https://${host}/tid/v2.0`)).rejects.toMatchObject({ code: 'national-cloud' });
    }
    await expect(issued('https://login.microsoftonline.com/tid/v2.0')).resolves.toMatchObject({ subject: 'oid.tid' });
    await expect(issued('https://notmicrosoftonline.us/tid/v2.0')).resolves.toMatchObject({ subject: 'oid.tid' });
  });

  it('asks the discovery document of a domain for its cloud, and lets a sign-in go on when that says nothing', async () => {
    const at = async (reply: Reply) => identityWith(reply).identity.isElsewhere('Ann@Agency.example');
    expect(await at({ body: { cloud_instance_name: 'microsoftonline.us' } })).toBe(true);
    expect(await at({ body: { cloud_instance_name: 'microsoftonline.com', tenant_region_sub_scope: 'DOD' } })).toBe(
      true,
    );
    expect(await at({ body: { cloud_instance_name: 'microsoftonline.com', tenant_region_sub_scope: 'GCC' } })).toBe(
      false,
    );
    expect(await at({ status: 400, body: { error: 'invalid_tenant' } })).toBe(false);
    expect(await at({ status: 503, body: 'not JSON' })).toBe(false);
  });

  it('tells the operator that no client secret is set', async () => {
    const identity = createMicrosoftIdentity({
      settings: { ...settings, clientSecret: () => undefined },
      clock,
      fetch,
    });
    await expect(identity.redeem(redemption)).rejects.toMatchObject({ kind: 'misconfigured' });
  });
});
