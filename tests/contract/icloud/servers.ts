import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real CalDAV server of Debian's, on loopback, with one calendar of one person. */
export interface CalDavServer {
  readonly root: string;
  readonly user: string;
  readonly password: string;
  /** Path of the person's first calendar, made if the server has none. */
  readonly calendarPath: string;
  stop(): Promise<void>;
}

/** Whoever runs the servers owns nothing: `nobody`, where the tests are run by root. */
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
/** Servers need a moment, most of all under load. Ms. */
const PATIENCE_MS = 20_000;

const alice = 'alice';
const password = 'secret';

/** @param user whose server it is: several of them can stand behind one address when their people differ */
export async function startRadicale(user = alice): Promise<CalDavServer> {
  const folder = await folderOf('radicale');
  const port = await freePort();
  await writeFile(join(folder, 'users'), `${user}:${password}\n`);
  await writeFile(
    join(folder, 'config'),
    [
      '[server]',
      `hosts = 127.0.0.1:${port}`,
      '[auth]',
      'type = htpasswd',
      `htpasswd_filename = ${join(folder, 'users')}`,
      'htpasswd_encryption = plain',
      '[rights]',
      'type = owner_only',
      '[storage]',
      `filesystem_folder = ${join(folder, 'data')}`,
      '[web]',
      'type = none',
      '',
    ].join('\n'),
  );
  const server = await started(folder, port, ['radicale', '--config', join(folder, 'config')]);
  const person = { root: server.root, user, password };
  return { ...server, ...person, calendarPath: await calendarMade(person, `/${user}/work/`) };
}

/** It knows no passwords: whoever asks is let in. */
export async function startXandikos(user = alice): Promise<CalDavServer> {
  const folder = await folderOf('xandikos');
  const port = await freePort();
  const place = ['-d', join(folder, 'data'), '-l', '127.0.0.1', '-p', String(port)];
  const server = await started(folder, port, [
    'xandikos',
    '--defaults',
    ...place,
    '--current-user-principal',
    `/${user}/`,
  ]);
  return { ...server, user, password, calendarPath: `/${user}/calendars/calendar/` };
}

/** The same server with a calendar of another name, in which nothing was ever. */
export async function emptied(server: CalDavServer): Promise<CalDavServer> {
  calendars += 1;
  const parent = server.calendarPath.replace(/[^/]+\/$/, '');
  return { ...server, calendarPath: await calendarMade(server, `${parent}work-${calendars}/`) };
}

let calendars = 0;

/** @returns the path */
async function calendarMade(server: Pick<CalDavServer, 'root' | 'user' | 'password'>, path: string): Promise<string> {
  const answer = await fetch(server.root + path, { method: 'MKCALENDAR', headers: { authorization: basicOf(server) } });
  if (answer.status !== 201) throw new Error(`MKCALENDAR answered ${answer.status}.`);
  return path;
}

/** The header by which a server's person shows who they are. */
export function basicOf({ user, password }: Pick<CalDavServer, 'user' | 'password'>): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

async function folderOf(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `hetk-${name}-`));
  await mkdir(join(folder, 'data'));
  for (const each of [folder, join(folder, 'data')]) if (isRoot) await chown(each, NOBODY, NOBODY);
  return folder;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

async function started(
  folder: string,
  port: number,
  command: readonly string[],
): Promise<Pick<CalDavServer, 'root' | 'stop'>> {
  const [program = '', ...args] = isRoot
    ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', ...command]
    : command;
  const child = spawn(program, args, { cwd: folder, env: { PATH: process.env.PATH, HOME: folder }, stdio: 'ignore' });
  const root = `http://127.0.0.1:${port}`;
  async function stop(): Promise<void> {
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGTERM')) await once(child, 'exit');
    await rm(folder, { recursive: true, force: true });
  }
  try {
    await answers(root, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { root, stop };
}

async function answers(root: string, child: ChildProcess): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}.`);
    try {
      await fetch(root, { method: 'OPTIONS' });
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error('The server does not answer.');
}
