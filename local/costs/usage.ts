import { z } from 'zod';

/** What something costs an installation, counted. */
export const usage = z.object({
  /** Runs of a function: messages and calls that came in. */
  executions: z.number(),
  /** Requests to the queues, without the polling of a queue that is empty. */
  queueRequests: z.number(),
  tableRequests: z.number(),
  /** Requests to calendar services, which cost nothing but are limited. */
  providerRequests: z.number(),
  logLines: z.number(),
  logBytes: z.number(),
  /** Of one core, s. Measured with host and simulated services in the same process, so that in truth it is less. */
  cpuSeconds: z.number(),
});
export type Usage = z.infer<typeof usage>;

/** What was measured, each thing done once. */
export const measured = z.object({
  /** yyyy-MM-dd */
  date: z.string(),
  machine: z.string(),
  /** Events in the calendar that is verified. */
  events: z.number(),
  /** One change, from its notification to its copy and the echo of that. */
  change: usage,
  /** A calendar is asked for changes and has none. */
  quietPull: usage,
  /** An account without push is asked and has none. */
  quietPoll: usage,
  /** A full round of both calendars of a pair that looks at every copy. */
  verification: usage,
  /** A push registration is extended. */
  renewal: usage,
});
export type Measured = z.infer<typeof measured>;

export const nothing: Usage = {
  executions: 0,
  queueRequests: 0,
  tableRequests: 0,
  providerRequests: 0,
  logLines: 0,
  logBytes: 0,
  cpuSeconds: 0,
};

/** @returns one and so many times the other */
export function plus(one: Usage, other: Usage, times: number): Usage {
  const sum = (pick: (of: Usage) => number) => pick(one) + pick(other) * times;
  return {
    executions: sum(({ executions }) => executions),
    queueRequests: sum(({ queueRequests }) => queueRequests),
    tableRequests: sum(({ tableRequests }) => tableRequests),
    providerRequests: sum(({ providerRequests }) => providerRequests),
    logLines: sum(({ logLines }) => logLines),
    logBytes: sum(({ logBytes }) => logBytes),
    cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
  };
}
