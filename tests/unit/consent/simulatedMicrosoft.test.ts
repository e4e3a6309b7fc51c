import { describe, expect, it } from '@jest/globals';
import { localClient, type MicrosoftOptions } from '../../../local/microsoft/microsoft.ts';
import { isProviderError } from '../../../shared/providers/errors.ts';
import { createMicrosoftIdentity } from '../../../shared/providers/microsoft/identity.ts';
import { createMicrosoft } from '../../../shared/providers/microsoft/microsoft.ts';
import { accountRevoked } from '../../../shared/sync/trouble.ts';
import { owner } from '../local/coreFixture.ts';
import { origin, start } from '../local/microsoftFixture.ts';
import { consentWorld, newBrowser } from './world.ts';

/** Page and sign-in with the real Microsoft client before a simulated Entra and Graph. */
async function withMicrosoft(options: Partial<MicrosoftOptions> = {}) {
  const started = start(options);
  const world = await consentWorld();
  world.time.now = started.clock.now();
  const outside = {
    settings: {
      authority: origin,
      graphRoot: origin,
      clientId: localClient.id,
      clientSecret: () => localClient.secret,
    },
    clock: world.needs.clock,
    log: world.needs.log,
    credentials: world.stores.credentials,
    fetch: (async (input, init) => started.microsoft.fetch(new Request(input, init))) satisfies typeof fetch,
  };
  const settings = {
    ...world.needs.settings,
    HETK_MICROSOFT_AUTHORITY: origin,
    HETK_MICROSOFT_CLIENT_ID: localClient.id,
  };
  const provider = createMicrosoft(outside);
  const needs = {
    ...world.needs,
    settings,
    microsoftIdentity: createMicrosoftIdentity(outside),
    providers: { microsoft: provider },
  };
  const browser = newBrowser({ ...world, needs });

  function addPerson(email: string): void {
    started.world.addPerson({ email, name: email });
    started.world.addCalendar({
      owner: email,
      name: 'Calendar',
      color: '#0f6cbd',
      zone: 'UTC',
      primary: true,
      access: 'owner',
    });
  }

  /** Follows redirects between our page and Microsoft as this person, until a page of ours. */
  async function follow(path: string, email: string) {
    const visited: URL[] = [];
    for (let next = path; ; ) {
      if (visited.length > 9) throw new Error('The sign-in goes in circles.');
      const ours = await browser.get(next);
      const away = ours.headers.get('location');
      if (!away || away === 'http://localhost:7071/') return { answer: ours, visited };
      const url = new URL(away, 'http://localhost:7071');
      if (url.origin !== origin) {
        next = url.pathname + url.search;
        continue;
      }
      visited.push(url);
      const back = await started.send('GET', `${url.pathname}${url.search}&login_hint=${email}&sim_auto=1`);
      const location = new URL(back.headers.get('location') ?? '');
      next = location.pathname + location.search;
    }
  }

  const me = async () => (await browser.get('/api/me')).json;
  return { ...world, needs, started, browser, provider, addPerson, follow, me };
}

describe('connecting Microsoft', () => {
  it('signs a person of a work tenant in and lists their calendars', async () => {
    const { follow, me, browser } = await withMicrosoft();
    await follow('/connect/microsoft', owner.email);
    expect((await me()).accounts).toEqual([expect.objectContaining({ email: owner.email, status: 'active' })]);
    expect((await browser.get('/api/calendars')).json[0]).toMatchObject({ primary: true, writable: true });
  });

  it.each(['ada@outlook.example', 'ada@gcc.agency.example'])(
    'works for %s: a personal account, a GCC tenant',
    async (email) => {
      const { follow, me, addPerson } = await withMicrosoft({ adminConsentNeeded: false });
      addPerson(email);
      await follow(`/connect/microsoft?email=${email}`, email);
      expect((await me()).accounts[0]).toMatchObject({ email, status: 'active' });
    },
  );

  it('lets a personal account in although work tenants want an administrator', async () => {
    const { follow, me, addPerson } = await withMicrosoft({ adminConsentNeeded: true });
    addPerson('ada@outlook.example');
    await follow('/connect/microsoft', 'ada@outlook.example');
    expect((await me()).accounts).toHaveLength(1);
  });

  it.each(['ada@agency.us', 'ada@firm.cn'])('tells %s at sign-in that their cloud is not supported', async (email) => {
    const { follow, addPerson, browser } = await withMicrosoft();
    addPerson(email);
    const { answer } = await follow('/connect/microsoft', email);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('government or China cloud');
    expect((await browser.get('/api/me')).status).toBe(401);
  });

  it.each(['ada@agency.us', 'ada@firm.cn'])('tells %s before anybody is sent to Microsoft', async (email) => {
    const { follow } = await withMicrosoft();
    const { answer, visited } = await follow(`/connect/microsoft?email=${email}`, email);
    expect([answer.status, visited]).toEqual([422, []]);
  });

  it.each([
    'cloud_instance_host_name=login.microsoftonline.us',
    'cloud_instance_name=partner.microsoftonline.cn',
    'msgraph_host=dod-graph.microsoft.us',
  ])('redeems no code that comes from another cloud: %s', async (where) => {
    const { browser } = await withMicrosoft();
    const away = new URL((await browser.get('/connect/microsoft')).headers.get('location') ?? '');
    const state = away.searchParams.get('state');
    const answer = await browser.get(`/connect/microsoft/callback?code=c&state=${state}&${where}`);
    expect(answer.status).toBe(422);
    const worldwide = 'cloud_instance_host_name=login.microsoftonline.com&msgraph_host=graph.microsoft.com';
    const again = new URL((await browser.get('/connect/microsoft')).headers.get('location') ?? '');
    const other = await browser.get(
      `/connect/microsoft/callback?code=c&state=${again.searchParams.get('state')}&${worldwide}`,
    );
    expect(other.text).toContain('did not accept this sign-in');
  });
});

