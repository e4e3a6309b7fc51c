import type { ConsentNeeds } from '../needs.ts';

/** What this installation says of itself to whoever has to approve it: read from its settings, so that it cannot say anything else. */
export interface Installation {
  readonly publicUrl: string;
  readonly microsoftClientId: string | undefined;
  readonly googleClientId: string | undefined;
  readonly icloud: boolean;
  readonly window: { readonly pastDays: number; readonly futureDays: number };
  readonly pollSeconds: { readonly push: number; readonly icloud: number };
  /** Where the data lies, as the operator says; undefined where they do not say it. */
  readonly region: string | undefined;
  /** Where what is kept; never with a password or a key. */
  readonly places: { readonly database: string; readonly storage: string; readonly keys: string };
  /** Whether units of work are logged. */
  readonly logs: boolean;
  /** Who handles data besides the operator. */
  readonly subprocessors: readonly Subprocessor[];
  /** The servers that it calls. */
  readonly calls: readonly string[];
}

export interface Subprocessor {
  readonly name: string;
  readonly does: string;
}

type Settings = ConsentNeeds['settings'];

export function installationOf(
  needs: Pick<ConsentNeeds, 'settings' | 'microsoftIdentity' | 'googleIdentity' | 'icloudIdentity'>,
): Installation {
  const { settings } = needs;
  const offers = {
    microsoft: needs.microsoftIdentity !== undefined,
    google: needs.googleIdentity !== undefined,
    icloud: needs.icloudIdentity !== undefined,
  };
  return {
    publicUrl: settings.HETK_PUBLIC_URL,
    microsoftClientId: offers.microsoft ? settings.HETK_MICROSOFT_CLIENT_ID : undefined,
    googleClientId: offers.google ? settings.HETK_GOOGLE_CLIENT_ID : undefined,
    icloud: offers.icloud,
    window: { pastDays: settings.HETK_WINDOW_PAST_DAYS, futureDays: settings.HETK_WINDOW_FUTURE_DAYS },
    pollSeconds: { push: settings.HETK_POLL_SECONDS, icloud: settings.HETK_ICLOUD_POLL_SECONDS },
    region: settings.HETK_REGION,
    places: { database: databaseOf(settings), storage: storageOf(settings), keys: keysOf(settings) },
    logs: settings.HETK_LOG !== 'none',
    subprocessors: subprocessorsOf(settings, offers),
    calls: callsOf(settings, offers),
  };
}

function databaseOf({ HETK_DATABASE: database }: Settings): string {
  const [, server, name] = /^mssql:([^/]+)\/(.+)$/.exec(database) ?? [];
  return server ? `SQL Server ${server}, database ${name}` : 'A file (SQLite) on the machine that runs Hetk';
}

/** A connection string may hold a key, so nothing of it is shown. */
function storageOf({ HETK_STORAGE: storage }: Settings): string {
  const account = /^account:(.+)$/.exec(storage)?.[1];
  return account ? `Azure Storage account ${account}` : 'A storage that the operator named by a connection string';
}

function keysOf({ HETK_KEYS: keys }: Settings): string {
  const vault = /^vault:(.+)$/.exec(keys)?.[1];
  return vault
    ? `Azure Key Vault ${new URL(vault).host}`
    : 'A file on the machine that runs Hetk, readable to it alone';
}

interface Offers {
  readonly microsoft: boolean;
  readonly google: boolean;
  readonly icloud: boolean;
}

function subprocessorsOf(settings: Settings, offers: Offers): Subprocessor[] {
  const azure =
    /^mssql:[^/]+\.database\.windows\.net\//.test(settings.HETK_DATABASE) ||
    settings.HETK_STORAGE.startsWith('account:') ||
    settings.HETK_KEYS.startsWith('vault:');
  const list: (Subprocessor | false)[] = [
    azure && { name: 'Microsoft Azure', does: 'runs Hetk and keeps what it stores' },
    offers.microsoft && { name: 'Microsoft 365', does: 'holds the calendars of people who connect them' },
    offers.google && { name: 'Google Calendar', does: 'holds the calendars of people who connect them' },
    offers.icloud && { name: 'Apple iCloud', does: 'holds the calendars of people who connect them' },
  ];
  return list.filter((each) => each !== false);
}

/** Google's own three hosts, unless a setting names another. */
const googleSignIn = ['accounts.google.com', 'oauth2.googleapis.com'];

function callsOf(settings: Settings, offers: Offers): string[] {
  const host = (address: string) => new URL(address).host;
  const google = settings.HETK_GOOGLE_OAUTH_ROOT ? [host(settings.HETK_GOOGLE_OAUTH_ROOT)] : googleSignIn;
  const hosts = [
    ...(offers.microsoft ? [host(settings.HETK_MICROSOFT_AUTHORITY), host(settings.HETK_GRAPH_ROOT)] : []),
    ...(offers.google ? [...google, host(settings.HETK_GOOGLE_API_ROOT)] : []),
    ...(offers.icloud ? [host(settings.HETK_ICLOUD_ROOT)] : []),
  ];
  return [...new Set(hosts)];
}
