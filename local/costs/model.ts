import { z } from 'zod';
import { type Measured, nothing, plus, type Usage } from './usage.ts';

const money = z.number().nonnegative();
export const prices = z.object({
  date: z.string(),
  currency: z.string(),
  note: z.string(),
  executionsPerMillion: money,
  onDemandPerGbSecond: money,
  alwaysReadyBaselinePerGbSecond: money,
  alwaysReadyActivePerGbSecond: money,
  freeExecutions: money,
  freeGbSeconds: money,
  queueRequestsPerMillion: money,
  tableRequestsPerMillion: money,
  logsPerGb: money,
  databasePerMonth: z.record(z.string(), money),
});
export type Prices = z.infer<typeof prices>;

/** A user's day. */
interface Day {
  /** Changes that are copied, of all calendars together. */
  readonly changes: number;
  /** Calendars that are sources: both of a two-way pair. */
  readonly sources: number;
  /** Full rounds of pairs: the daily slide and the daily verification of each. */
  readonly fullRounds: number;
  /** Graph daily, Google every fifth day. */
  readonly renewals: number;
  /** Users who also have iCloud, whose account is asked every 5 to 15 minutes. */
  readonly icloudShare: number;
}

/** Everyone has two accounts with push and a two-way pair between them; `heavy` has three such pairs and iCloud besides. */
export const profiles = {
  quiet: { changes: 2, sources: 2, fullRounds: 2, renewals: 1.2, icloudShare: 0 },
  office: { changes: 12, sources: 2, fullRounds: 2, renewals: 1.2, icloudShare: 0.3 },
  heavy: { changes: 60, sources: 6, fullRounds: 6, renewals: 3.6, icloudShare: 1 },
} as const satisfies Record<string, Day>;

/** Fallback polls of each source: HETK_POLL_SECONDS. */
const POLLS_PER_SOURCE = 86_400 / 1_800;
/** Polls of an account at iCloud. */
const ICLOUD_POLLS = 130;

/** bicep/main.bicep */
const MEMORY_GB = 2;
const ALWAYS_READY = 2;
/** Instances take the load of a core to this part before more are made. */
const LOAD = 0.6;
/** A run counts for at least this long, unless others share its instance. */
const LEAST_SECONDS = 1;
const DAY_SECONDS = 86_400;
const DAYS = 30;
/** What Azure stores of a log line besides the line. */
const LINE_OVERHEAD = 600;
/** Beyond so many users a database of this size is slow; rounds touch a few rows each, by index. */
const sizes: readonly (readonly [users: number, size: string])[] = [
  [2_000, 'S0'],
  [10_000, 'S1'],
  [30_000, 'S2'],
  [120_000, 'S3'],
];

export interface Costs {
  readonly users: number;
  /** Of one user and day. */
  readonly perUser: Usage;
  readonly databaseSize: string;
  /** A month, in the currency of the prices. */
  readonly lines: Readonly<Record<'always ready' | 'executions' | 'database' | 'storage' | 'logs', number>>;
}

export function usagePerUser(measured: Measured, day: Day = profiles.office): Usage {
  const parts: readonly (readonly [Usage, number])[] = [
    [measured.change, day.changes],
    [measured.quietPull, day.sources * POLLS_PER_SOURCE],
    [measured.verification, day.fullRounds],
    [measured.renewal, day.renewals],
    [measured.quietPoll, day.icloudShare * ICLOUD_POLLS],
  ];
  return parts.reduce((sum, [one, times]) => plus(sum, one, times), nothing);
}

