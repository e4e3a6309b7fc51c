import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { z } from 'zod';

const hostJson = z.object({
  logging: z.object({
    logLevel: z.record(z.string(), z.string()),
    applicationInsights: z.object({
      samplingSettings: z.object({ isEnabled: z.literal(true), excludedTypes: z.string() }),
    }),
  }),
});

it('the host keeps every line of ours, says nothing of each invocation, and samples the records of requests', async () => {
  const { logging } = hostJson.parse(
    JSON.parse(await readFile(new URL('../../../host.json', import.meta.url), 'utf8')),
  );
  // What a worker prints comes under this category; what the host says of an invocation under "Function", which is left at the default.
  expect(logging.logLevel).toEqual({
    default: 'Warning',
    'Host.Function.Console': 'Information',
    'Host.Results': 'Information',
  });
  expect(logging.applicationInsights.samplingSettings.excludedTypes.split(';').sort()).toEqual(['Exception', 'Trace']);
});
