import { z } from 'zod';
import type { DayCounts, Measured } from './usage.ts';

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

export type Profile = keyof Measured['days']['profiles'];

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
  readonly perUser: UserDay;
  readonly databaseSize: string;
  /** A month, in the currency of the prices. */
  readonly lines: Readonly<Record<'always ready' | 'executions' | 'database' | 'storage' | 'logs', number>>;
}

interface UserDay extends DayCounts {
  /** Of one core. */
  readonly cpuSeconds: number;
}

/** What a day takes: counts as they were counted, and the time that such work was measured to take. */
export function userDay({ acts, days }: Measured, profile: Profile = 'office'): UserDay {
  const counts = days.profiles[profile];
  const { change, quietPull, quietPoll, verification, renewal } = acts.cpuSeconds;
  const cpuSeconds =
    counts.changes * change +
    counts.fallbackPulls * quietPull +
    counts.polls * quietPoll +
    // A verification was measured of a pair, and so of two calendars.
    (counts.fullRounds / 2) * verification +
    counts.renewals * renewal;
  return { ...counts, cpuSeconds };
}

/** Requests to calendar services, those for access tokens among them. */
function serviceRequests({ microsoftRequests, googleRequests, icloudRequests, tokenRequests }: DayCounts): number {
  return microsoftRequests + googleRequests + icloudRequests + tokenRequests;
}

export function costsOf(users: number, measured: Measured, price: Prices, profile: Profile = 'office'): Costs {
  const perUser = userDay(measured, profile);
  const month = (count: number) => count * users * DAYS;
  // Runs that share an instance share its time: so either each counts by itself, or the instances that are busy all day do.
  const busyInstances = Math.ceil((perUser.cpuSeconds * users) / DAY_SECONDS / LOAD);
  const alone = month(perUser.executions) * LEAST_SECONDS;
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
        million(Math.max(month(perUser.executions) - price.freeExecutions, 0)) * price.executionsPerMillion +
        demandGbSeconds * price.onDemandPerGbSecond,
      database: price.databasePerMonth[databaseSize] ?? Number.NaN,
      storage:
        million(month(perUser.queueRequests) + polls) * price.queueRequestsPerMillion +
        million(month(perUser.tableRequests)) * price.tableRequestsPerMillion,
      logs: (month(perUser.logBytes + perUser.logLines * LINE_OVERHEAD) / 1e9) * price.logsPerGb,
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
  const one = userDay(measured);
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
    `Counted ${measured.days.date} for one user and day: ${whole(one.executions)} executions, ${whole(one.queueRequests)} requests to queues and ${whole(one.tableRequests)} to tables, ${whole(one.sqlStatements)} SQL statements, ${whole(serviceRequests(one))} requests to calendar services, ${whole(one.logLines)} log lines; and by what was measured ${measured.acts.date}, ${one.cpuSeconds.toFixed(1)} s of a core.`,
  ].join('\n');
}

/** What one user and day takes and costs among 100,000 of their kind, as Markdown, for docs/performance.md. */
export function profileTable(measured: Measured, price: Prices): string {
  const users = 100_000;
  const rows = (['quiet', 'office', 'heavy'] as const).map((name) => {
    const { perUser, lines } = costsOf(users, measured, price, name);
    const { changes, executions, queueRequests, tableRequests, sqlStatements, cpuSeconds } = perUser;
    const requests = serviceRequests(perUser);
    const sum = Object.values(lines).reduce((total, line) => total + line, 0);
    const counts = [changes, executions, queueRequests, tableRequests, sqlStatements, requests].map((count) =>
      String(Math.round(count)),
    );
    return `| ${[name, ...counts, cpuSeconds.toFixed(1), (sum / users).toFixed(3)].join(' | ')} |`;
  });
  return [
    `| of one user and day | changes | executions | queue requests | table requests | SQL statements | requests to services | s of a core | ${price.currency} a month |`,
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
  ].join('\n');
}
