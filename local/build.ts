import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, type Metafile, type Plugin } from 'esbuild';
import { z } from 'zod';
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

/** What a library would bring along for something that Hetk does not ask of it: importer, what it imports, why not. */
const unused: readonly { readonly importer: RegExp; readonly imported: RegExp }[] = [
  // The driver for SQL Server can sign in to Entra by itself and open encrypted columns. Hetk signs in itself (`mssqlAddress.ts`) and has no such columns.
  { importer: /[\\/]node_modules[\\/]tedious[\\/]/, imported: /^@azure\/(identity|keyvault-keys)$/ },
  // Reads style attributes, none of which is let through (`text.ts`).
  { importer: /[\\/]node_modules[\\/]sanitize-html[\\/]/, imported: /^postcss$/ },
];

const withoutUnused: Plugin = {
  name: 'without-unused',
  setup({ onResolve, onLoad }) {
    for (const { importer, imported } of unused) {
      onResolve({ filter: imported }, (found) =>
        importer.test(found.importer) ? { path: found.path, namespace: 'unused' } : undefined,
      );
    }
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** Zod's messages in fifty languages, of which all but English would be read at every cold start. */
const englishOnly: Plugin = {
  name: 'english-only',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};

/**
 * Requires what is built into Node instead of importing it: an import reads all exports at once, and those of `node:http` reach a second HTTP client
 * that Hetk never uses, 10 to 30 ms at every cold start.
 */
const builtinsRequired: Plugin = {
  name: 'builtins-required',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ path, kind, namespace }) =>
      kind === 'import-statement' && isBuiltin(path) && namespace !== 'builtin'
        ? { path, namespace: 'builtin', sideEffects: false }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

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
  // And what a library colours its terminal with, if it happens to be there: the tools of development bring it along.
  external: ['@azure/functions-core', 'supports-color'],
  // Packages in CommonJS call require for what is built into Node.
  banner: { js: commonJsRequire },
  plugins: [withoutUnused, englishOnly, builtinsRequired],
  metafile: true,
  logLevel: 'warning',
});
await copyFile(`${root}host.json`, `${dist}/host.json`);
await writeFile(
  `${dist}/package.json`,
  `${JSON.stringify({ name: 'hetk', private: true, type: 'module', main: 'functions/*.js' }, null, 2)}\n`,
);

for (const name of namelessImports(metafile))
  throw new Error(`${name} is CommonJS and loaded by import(): in the package it would have no names.`);
for (const name of await developmentPackages(metafile))
  throw new Error(`${name} is for development only and is in the package.`);
const written = Object.entries(metafile.outputs).filter(([file]) => file.endsWith('.js'));
const bytes = written.reduce((sum, [, output]) => sum + output.bytes, 0);
console.log(`${dist}: ${byName.size} function files, ${(bytes / 1e6).toFixed(1)} MB of JavaScript`);

/**
 * What we load by `import()` and is CommonJS: its chunk has a default export and nothing else. A file of ours that imports it gives it its names
 * (`mssqlDriver.ts`).
 */
function namelessImports({ inputs }: Metafile): string[] {
  const ours = Object.entries(inputs).filter(([file]) => !file.includes('node_modules/'));
  const loaded = ours.flatMap(([, { imports }]) => imports.filter(({ kind }) => kind === 'dynamic-import'));
  return loaded.map(({ path }) => path).filter((path) => inputs[path]?.format === 'cjs');
}

/** Packages of which something was taken although the lock file has them for development only. */
async function developmentPackages({ inputs }: Metafile): Promise<string[]> {
  const lock = z.object({ packages: z.record(z.string(), z.looseObject({ dev: z.boolean().optional() })) });
  const { packages } = lock.parse(JSON.parse(await readFile(`${root}package-lock.json`, 'utf8')));
  const folders = Object.keys(inputs).map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? '');
  return [...new Set(folders)].filter((folder) => packages[folder]?.dev === true);
}
