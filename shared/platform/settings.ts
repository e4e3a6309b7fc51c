import { z } from 'zod';

/** A setting is missing or malformed. The message is one line: its name, what it is for, an example. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
  readonly setting: string;
  constructor(setting: string, message: string) {
    super(message);
    this.setting = setting;
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** An https address, or http on this machine only; without a slash at the end. */
const root = z.string().transform((value, context) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (!url || !safe || url.search || url.hash || url.username) {
    context.addIssue({ code: 'custom', message: 'must be an https address (plain http on loopback only)' });
    return z.NEVER;
  }
  return value.replace(/\/+$/, '');
});

const whole = (low: number, high: number) =>
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.number().min(low).max(high));

const text = z.string().min(1);

interface Entry<T> {
  readonly schema: z.ZodType<T, string>;
  readonly is: string;
  readonly example: string;
  readonly fallback?: string;
  readonly optional?: true;
}

/** Every setting there is: what it is for, an example, and its default. */
const entries = {
  HETK_PUBLIC_URL: { schema: root, is: 'where this installation is reached', example: 'https://hetk.example.com' },
  HETK_DATABASE: {
    // With a user's name and password, for a server that knows no Entra: tests and single machines.
    schema: z
      .string()
      .regex(
        /^(sqlite:.+|mssql:[^/]+\/.+|mssql:\/\/[^/@]+@[^/@]+\/.+)$/,
        'must be sqlite:<file> or mssql:<server>/<database>',
      ),
    is: 'the database of accounts and pairs',
    example: 'sqlite:.hetk/hetk.sqlite or mssql:hetk.database.windows.net/hetk',
  },
  HETK_KEYS: {
    schema: z.string().regex(/^(file:.+|vault:https:\/\/.+)$/, 'must be file:<path> or vault:<https address>'),
    is: 'where keys and client secrets are kept',
    example: 'file:.hetk/keys.json or vault:https://hetk-kv.vault.azure.net',
  },
  HETK_STORAGE: {
    schema: z
      .string()
      .regex(
        /^(UseDevelopmentStorage=true|DefaultEndpointsProtocol=.+|account:[a-z0-9]{3,24})$/,
        'must be account:<name> or a connection string',
      ),
    is: 'the storage account of queues and tables',
    example: 'account:hetkstorage, or a connection string on one machine',
  },
  HETK_MICROSOFT_CLIENT_ID: {
    schema: text,
    is: "the application id of Hetk's registration in Entra",
    example: '11111111-2222-3333-4444-555555555555',
    optional: true,
  },
  HETK_MICROSOFT_CLIENT_SECRET: {
    schema: text,
    is: 'its secret, on one machine only; in Azure it lies in Key Vault',
    example: 'a secret',
    optional: true,
  },
  HETK_GOOGLE_CLIENT_ID: {
    schema: text,
    is: "the client id of Hetk's registration at Google",
    example: '1234-abc.apps.googleusercontent.com',
    optional: true,
  },
  HETK_GOOGLE_CLIENT_SECRET: {
    schema: text,
    is: 'its secret, on one machine only; in Azure it lies in Key Vault',
    example: 'a secret',
    optional: true,
  },
  HETK_MICROSOFT_AUTHORITY: {
    schema: root,
    is: "Microsoft's sign-in service",
    example: 'https://login.microsoftonline.com',
    fallback: 'https://login.microsoftonline.com',
  },
  HETK_GRAPH_ROOT: {
    schema: root,
    is: 'Microsoft Graph',
    example: 'https://graph.microsoft.com',
    fallback: 'https://graph.microsoft.com',
  },
  HETK_GOOGLE_OAUTH_ROOT: {
    schema: root,
    is: "Google's sign-in service; unset means Google's own three hosts",
    example: 'http://127.0.0.1:7073',
    optional: true,
  },
  HETK_GOOGLE_API_ROOT: {
    schema: root,
    is: "Google's calendar service",
    example: 'https://www.googleapis.com',
    fallback: 'https://www.googleapis.com',
  },
  HETK_ICLOUD_ROOT: {
    schema: root,
    is: "Apple's calendar service",
    example: 'https://caldav.icloud.com',
    fallback: 'https://caldav.icloud.com',
  },
  HETK_TRUSTED_PROXIES: {
    schema: whole(0, 9),
    is: "how many proxies stand before it that add the caller's address to x-forwarded-for; Azure's front end is one",
    example: '1',
    fallback: '1',
  },
  HETK_DNS_SERVER: {
    schema: z
      .string()
      .regex(/^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-fA-F:]+\])(:\d{1,5})?$/, 'must be an address with or without a port'),
    is: "the name server to ask for a domain's policy; unset means those of the system",
    example: '127.0.0.1:5353',
    optional: true,
  },
  HETK_WINDOW_PAST_DAYS: { schema: whole(0, 730), is: 'how many days back are synced', example: '92', fallback: '92' },
  HETK_WINDOW_FUTURE_DAYS: {
    schema: whole(1, 1000),
    is: 'how many days ahead are synced',
    example: '366',
    fallback: '366',
  },
  HETK_POLL_SECONDS: {
    schema: whole(60, 86_400),
    is: 'how often a calendar with push is polled all the same, in seconds',
    example: '1800',
    fallback: '1800',
  },
  HETK_POLLS_A_DAY: {
    schema: whole(1_440, 100_000_000),
    is: 'how many such polls of all calendars there are in a day at most; where that is too few, each calendar is polled less often',
    example: '720000',
    fallback: '720000',
  },
  HETK_ICLOUD_POLL_SECONDS: {
    schema: whole(30, 86_400),
    is: 'how often an iCloud account is polled, in seconds',
    example: '300',
    fallback: '300',
  },
  HETK_REGION: {
    schema: text,
    is: 'where the data of this installation lies, as the page for administrators says it',
    example: 'West Europe (Netherlands)',
    optional: true,
  },
  HETK_LOG: {
    schema: z.enum(['events', 'none']),
    is: 'whether each unit of work is logged as one line of JSON',
    example: 'events',
    fallback: 'events',
  },
} satisfies Record<string, Entry<unknown>>;

