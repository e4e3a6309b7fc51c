import { z } from 'zod';

/** What is counted of one user's day. A mean, and so with fractions. */
const dayCounts = z.object({
  /** Changes that people made, of all calendars together. */
  changes: z.number(),
  /** Pulls that the timer asked for, because push may have lost something. */
  fallbackPulls: z.number(),
  /** Times that an account without push was asked. */
  polls: z.number(),
  /** Full rounds of a calendar: of the daily verification, and of the daily slide where that was not in time. */
  fullRounds: z.number(),
  /** Push registrations that were extended or made anew. */
  renewals: z.number(),
  /** Runs of a function: messages and calls that came in. Ticks of timers are the installation's. */
  executions: z.number(),
  /** Each message is put, got and deleted. Without the polling of a queue that is empty. */
  queueRequests: z.number(),
  tableRequests: z.number(),
  /** Without the beginnings and ends of transactions, and without those of timers, which are the installation's. */
  sqlStatements: z.number(),
  /** Requests to calendar services, which cost nothing but are limited; a batch is one, and those for access tokens are told apart. */
  microsoftRequests: z.number(),
  googleRequests: z.number(),
  icloudRequests: z.number(),
  tokenRequests: z.number(),
  logLines: z.number(),
  logBytes: z.number(),
});
export type DayCounts = z.infer<typeof dayCounts>;
export const countNames = dayCounts.keyof().options;

/** What the timers of an installation do in a day, whoever its users are. */
const timerCounts = z.object({ ticks: z.number(), sqlStatements: z.number() });
export type TimerCounts = z.infer<typeof timerCounts>;

/** A day of each profile, counted in a world under a clock of its own: `npm run bench -- day --write`. */
const simulatedDays = z.object({
  /** yyyy-MM-dd */
  date: z.string(),
  machine: z.string(),
  /** Events of people in each calendar. */
  events: z.number(),
  /** How many days one after another the counts are the mean of. */
  days: z.number(),
  profiles: z.object({ quiet: dayCounts, office: dayCounts, heavy: dayCounts }),
  timers: timerCounts,
});

/** What takes time of a processor, each done once in the one-machine world: `npm run costs -- --measure`. */
const measuredActs = z.object({
  /** yyyy-MM-dd */
  date: z.string(),
  machine: z.string(),
  /** Events in the calendar that is verified. */
  events: z.number(),
  /** Of one core. Measured with host and simulated services in the same process, so that in truth it is less. */
  cpuSeconds: z.object({
    /** One change, from its notification to its copy and the echo of that. */
    change: z.number(),
    /** A calendar is asked for changes and has none. */
    quietPull: z.number(),
    /** An account without push is asked and has none. */
    quietPoll: z.number(),
    /** A full round of both calendars of a pair that looks at every copy. */
    verification: z.number(),
    /** A push registration is extended. */
    renewal: z.number(),
  }),
});
export type MeasuredActs = z.infer<typeof measuredActs>;

/** What local/costs/measured.json holds. */
export const measured = z.object({ acts: measuredActs, days: simulatedDays });
export type Measured = z.infer<typeof measured>;

export function noCounts(): DayCounts {
  return {
    changes: 0,
    fallbackPulls: 0,
    polls: 0,
    fullRounds: 0,
    renewals: 0,
    executions: 0,
    queueRequests: 0,
    tableRequests: 0,
    sqlStatements: 0,
    microsoftRequests: 0,
    googleRequests: 0,
    icloudRequests: 0,
    tokenRequests: 0,
    logLines: 0,
    logBytes: 0,
  };
}

/** @returns the first, and so many times each of the others, added up */
export function plus(one: DayCounts, ...others: readonly (readonly [DayCounts, number])[]): DayCounts {
  const sum = { ...one };
  for (const [other, times] of others) for (const name of countNames) sum[name] += other[name] * times;
  return sum;
}
