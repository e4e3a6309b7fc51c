import { app } from '@azure/functions';
import { metrics } from '@opentelemetry/api';
import { withLimitedTries } from '../shared/consent/limitedTries.ts';
import type { ConsentNeeds } from '../shared/consent/needs.ts';
import { azureIdentity } from '../shared/platform/azureIdentity.ts';
import type { Telemetry } from '../shared/platform/azureMonitor.ts';
import { systemClock } from '../shared/platform/clock.ts';
import { readFileKeyring } from '../shared/platform/fileKeyring.ts';
import type { LiveKeyring } from '../shared/platform/liveKeyring.ts';
import { consoleLog, silentLog } from '../shared/platform/log.ts';
import { metered } from '../shared/platform/metrics.ts';
import { systemRandom } from '../shared/platform/random.ts';
import { readSettings, type Settings } from '../shared/platform/settings.ts';
import { createStorageQueues } from '../shared/platform/storageQueues.ts';
import { timedFetch } from '../shared/platform/timedFetch.ts';
import { tracedFetch } from '../shared/platform/trace.ts';
import { dnsTxtLookup } from '../shared/platform/txtRecords.ts';
import { readVaultKeyring } from '../shared/platform/vaultKeyring.ts';
import { ProviderError } from '../shared/providers/errors.ts';
import { createGoogle } from '../shared/providers/google/google.ts';
import { createGoogleIdentity } from '../shared/providers/google/identity.ts';
import { createIcloud } from '../shared/providers/icloud/icloud.ts';
import { createIcloudIdentity } from '../shared/providers/icloud/identity.ts';
import { createMicrosoftIdentity } from '../shared/providers/microsoft/identity.ts';
import { createMicrosoft } from '../shared/providers/microsoft/microsoft.ts';
import type { CredentialStore } from '../shared/providers/provider.ts';
import { createStores } from '../shared/stores/createStores.ts';
import { CredentialUnreadable } from '../shared/stores/credentialSeal.ts';
import type { Stores } from '../shared/stores/stores.ts';
import { createBurstGate } from '../shared/sync/burst.ts';
import { createForgeries } from '../shared/sync/forgeries.ts';
import type { SyncNeeds } from '../shared/sync/needs.ts';
import type { PushNeeds } from '../shared/sync/notifications.ts';
import { previewRoute } from '../shared/sync/preview.ts';

/**
 * The composition root: the one place where implementations are chosen. Every trigger asks for it, and each process builds it once.
 */
export interface Hetk extends SyncNeeds, ConsentNeeds, PushNeeds {
  readonly settings: Settings;
  readonly keyring: LiveKeyring;
  close(): Promise<void>;
}

/** How many traces are sent: enough to see where time goes, at a cost that does not grow beyond the rest. Figures are always complete. */
const TRACED_SHARE = 0.1;

let built: Promise<Hetk> | undefined;
let telemetry: Promise<Telemetry | undefined> | undefined;

/** With keys as they are kept now: a rotation needs no restart. @throws SettingError when a setting is missing or malformed */
export async function hetk(): Promise<Hetk> {
  built ??= build(process.env).catch((error: unknown) => {
    // What was only not there yet (a database that is waking up) may be there for the next trigger.
    built = undefined;
    throw error;
  });
  const made = await built;
  await made.keyring.refresh();
  return made;
}

app.hook.appStart(async () => {
  await hetk();
});
app.hook.appTerminate(async () => {
  await (await built)?.close();
});

async function build(environment: NodeJS.ProcessEnv): Promise<Hetk> {
  const settings = readSettings(environment);
  telemetry ??= openTelemetry(environment);
  const keyring = await openKeyring(settings);
  const queues = createStorageQueues({ storage: settings.HETK_STORAGE });
  const clock = systemClock;
  const stores = await createStores({
    database: settings.HETK_DATABASE,
    storage: settings.HETK_STORAGE,
    keyring,
    clock,
    random: systemRandom,
  });
  await queues.ready();
  // The meter is taken below; until then this need not hold up anything.
  await telemetry;
  return assemble(settings, {
    clock,
    keyring,
    queues,
    stores,
    close: async () => {
      queues.close();
      await stores.close();
      await (await telemetry)?.close();
    },
  });
}

