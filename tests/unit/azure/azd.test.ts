import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';

const root = new URL('../../../', import.meta.url);
const hook = z.object({ run: z.string(), interactive: z.literal(true) });
const project = z.object({
  infra: z.object({ path: z.string(), module: z.string() }),
  services: z.record(z.string(), z.object({ dist: z.string(), host: z.literal('function') })),
  hooks: z.record(z.string(), z.object({ posix: hook, windows: hook })),
});

it('azd finds the template, the app by its tag, the built package, and hooks that there are', async () => {
  const text = (path: string) => readFile(new URL(path, root), 'utf8');
  const { infra, services, hooks } = project.parse(parse(await text('azure.yaml')));
  expect(await text(`${infra.path}/${infra.module}.bicepparam`)).toContain("using './main.bicep'");
  const [[name, service]] = Object.entries(services) as [[string, (typeof services)[string]]];
  expect(await text('bicep/modules/app.bicep')).toContain(`'azd-service-name': '${name}'`);
  expect(await text('local/build.ts')).toContain(`\${root}${service.dist}\``);
  const scripts = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await text('package.json'))).scripts;
  for (const { posix, windows } of Object.values(hooks)) {
    expect(windows.run).toBe(posix.run);
    const script = /^npm run --silent (\S+)$/.exec(posix.run)?.[1] ?? '';
    expect(scripts[script]).toMatch(/^node local\/azure\/\w+\.ts$/);
    await text(scripts[script]?.replace('node ', '') ?? '');
  }
});
