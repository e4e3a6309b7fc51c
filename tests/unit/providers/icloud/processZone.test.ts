import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const suite = ['expand', 'mapping', 'body', 'rewrite'].map((name) => `tests/unit/providers/icloud/${name}.test.ts`);

/** On one side of UTC, on the other by half an hour, and on the other side of the date line. */
describe('the zone of the process', () => {
  it.each(['America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'])(
    'makes no difference: the suite passes in %s',
    async (zone) => {
      const jest = [
        '--experimental-vm-modules',
        '--disable-warning=ExperimentalWarning',
        'node_modules/jest/bin/jest.js',
      ];
      const child = spawn(process.execPath, [...jest, '--runInBand', '--ci', '--runTestsByPath', ...suite], {
        cwd: root,
        env: { ...process.env, TZ: zone },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let report = '';
      child.stderr.on('data', (chunk) => {
        report += chunk;
      });
      const [status] = await once(child, 'close');
      expect(status === 0 ? '' : report).toBe('');
      expect(report).toMatch(/Tests: +\d+ passed/);
    },
    120_000,
  );
});
