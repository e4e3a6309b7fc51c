import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { zipOf } from '../../local/azure/zip.ts';
import { demoPerson } from '../../local/demo/person.ts';
import { type RunningWorld, runLocalWorld } from '../localWorld.ts';
import { describeUnless } from '../need.ts';
import { findNode22 } from '../node22.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
let out: string;

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'hetk-bundle-'));
  const functions = join(root, 'tests/fixtures/host/functions');
  await run(process.execPath, [join(root, 'local/build.ts'), '--functions', functions, '--out', out]);
});
afterAll(() => rm(out, { recursive: true }));

/** @returns an iCalendar file with one event, tomorrow */
async function oneEvent(): Promise<string> {
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
  const event = [
    'BEGIN:VEVENT',
    'UID:1@bundle.test',
    `DTSTART:${tomorrow}T100000Z`,
    'DURATION:PT1H',
    'SUMMARY:Lunch',
    'END:VEVENT',
  ];
  const file = join(out, 'one.ics');
  await writeFile(
    file,
    ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//bundle', ...event, 'END:VCALENDAR', ''].join('\r\n'),
  );
  return file;
}

/** Somebody signs in to both services and makes a pair; after that every client that is read when it is first needed has been read. */
async function firstPair({ appUrl, people }: RunningWorld): Promise<{ status: string }> {
  const person = demoPerson(appUrl);
  const emailAt = (service: string) => people.find((one) => one.service === service)?.email ?? '';
  await person.connect('microsoft', emailAt('Microsoft'));
  await person.connect('google', emailAt('Google'));
  const { accounts } = await person.get<{ accounts: { id: string; provider: string }[] }>('/api/me');
  const calendars = await person.get<{ id: string; accountId: string; writable: boolean }[]>('/api/calendars');
  const at = (provider: string) => {
    const account = accounts.find((one) => one.provider === provider);
    return calendars.find(({ accountId, writable }) => accountId === account?.id && writable)?.id;
  };
  const request = { source: at('microsoft'), target: at('google'), direction: 'one-way', sourceToTarget: {} };
  const { id } = await person.send<{ id: string }>('POST', '/api/pairs', request);
  for (;;) {
    const pair = await person.get<{ status: string }>(`/api/pairs/${id}`);
    if (pair.status !== 'starting') return pair;
    await setTimeout(100);
  }
}

describe('the deployable package', () => {
  it('loads in a Functions worker, with nothing else installed, and answers', async () => {
    const { stdout } = await run(
      process.execPath,
      [join(root, 'tests/fixtures/host/serve.ts'), join(out, 'functions'), '/echo/word'],
      { env: { ...process.env, AzureWebJobsStorage: 'UseDevelopmentStorage=true', TEST_SCHEDULE: '0 0 4 2 2 *' } },
    );
    const { functions, status, body } = JSON.parse(stdout);
    expect(functions).toEqual([
      'anything',
      'atStart',
      'cookies',
      'echo',
      'enqueue',
      'fails',
      'fixed',
      'home',
      'jobs',
      'missed',
    ]);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ params: { word: 'word' } });
  });

  it('has one module for each function file where package.json tells the worker to look', async () => {
    const { main, type } = JSON.parse(await readFile(join(out, 'package.json'), 'utf8'));
    expect({ main, type }).toEqual({ main: 'functions/*.js', type: 'module' });
    const modules = (await readdir(join(out, 'functions'))).filter((name) => name.endsWith('.js'));
    expect(modules.sort()).toEqual(['echo.js', 'jobs.js', 'tick.js']);
    expect(await readdir(out)).toContain('host.json');
  });
});

