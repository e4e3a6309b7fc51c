import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../local/infra/commands.ts';

/** The Node that Azure runs the package with (bicep/modules/app.bicep), beside the one that everything else here runs with. */
const folder = fileURLToPath(new URL('../.hetk/node-22/', import.meta.url));
const program = `${folder}node_modules/node/bin/node`;
const wish = ['install', '--prefix', folder, '--no-audit', '--no-fund', 'node@22'];

/** Node 22, from npm: where nothing may be missing it is fetched, elsewhere only used if it is there. */
export async function findNode22(): Promise<{ readonly command: string } | { readonly missing: string }> {
  if (process.version.startsWith('v22.')) return { command: process.execPath };
  if (!existsSync(program) && process.env.HETK_REQUIRE_ALL === '1') await runCommand('npm', wish);
  if (existsSync(program)) return { command: program };
  return { missing: `Node 22 is not there: npm ${wish.join(' ')}` };
}
