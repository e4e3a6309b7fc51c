import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CalDavServer } from '../contract/icloud/servers.ts';
import type { Contender, Course } from './caldav.ts';

/** vdirsyncer with its defaults, one pair, each run a process as its users run it. */
export async function vdirsyncerContender({ relay, source, target }: Course): Promise<Contender> {
  const folder = await mkdtemp(join(tmpdir(), 'hetk-vdirsyncer-'));
  const config = join(folder, 'config');

  function storage(name: string, { user, password, calendarPath }: CalDavServer): string[] {
    const where = { type: 'caldav', url: relay.url + calendarPath, username: user, password };
    return [`[storage ${name}]`, ...Object.entries(where).map(([key, value]) => `${key} = "${value}"`)];
  }

  function start(...args: string[]) {
    return spawn('vdirsyncer', ['--config', config, ...args], { stdio: ['pipe', 'ignore', 'pipe'] });
  }

  async function run(...args: string[]): Promise<void> {
    const child = start(...args);
    const complaints: string[] = [];
    child.stderr.on('data', (text) => complaints.push(String(text)));
    child.stdin.end('y\ny\n');
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`vdirsyncer ended with ${code}: ${complaints.join('').slice(-500)}`);
  }

  return {
    name: 'vdirsyncer',
    async prepare() {
      const pair = ['[pair bench]', 'a = "source"', 'b = "target"', 'collections = null'];
      const general = ['[general]', `status_path = "${join(folder, 'status')}"`];
      const lines = [...general, ...pair, ...storage('source', source), ...storage('target', target), ''];
      await writeFile(config, lines.join('\n'));
      await run('discover');
    },
    firstSync: () => run('sync'),
    again: () => run('sync'),
    async killedAndRerun(copies) {
      const child = start('sync');
      let written = 0;
      relay.intercept(({ method }) => {
        if (method !== 'PUT') return undefined;
        written += 1;
        if (written === copies) child.kill('SIGKILL');
        return undefined;
      });
      await once(child, 'exit');
      relay.intercept(undefined);
      await run('sync');
    },
    stop: () => rm(folder, { recursive: true, force: true }),
  };
}