describe('a tenant whose administrator must approve', () => {
  it('is explained, with the address to send; the administrator approves; the person’s own sign-in goes on', async () => {
    const { follow, me, browser } = await withMicrosoft({ adminConsentNeeded: true });
    const { answer } = await follow('/connect/microsoft', owner.email);
    expect(answer.status).toBe(403);
    const share = /<code[^>]*>([^<]+)<\/code>/.exec(answer.text)?.[1] ?? '';
    expect(share).toBe('http://localhost:7071/connect/microsoft/approval');
    const landing = await browser.get(new URL(share).pathname);
    expect(landing.text).toContain('Calendars.ReadWrite');
    expect(landing.text).toContain('href="/connect/microsoft/admin"');

    const approved = await follow('/connect/microsoft/admin?resume=1', owner.email);
    expect(approved.visited.map(({ pathname }) => pathname)).toEqual([
      '/organizations/v2.0/adminconsent',
      '/common/oauth2/v2.0/authorize',
    ]);
    expect((await me()).accounts[0]).toMatchObject({ email: owner.email, status: 'active' });
  });

  it('goes on with the account that was being connected again', async () => {
    const { follow, me, stores, browser } = await withMicrosoft();
    await follow('/connect/microsoft', owner.email);
    const [account] = (await me()).accounts;
    await stores.accounts.setStatus(account.id, 'reconnect', 'AADSTS65001');
    const { visited } = await follow(`/connect/microsoft/admin?resume=1&account=${account.id}`, owner.email);
    expect(visited.at(-1)?.searchParams.get('login_hint')).toBe(owner.email);
    expect((await me()).accounts).toEqual([expect.objectContaining({ id: account.id, status: 'active' })]);
    const stranger = newBrowser({ ...(await withMicrosoft()), needs: (await withMicrosoft()).needs });
    expect((await stranger.get(`/connect/microsoft/admin?resume=1&account=${account.id}`)).status).toBe(404);
    expect((await browser.get('/connect/microsoft/admin?resume=1&account=nobody')).status).toBe(404);
  });
});

describe('conditional access', () => {
  it('that wants more at sign-in gets it in a second one, with its claims', async () => {
    const { follow, me, started } = await withMicrosoft();
    started.microsoft.challenge(owner.email);
    const { visited } = await follow('/connect/microsoft', owner.email);
    expect(visited.map((url) => url.searchParams.get('claims')?.includes('capolids') ?? false)).toEqual([false, true]);
    expect((await me()).accounts[0].status).toBe('active');
  });

  it('that wants more in the background is answered by the next sign-in, at once', async () => {
    const { follow, me, started, needs, provider, stores, time } = await withMicrosoft();
    await follow('/connect/microsoft', owner.email);
    const [account] = (await me()).accounts;
    started.microsoft.challenge(owner.email);
    started.clock.time += 2 * 3_600_000;
    time.now = started.clock.time;
    const refused: unknown = await provider.listCalendars(account.id, owner.email).catch((error: unknown) => error);
    if (!isProviderError(refused, 'revoked')) throw new Error('Nothing was asked for.');
    await accountRevoked(needs, account.id, refused);
    expect((await me()).accounts[0].status).toBe('reconnect');

    const { visited } = await follow(`/connect/microsoft?account=${account.id}`, owner.email);
    expect(visited).toHaveLength(1);
    expect(visited[0]?.searchParams.get('claims')).toContain('capolids');
    expect((await stores.accounts.find(account.id))?.claims).toBeUndefined();
    expect(await provider.listCalendars(account.id, owner.email)).toHaveLength(1);
  });
});
