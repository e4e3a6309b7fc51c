import { describe, expect, it } from '@jest/globals';
import { systemRandom } from '../../../shared/platform/random.ts';
import { readSettings } from '../../../shared/platform/settings.ts';
import { createGoogleIdentity } from '../../../shared/providers/google/identity.ts';
import { createMicrosoftIdentity } from '../../../shared/providers/microsoft/identity.ts';
import { consentWorld, newBrowser } from './world.ts';

const azure = {
  HETK_PUBLIC_URL: 'https://hetk.example.com',
  HETK_DATABASE: 'mssql:hetk-sql.database.windows.net/hetk',
  HETK_KEYS: 'vault:https://hetk-kv.vault.azure.net',
  HETK_STORAGE: 'account:hetkstorage',
  HETK_MICROSOFT_CLIENT_ID: 'app-1',
  HETK_GOOGLE_CLIENT_ID: 'google-1',
};

async function adminsOf(settings: Record<string, string>, offered = true) {
  const world = await consentWorld();
  const { googleIdentity: _, microsoftIdentity: __, ...rest } = world.needs;
  const needs = { ...(offered ? world.needs : rest), settings: readSettings(settings) };
  const { status, text } = await newBrowser({ ...world, needs }).get('/admins');
  expect(status).toBe(200);
  const words = text
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
  return { text, words };
}

describe('the page for administrators', () => {
  it('answers from the settings of this installation: where what lies, how far, how often, who else', async () => {
    const { words } = await adminsOf({
      ...azure,
      HETK_REGION: 'North Europe (Ireland)',
      HETK_WINDOW_PAST_DAYS: '30',
      HETK_POLL_SECONDS: '600',
    });
    for (const said of [
      'installation at https://hetk.example.com',
      'from 30 days back to 366 days ahead',
      'a calendar is asked every 10 minutes',
      'SQL Server hetk-sql.database.windows.net, database hetk',
      'Azure Storage account hetkstorage',
      'Azure Key Vault hetk-kv.vault.azure.net',
      'North Europe (Ireland)',
      'Microsoft Azure runs Hetk',
      'Application id app-1',
      'Client id google-1',
      'https://hetk.example.com/connect/microsoft/approval',
      'login.microsoftonline.com',
      'graph.microsoft.com',
    ]) {
      expect(words).toContain(said);
    }
  });

  it('says so where nobody stated a region, and shows no key of a connection string', async () => {
    const { words, text } = await adminsOf({
      ...azure,
      HETK_DATABASE: 'sqlite:/var/hetk/hetk.sqlite',
      HETK_KEYS: 'file:/var/hetk/keys.json',
      HETK_STORAGE: 'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=c2VjcmV0',
    });
    expect(words).toContain('Not stated. The operator can say it with the setting HETK_REGION');
    expect(words).not.toContain('Microsoft Azure');
    expect(text).not.toMatch(/c2VjcmV0|AccountKey|\/var\/hetk/);
  });

  it('says nothing of a service that this installation does not offer', async () => {
    const { words } = await adminsOf(azure, false);
    expect(words).not.toMatch(/Calendars\.ReadWrite|googleapis|app-1|google-1/);
  });

  it('names exactly the permissions that are asked for', async () => {
    const { text } = await adminsOf(azure);
    const named = (service: string) => {
      const part = text.slice(text.indexOf(`<h3>${service}`));
      const list = part.slice(0, part.indexOf('</ul>'));
      return [...list.matchAll(/<code>([^<]+)<\/code>/g)].map(([, scope = '']) => scope).sort();
    };
    const asked = async (url: string | Promise<string>) =>
      (new URL(await url).searchParams.get('scope') ?? '')
        .split(' ')
        .map((scope) => scope.replace('https://graph.microsoft.com/', ''))
        .sort();
    const request = { redirectUri: 'https://hetk.example.com/x', state: 's', nonce: 'n', codeChallenge: 'c' };
    const outside = {
      clock: { now: () => 0 },
      random: systemRandom,
      log: () => undefined,
      fetch,
      credentials: { read: async () => undefined, write: async () => undefined },
    };
    const settings = readSettings(azure);
    const microsoft = createMicrosoftIdentity({
      settings: {
        authority: settings.HETK_MICROSOFT_AUTHORITY,
        graphRoot: settings.HETK_GRAPH_ROOT,
        clientId: 'app-1',
        clientSecret: () => 'secret',
      },
      ...outside,
    });
    const google = createGoogleIdentity({
      settings: { apiRoot: settings.HETK_GOOGLE_API_ROOT, clientId: 'google-1', clientSecret: () => 'secret' },
      ...outside,
    });
    expect(named('Microsoft')).toEqual(await asked(microsoft.signInUrl(request)));
    expect(named('Google')).toEqual(await asked(google.signInUrl(request)));
  });
});
