// Runs before every npm script, on whatever Node the machine has: installs what package-lock.json names unless that has been done.
// Plain JavaScript without imports of others, because nothing may be installed yet.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The packages a lock file names, by folder; npm keeps one like it of what it has installed. */
function packagesOf(file) {
  if (!existsSync(file)) return {};
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
}

function isInstalled() {
  const wanted = packagesOf(`${root}package-lock.json`);
  const found = packagesOf(`${root}node_modules/.package-lock.json`);
  return Object.entries(wanted).every(([folder, { version, optional }]) => {
    if (folder === '') return true;
    // Optional packages are for other machines, too.
    if (!found[folder]) return optional === true;
    return found[folder].version === version;
  });
}

if (!isInstalled()) {
  console.log('Installing what package-lock.json names. This is done once and takes a minute.');
  const npm = process.env.npm_execpath;
  const [command, ...args] = npm?.endsWith('.js') ? [process.execPath, npm, 'ci'] : ['npm', 'ci'];
  const { status, error } = spawnSync(command, [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (error) console.error(`npm could not be run: ${error.message}`);
  process.exit(status ?? 1);
}