describe('the package of the real functions', () => {
  let dist: string;
  beforeAll(async () => {
    dist = join(out, 'real');
    await run(process.execPath, [join(root, 'local/build.ts'), '--out', dist]);
  });

  it('is under 5 MB with its source maps, and brings no package that is for development only', async () => {
    expect((await zipOf(dist)).length).toBeLessThan(5_000_000);
    const files = await readdir(join(dist, 'functions'));
    expect(files.filter((name) => name.endsWith('.js') && !files.includes(`${name}.map`))).toEqual([]);
    // The build looks through the lock file by itself.
    expect(await readdir(dist)).not.toContain('node_modules');
  });

  it('runs the whole product, and its page has a script that needs nothing from outside itself', async () => {
    const world = await runLocalWorld(['--functions', join(dist, 'functions'), '--seed', await oneEvent()]);
    try {
      const { status } = await fetch(`${world.appUrl}/health`);
      expect(status).toBe(200);
      const script = await (await fetch(`${world.appUrl}/page.js`)).text();
      const heard: string[] = [];
      const document = {
        addEventListener: (event: string) => heard.push(event),
        querySelector: () => null,
        querySelectorAll: () => [],
      };
      runInNewContext(script, { document, addEventListener: document.addEventListener });
      expect(heard).toContain('submit');
      expect(await firstPair(world)).toMatchObject({ status: 'active', counts: { copies: 1 } });
    } finally {
      await world.stop();
    }
  });

  it('finds its driver for SQL Server, and takes a server that does not answer for a passing trouble', async () => {
    const program = join(root, 'tests/fixtures/host/sqlServer.ts');
    const { stdout } = await run(process.execPath, [program, join(dist, 'functions/chunks')]);
    expect(JSON.parse(stdout)).toEqual({ said: expect.stringContaining('127.0.0.1:1'), transient: true });
  });

  it('loads, and ends only at the first setting that is missing', async () => {
    const env = { PATH: process.env.PATH };
    const serve = [join(root, 'tests/fixtures/host/serve.ts'), join(dist, 'functions')];
    const failure: unknown = await run(process.execPath, serve, { env }).catch((error: unknown) => error);
    const { stderr } = z.object({ stderr: z.string() }).parse(failure);
    expect(stderr).toContain('HETK_PUBLIC_URL is missing');
    // With the source line that Node shows and the stack it is still for people to read.
    expect(stderr.length).toBeLessThan(3_000);
  });
});

const node22 = await findNode22();
describeUnless('missing' in node22 ? node22.missing : undefined, 'the package on Node 22, as in Azure', () => {
  it('runs the whole product from a folder that has nothing else', async () => {
    const alone = await mkdtemp(join(tmpdir(), 'hetk-alone-'));
    await run(process.execPath, [join(root, 'local/build.ts'), '--out', alone]);
    const world = await runLocalWorld(
      ['--functions', join(alone, 'functions'), '--seed', await oneEvent()],
      {},
      'command' in node22 ? node22.command : '',
    );
    try {
      expect((await fetch(`${world.appUrl}/health`)).status).toBe(200);
      expect((await fetch(`${world.appUrl}/`)).status).toBe(200);
      expect(await (await fetch(`${world.appUrl}/metrics`)).text()).toContain('target_info');
      expect(await firstPair(world)).toMatchObject({ status: 'active', counts: { copies: 1 } });
    } finally {
      await world.stop();
      await rm(alone, { recursive: true });
    }
  });
});

describe('deployable sources', () => {
  // On Node 20 and 22 only these can be imported by name; others end the app while it loads:
  // https://github.com/Azure/azure-functions-nodejs-library/issues/287
  const importable = new Set(['app', 'input', 'output']);

  it('import by name from @azure/functions only what Node 22 can', async () => {
    const files = (await Promise.all(['functions', 'shared'].map(sourcesUnder))).flat();
    expect(files.length).toBeGreaterThan(10);
    const wrong: string[] = [];
    for (const file of files) {
      const text = await readFile(file, 'utf8');
      for (const [, names = ''] of text.matchAll(/import\s*\{([^}]*)\}\s*from\s*'@azure\/functions'/g)) {
        const used = names.split(',').map((name) => name.trim());
        wrong.push(
          ...used
            .filter((name) => name && !name.startsWith('type ') && !importable.has(name))
            .map((name) => `${file}: ${name}`),
        );
      }
    }
    expect(wrong).toEqual([]);
  });
});

async function sourcesUnder(folder: string): Promise<string[]> {
  const found = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return found
    .filter((file) => file.isFile() && file.name.endsWith('.ts'))
    .map((file) => join(file.parentPath, file.name));
}
