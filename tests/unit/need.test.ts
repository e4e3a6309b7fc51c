import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

const root = fileURLToPath(new URL('../..', import.meta.url));
const jest = [
  '--experimental-vm-modules',
  'node_modules/jest/bin/jest.js',
  '--json',
  '--testMatch',
  '**/fixtures/need/*.ts',
];
const found = z.object({ numPassedTests: z.number(), numPendingTests: z.number(), numFailedTests: z.number() });
const ending = z.object({ stdout: z.string(), stderr: z.string() });

async function outcome(requireAll: string) {
  const env = { ...process.env, NODE_OPTIONS: '', HETK_REQUIRE_ALL: requireAll };
  const { stdout, stderr } = ending.parse(
    await promisify(execFile)(process.execPath, jest, { cwd: root, env }).catch((failed: unknown) => failed),
  );
  const { numPassedTests, numPendingTests, numFailedTests } = found.parse(JSON.parse(stdout));
  return { passed: numPassedTests, skipped: numPendingTests, failed: numFailedTests, said: stderr };
}

describe('tests that need a program that is not there', () => {
  it('are skipped, with the package to install', async () => {
    const { said, ...counts } = await outcome('');
    expect(counts).toEqual({ passed: 1, skipped: 1, failed: 0 });
    expect(said).toContain('apt-get install no-such-package');
  });

  it('fail when HETK_REQUIRE_ALL=1', async () => {
    expect(await outcome('1')).toMatchObject({ passed: 1, skipped: 0, failed: 1 });
  });
});