export function costsOf(users: number, measured: Measured, price: Prices, day: Day = profiles.office): Costs {
  const perUser = usagePerUser(measured, day);
  const all = plus(nothing, perUser, users * DAYS);
  // Runs that share an instance share its time: so either each counts by itself, or the instances that are busy all day do.
  const busyInstances = Math.ceil((perUser.cpuSeconds * users) / DAY_SECONDS / LOAD);
  const alone = all.executions * LEAST_SECONDS;
  const shared = busyInstances * DAY_SECONDS * DAYS;
  const seconds = Math.min(alone, shared);
  // Always-ready instances take their part first, at their own price.
  const readySeconds = Math.min(seconds, ALWAYS_READY * DAY_SECONDS * DAYS);
  const demandGbSeconds = Math.max((seconds - readySeconds) * MEMORY_GB - price.freeGbSeconds, 0);
  // The always-ready instance of each queue asks it once a second, whether there is work or not.
  const polls = DAY_SECONDS * DAYS * 2;
  const databaseSize = sizes.find(([most]) => users <= most)?.[1] ?? 'S4';
  const million = (count: number) => count / 1e6;
  return {
    users,
    perUser,
    databaseSize,
    lines: {
      'always ready':
        ALWAYS_READY * MEMORY_GB * DAY_SECONDS * DAYS * price.alwaysReadyBaselinePerGbSecond +
        readySeconds * MEMORY_GB * price.alwaysReadyActivePerGbSecond,
      executions:
        million(Math.max(all.executions - price.freeExecutions, 0)) * price.executionsPerMillion +
        demandGbSeconds * price.onDemandPerGbSecond,
      database: price.databasePerMonth[databaseSize] ?? Number.NaN,
      storage:
        million(all.queueRequests + polls) * price.queueRequestsPerMillion +
        million(all.tableRequests) * price.tableRequestsPerMillion,
      logs: ((all.logBytes + all.logLines * LINE_OVERHEAD) / 1e9) * price.logsPerGb,
    },
  };
}

/** As Markdown, for docs/operators.md. */
export function costTable(measured: Measured, price: Prices): string {
  const all = [1, 1_000, 100_000].map((users) => costsOf(users, measured, price));
  const whole = (value: number) => Math.round(value).toLocaleString('en');
  const row = (name: string, cells: readonly string[]) => `| ${[name, ...cells].join(' | ')} |`;
  const names = ['always ready', 'executions', 'database', 'storage', 'logs'] as const;
  const total = all.map(({ lines }) => names.reduce((sum, name) => sum + lines[name], 0));
  const one = all[0]?.perUser ?? nothing;
  return [
    row(
      `${price.currency} a month, prices of ${price.date}`,
      all.map(({ users }) => `${whole(users)} user${users > 1 ? 's' : ''}`),
    ),
    row(
      '---',
      all.map(() => '---:'),
    ),
    ...names.map((name) =>
      row(
        name,
        all.map(({ lines, databaseSize }) =>
          name === 'database' ? `${whole(lines[name])} (${databaseSize})` : whole(lines[name]),
        ),
      ),
    ),
    row(
      '**sum**',
      total.map((sum) => `**${whole(sum)}**`),
    ),
    row(
      'each user',
      total.map((sum, index) => (sum / (all[index]?.users ?? 1)).toFixed(3)),
    ),
    '',
    `Measured ${measured.date} for one user and day: ${whole(one.executions)} executions, ${whole(one.queueRequests)} requests to queues and ${whole(one.tableRequests)} to tables, ${whole(one.providerRequests)} requests to calendar services, ${whole(one.logLines)} log lines, ${one.cpuSeconds.toFixed(1)} s of a core.`,
  ].join('\n');
}

/** What one user and day takes and costs among 100,000 of their kind, as Markdown, for docs/performance.md. */
export function profileTable(measured: Measured, price: Prices): string {
  const users = 100_000;
  const rows = Object.entries(profiles).map(([name, day]) => {
    const { perUser, lines } = costsOf(users, measured, price, day);
    const { executions, queueRequests, tableRequests, providerRequests, cpuSeconds } = perUser;
    const sum = Object.values(lines).reduce((total, line) => total + line, 0);
    const counts = [executions, queueRequests, tableRequests, providerRequests].map((count) =>
      String(Math.round(count)),
    );
    return `| ${[name, day.changes, ...counts, cpuSeconds.toFixed(1), (sum / users).toFixed(3)].join(' | ')} |`;
  });
  return [
    `| of one user and day | changes | executions | queue requests | table requests | requests to services | s of a core | ${price.currency} a month |`,
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
  ].join('\n');
}
