import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** `[d.]hh:mm:ss[.fffffff]` as milliseconds. */
const timeSpan = z
  .string()
  .regex(/^(\d+\.)?\d{1,2}:\d{2}:\d{2}(\.\d{1,7})?$/, 'must be a time span hh:mm:ss')
  .transform((text) => {
    const [seconds = 0, minutes = 0, hours = 0] = text.split(':').map(Number).reverse();
    const [days, rest] = text.split(':')[0]?.includes('.')
      ? (text.split(':')[0] ?? '').split('.').map(Number)
      : [0, hours];
    return (((days ?? 0) * 24 + (rest ?? 0)) * 3600 + minutes * 60 + seconds) * 1000;
  });

const queues = z
  .object({
    batchSize: z.number().int().min(1).max(32).default(16),
    newBatchThreshold: z.number().int().min(0).optional(),
    maxPollingInterval: timeSpan.default(60_000),
    visibilityTimeout: timeSpan.default(0),
    maxDequeueCount: z.number().int().min(1).default(5),
    messageEncoding: z.literal('base64').default('base64'),
  })
  .prefault({})
  .transform((given) => ({
    ...given,
    newBatchThreshold: given.newBatchThreshold ?? Math.floor(given.batchSize / 2),
    // The real host polls no faster than this.
    maxPollingInterval: Math.max(given.maxPollingInterval, 100),
  }));

const http = z
  .object({
    routePrefix: z.string().default('api'),
    customHeaders: z.record(z.string(), z.string()).default({}),
  })
  .prefault({});

const hostJson = z.object({
  version: z.literal('2.0'),
  extensions: z.object({ http, queues }).prefault({}),
});

/** What this host heeds of host.json, with the real host's defaults; time spans in ms. The rest is for Azure. */
export type HostSettings = z.infer<typeof hostJson>['extensions'];

/** @throws Error that names the file when it is absent or malformed */
export async function readHostJson(file: string | URL): Promise<HostSettings> {
  const parsed = hostJson.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file} is malformed: ${z.prettifyError(parsed.error)}`);
  return parsed.data.extensions;
}
