import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const operators = {
  HETK_OPERATORS_GROUP: 'Operators',
  HETK_OPERATORS_OBJECT_ID: '11111111-2222-3333-4444-555555555555',
  HETK_OPERATORS_EMAIL: 'operators@example.com',
};
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hetk-commands-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Puts a program on the PATH that notes how it was called, and answers as a shell script says. */
async function program(name: string, answer: string): Promise<void> {
  const file = join(folder, name);
  await writeFile(file, `#!/bin/sh\necho "$@" budget=$HETK_BUDGET_START >> ${join(folder, 'calls')}\n${answer}\n`);
  await chmod(file, 0o755);
}

const calls = async () => (await readFile(join(folder, 'calls'), 'utf8').catch(() => '')).trim().split('\n');

interface Ending {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

function run(script: string, environment: Record<string, string>, ...args: string[]): Promise<Ending> {
  const env = { ...environment, PATH: `${folder}${delimiter}/usr/bin${delimiter}/bin` };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, script), ...args], { env }, (error, out, err) =>
      resolve({ status: error ? Number(error.code) : 0, out, err }),
    );
  });
}

// The stand-ins are shell scripts.
const onPosix = process.platform === 'win32' ? describe.skip : describe;

onPosix('npm run azure:prepare', () => {
  it('has azd remember what was not known, and fails in one line where nobody can be asked', async () => {
    await program('azd', 'exit 0');
    expect(await run('local/azure/prepare.ts', operators)).toMatchObject({ status: 0 });
    expect(await calls()).toEqual(['']);
    const { status, err } = await run('local/azure/prepare.ts', { ...operators, HETK_OPERATORS_EMAIL: '' });
    expect(status).toBe(1);
    expect(err.trim()).toMatch(/^HETK_OPERATORS_EMAIL is missing.*azd env set HETK_OPERATORS_EMAIL VALUE$/);
  });
});

onPosix('npm run azure:up', () => {
  it('gives a deployment the first month of an earlier one, in North Europe, and tells what Azure complains of', async () => {
    await program(
      'az',
      `case "$3" in
show) echo '{"hetK_BUDGET_START":{"type":"String","value":"2026-11-01"}}';;
create) echo 'ERROR: no quota' >&2; exit 1;;
esac`,
    );
    const { status, err } = await run('local/azure/up.ts', operators);
    expect(status).toBe(1);
    expect(err.trim()).toBe('az deployment sub create failed: ERROR: no quota');
    const [show, create] = await calls();
    expect(show).toContain('deployment sub show --name hetk-hetk --query properties.outputs');
    expect(create).toMatch(
      /^deployment sub create --name hetk-hetk --location northeurope --parameters .*bicep\/main\.bicepparam .*budget=2026-11-01$/,
    );
  });

  it('says so when the Azure command line is not there', async () => {
    expect((await run('local/azure/up.ts', operators)).err.trim()).toBe('az could not be started: is it installed?');
  });
});

onPosix('the installation in Azure', () => {
  it('is the one that azd made, else the one that was deployed with az, else none is known', async () => {
    // No real service is asked.
    const nobody = { HETK_ICLOUD_ROOT: 'http://127.0.0.1:1' };
    const doctor = (): Promise<Ending> => run('local/doctor.ts', nobody, '--deployed');
    expect((await doctor()).err).toContain('No installation is known');
    const output = (url: string) => `{"hetK_PUBLIC_URL":{"type":"String","value":"${url}"}}`;
    await program('az', `echo '${output('http://127.0.0.1:1')}'`);
    expect((await doctor()).out).toContain('nobody answers at http://127.0.0.1:1');
    await program('azd', `echo '{"HETK_APP_NAME":"func-hetk","HETK_PUBLIC_URL":"http://127.0.0.1:2"}'`);
    expect(await doctor()).toMatchObject({
      status: 1,
      out: expect.stringContaining('nobody answers at http://127.0.0.1:2'),
    });
  });
});

onPosix('npm run azure:settle', () => {
  it('says which outputs it lacks', async () => {
    const { status, err } = await run('local/azure/settleNow.ts', { HETK_DATABASE: 'mssql:s/d' });
    expect(status).toBe(1);
    expect(err.trim()).toMatch(
      /^Not known here: HETK_KEYS, HETK_IDENTITY_NAME, HETK_IDENTITY_CLIENT_ID, HETK_RESOURCE_GROUP\. /,
    );
  });
});
