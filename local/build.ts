import { copyFile, rm, writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { findEntries } from './host/entries.ts';

/**
 * Makes the deployable package in dist/: one module for each file of functions/{http,queue,timer}, what they share in chunks, source
 * maps, host.json, and a package.json that tells the Functions worker where to look. Nothing is left to install.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    functions: { type: 'string', default: `${root}functions` },
    out: { type: 'string', default: `${root}dist` },
  },
});
const dist = resolve(values.out);

const entries = (await findEntries(values.functions)).map((url) => fileURLToPath(url));
const byName = new Map(entries.map((file) => [basename(file, '.ts'), file]));
if (byName.size < entries.length)
  throw new Error('Two files of functions/ have the same name, and the package is flat.');

const commonJsRequire = [
  "import { createRequire as createRequireOfModule } from 'node:module';",
  'const require = createRequireOfModule(import.meta.url);',
].join(' ');

await rm(dist, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: Object.fromEntries(byName),
  outdir: `${dist}/functions`,
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  // Half as much to read at a cold start. Never with keepNames: page.js is the text of a function (browserScript.ts).
  minify: true,
  // Node prints the line of an error that ends the process: it must not be a megabyte long.
  lineLimit: 160,
  // Places for stack traces, without the sources themselves: those are the larger part.
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'linked',
  // Made by the worker when it is asked for; it is on no registry.
  external: ['@azure/functions-core'],
  // Packages in CommonJS call require for what is built into Node.
  banner: { js: commonJsRequire },
  metafile: true,
  logLevel: 'warning',
});
await copyFile(`${root}host.json`, `${dist}/host.json`);
await writeFile(
  `${dist}/package.json`,
  `${JSON.stringify({ name: 'hetk', private: true, type: 'module', main: 'functions/*.js' }, null, 2)}\n`,
);

const written = Object.entries(metafile.outputs).filter(([file]) => file.endsWith('.js'));
const bytes = written.reduce((sum, [, output]) => sum + output.bytes, 0);
console.log(`${dist}: ${byName.size} function files, ${(bytes / 1e6).toFixed(1)} MB of JavaScript`);
