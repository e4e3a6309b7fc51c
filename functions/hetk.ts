import { app } from '@azure/functions';
import type { TokenCredential } from '@azure/identity';
import type { ConsentNeeds } from '../shared/consent/needs.ts';
import { systemClock } from '../shared/platform/clock.ts';
import { readFileKeyring } from '../shared/platform/fileKeyring.ts';
import type { Keyring } from '../shared/platform/keyring.ts';
import { consoleLog } from '../shared/platform/log.ts';
import { systemRandom } from '../shared/platform/random.ts';
import { readSettings, type Settings } from '../shared/platform/settings.ts';
import { createStorageQueues } from '../shared/platform/storageQueues.ts';
import { readVaultKeyring } from '../shared/platform/vaultKeyring.ts';
import { createGoogle } from '../shared/providers/google/google.ts';
import { createGoogleIdentity } from '../shared/providers/google/identity.ts';
import { createMicrosoftIdentity } from '../shared/providers/microsoft/identity.ts';
import { createMicrosoft } from '../shared/providers/microsoft/microsoft.ts';
import { createStores } from '../shared/stores/createStores.ts';
import type { Stores } from '../shared/stores/stores.ts';
import { type BurstGate, createBurstGate } from '../shared/sync/burst.ts';
import type { SyncNeeds } from '../shared/sync/needs.ts';
import { previewRoute } from '../shared/sync/preview.ts';

/**
 * The composition root: the one place where implementations are chosen. Every trigger asks for it, and each process builds it once.
 */
export interface Hetk extends SyncNeeds, ConsentNeeds {
  readonly settings: Settings;
  readonly burst: BurstGate;
  close(): Promise<void>;
}

let built: Promise<Hetk> | undefined;

/** @throws SettingError when a setting is missing or malformed */
export function hetk(): Promise<Hetk> {
  built ??= build(process.env);
  return built;
}

app.hook.appStart(async () => {
  await hetk();
});
app.hook.appTerminate(async () => {
  await (await built)?.close();
});

async function build(environment: NodeJS.ProcessEnv): Promise<Hetk> {
  const settings = readSettings(environment);
  const credential = await identityOfProcess(settings);
  const keyring = await openKeyring(settings, credential);
  const queues = createStorageQueues({ storage: settings.HETK_STORAGE, ...(credential && { credential }) });
  const clock = systemClock;
  const stores = await createStores({
    database: settings.HETK_DATABASE,
    storage: settings.HETK_STORAGE,
    keyring,
    clock,
    random: systemRandom,
    ...(credential && { credential }),
  });
  await queues.ready();
  return assemble(settings, {
    clock,
    keyring,
    queues,
    stores,
    close: async () => {
      queues.close();
      await stores.close();
    },
  });
}

interface Parts {
  readonly clock: SyncNeeds['clock'];
  readonly keyring: Keyring;
  readonly queues: SyncNeeds['queues'];
  readonly stores: Stores;
  readonly close: () => Promise<void>;
}

/** Ties providers and engine to their parts. */
function assemble(settings: Settings, { clock, keyring, queues, stores, close }: Parts): Hetk {
  const outside = { clock, random: systemRandom, log: consoleLog, fetch, credentials: stores.credentials };
  const microsoft = {
    authority: settings.HETK_MICROSOFT_AUTHORITY,
    graphRoot: settings.HETK_GRAPH_ROOT,
    clientId: settings.HETK_MICROSOFT_CLIENT_ID ?? '',
    clientSecret: () => keyring.secret('microsoft'),
  };
  const google = {
    oauthRoot: settings.HETK_GOOGLE_OAUTH_ROOT,
    apiRoot: settings.HETK_GOOGLE_API_ROOT,
    clientId: settings.HETK_GOOGLE_CLIENT_ID ?? '',
    clientSecret: () => keyring.secret('google'),
  };
  const needs: SyncNeeds = {
    settings,
    clock,
    random: systemRandom,
    log: consoleLog,
    queues,
    stores,
    keyring,
    providers: {
      microsoft: createMicrosoft({ settings: microsoft, ...outside }),
      google: createGoogle({ settings: google, ...outside }),
    },
  };
  return {
    ...needs,
    settings,
    burst: createBurstGate(),
    ...(microsoft.clientId && { microsoftIdentity: createMicrosoftIdentity({ settings: microsoft, ...outside }) }),
    ...(google.clientId && { googleIdentity: createGoogleIdentity({ settings: google, ...outside }) }),
    preview: ({ source, target, options }) => previewRoute(needs, source, target, options),
    close,
  };
}

/** Who this process is in Azure; nobody on one machine, and the library that finds out is not even loaded there. */
async function identityOfProcess(settings: Settings): Promise<TokenCredential | undefined> {
  const cloud = [
    settings.HETK_STORAGE.startsWith('account:'),
    settings.HETK_KEYS.startsWith('vault:'),
    settings.HETK_DATABASE.startsWith('mssql:'),
  ];
  if (!cloud.includes(true)) return undefined;
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential();
}

function openKeyring(settings: Settings, credential: TokenCredential | undefined): Promise<Keyring> | Keyring {
  const place = settings.HETK_KEYS.replace(/^(file|vault):/, '');
  if (settings.HETK_KEYS.startsWith('file:')) {
    const secrets = { microsoft: settings.HETK_MICROSOFT_CLIENT_SECRET, google: settings.HETK_GOOGLE_CLIENT_SECRET };
    return readFileKeyring(place, { secrets });
  }
  if (!credential) throw new Error('Key Vault needs the identity of the process.');
  return readVaultKeyring(place, credential);
}