interface Parts {
  readonly clock: SyncNeeds['clock'];
  readonly keyring: LiveKeyring;
  readonly queues: SyncNeeds['queues'];
  readonly stores: Stores;
  readonly close: () => Promise<void>;
}

/** Ties providers and engine to their parts. */
function assemble(settings: Settings, { clock, keyring, queues, stores, close }: Parts): Hetk {
  const log = metered(settings.HETK_LOG === 'none' ? silentLog : consoleLog, metrics.getMeter('hetk'));
  const outside = {
    clock,
    random: systemRandom,
    log,
    fetch: tracedFetch(timedFetch),
    credentials: credentialsOf(stores),
  };
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
  const icloud = { root: settings.HETK_ICLOUD_ROOT };
  const needs: SyncNeeds = {
    settings,
    clock,
    random: systemRandom,
    log,
    queues,
    stores,
    keyring,
    txt: dnsTxtLookup(settings.HETK_DNS_SERVER),
    providers: {
      microsoft: createMicrosoft({ settings: microsoft, ...outside }),
      google: createGoogle({ settings: google, ...outside }),
      icloud: createIcloud({ settings: icloud, ...outside }),
    },
  };
  return {
    ...needs,
    settings,
    keyring,
    burst: createBurstGate(),
    forgeries: createForgeries({ clock, log }),
    ...(microsoft.clientId && { microsoftIdentity: createMicrosoftIdentity({ settings: microsoft, ...outside }) }),
    ...(google.clientId && { googleIdentity: createGoogleIdentity({ settings: google, ...outside }) }),
    icloudIdentity: withLimitedTries(createIcloudIdentity({ settings: icloud, ...outside }), {
      clock,
      keyring,
      tries: stores.tries,
    }),
    preview: ({ source, target, options }) => previewRoute(needs, source, target, options),
    close,
  };
}

/** Credentials as the providers want them: one that no key opens any more is as good as revoked, and its user can mend that. */
function credentialsOf({ credentials }: Stores): CredentialStore {
  return {
    async read(accountId) {
      try {
        return await credentials.read(accountId);
      } catch (cause) {
        if (!(cause instanceof CredentialUnreadable)) throw cause;
        throw new ProviderError('revoked', 'The stored credential can no longer be read.', {
          code: 'credential-unreadable',
          cause,
        });
      }
    },
    write: (accountId, credential) => credentials.write(accountId, credential),
  };
}

/** Application Insights, where the environment names one; on one machine the local world has figures of its own. */
async function openTelemetry(environment: NodeJS.ProcessEnv): Promise<Telemetry | undefined> {
  const connectionString = environment.APPLICATIONINSIGHTS_CONNECTION_STRING;
  if (!connectionString) return undefined;
  try {
    const { sendToAzureMonitor } = await import('../shared/platform/azureMonitor.ts');
    return sendToAzureMonitor(connectionString, await azureIdentity(), TRACED_SHARE);
  } catch (error) {
    // Nobody's calendar waits for figures.
    consoleLog('telemetry-failed', { error: error instanceof Error ? error.name : typeof error });
    return undefined;
  }
}

async function openKeyring(settings: Settings): Promise<LiveKeyring> {
  const place = settings.HETK_KEYS.replace(/^(file|vault):/, '');
  if (settings.HETK_KEYS.startsWith('vault:')) return readVaultKeyring(place, await azureIdentity());
  const secrets = { microsoft: settings.HETK_MICROSOFT_CLIENT_SECRET, google: settings.HETK_GOOGLE_CLIENT_SECRET };
  return readFileKeyring(place, { secrets });
}