type Entries = typeof entries;
type Value<E> = E extends { schema: z.ZodType<infer T, string> } ? T : never;

/** The settings, by their names, parsed. Optional ones may be undefined. */
export type Settings = {
  readonly [N in keyof Entries]: Entries[N] extends { optional: true }
    ? Value<Entries[N]> | undefined
    : Value<Entries[N]>;
};

/**
 * Reads the settings from an environment.
 * @throws SettingError for the first that is missing or malformed
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const { settings, errors } = triedSettings(environment);
  if (errors[0]) throw errors[0];
  return settings as Settings;
}

/** The settings that can be read, and an error for each that is missing or malformed. */
export function triedSettings(environment: Readonly<Record<string, string | undefined>>): {
  readonly settings: Partial<Settings>;
  readonly errors: readonly SettingError[];
} {
  const settings: Record<string, unknown> = {};
  const errors: SettingError[] = [];
  for (const [name, entry] of Object.entries<Entry<unknown>>(entries)) {
    const raw = environment[name]?.trim() || entry.fallback;
    if (raw === undefined) {
      if (entry.optional) continue;
      errors.push(new SettingError(name, `${name} is missing: it says ${entry.is}. Example: ${name}=${entry.example}`));
      continue;
    }
    const parsed = entry.schema.safeParse(raw);
    if (parsed.success) {
      settings[name] = parsed.data;
      continue;
    }
    const why = parsed.error.issues[0]?.message ?? 'is malformed';
    errors.push(new SettingError(name, `${name} ${why}: it says ${entry.is}. Example: ${name}=${entry.example}`));
  }
  return { settings: settings as Partial<Settings>, errors };
}
