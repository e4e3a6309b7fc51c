import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './commands.ts';

/** Where the Bicep compiler is, or why there is none. */
export type Compiler = { readonly command: string; readonly version: string } | { readonly missing: string };

const PACKAGE = 'Azure.Bicep.CommandLine.linux-x64';
const VERSION = '0.49.2';
/** SHA-512 of the package, as NuGet notes it: what comes from the network is run only if it is what it was. */
const PACKAGE_HASH = 'kBnX0iG9wd/PWdCTwFfUvm6Jemn+5L7sY7b7HQi5k+LLwdFmrbw4y5RTLFxewCFMdBqUThiOILMa7sgzklPEAQ==';

const ownCache = fileURLToPath(new URL('../../.hetk/bicep/', import.meta.url));

/**
 * The compiler on the PATH; else, on Linux with dotnet, the one that NuGet has.
 * @param cache where the latter is kept
 */
export async function findCompiler(environment: NodeJS.ProcessEnv = process.env, cache = ownCache): Promise<Compiler> {
  const onPath = await versionOf('bicep', environment);
  if (onPath) return { command: 'bicep', version: onPath };
  if (process.platform !== 'linux' || process.arch !== 'x64') return missing('bicep is not on the PATH');
  const folder = join(cache, PACKAGE.toLowerCase(), VERSION);
  // NuGet notes the hash of what it fetched beside it.
  const note = join(folder, `${PACKAGE.toLowerCase()}.${VERSION}.nupkg.sha512`);
  if (!existsSync(note)) {
    const { status, said } = await restore(environment, cache);
    if (status === undefined) return missing('neither bicep nor dotnet is on the PATH');
    if (status !== 0) return missing(`NuGet did not give ${PACKAGE} ${VERSION}: ${said}`);
  }
  if ((await readFile(note, 'utf8')).trim() !== PACKAGE_HASH)
    throw new Error(`${PACKAGE} ${VERSION} in ${cache} is not the package that it was.`);
  const command = join(folder, 'tools/bicep');
  await chmod(command, 0o755);
  const version = await versionOf(command, environment);
  return version ? { command, version } : missing(`${command} does not run`);
}

function missing(why: string): Compiler {
  return { missing: `${why}. Install the Bicep CLI (https://aka.ms/bicep-install) or the .NET SDK.` };
}

async function versionOf(command: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { status, stdout } = await runCommand(command, ['--version'], environment);
  return status === 0 ? /\d+\.\d+\.\d+/.exec(stdout)?.[0] : undefined;
}

/** A project that is nothing but the wish for the package. */
async function restore(
  environment: NodeJS.ProcessEnv,
  cache: string,
): Promise<{ status: number | undefined; said: string }> {
  const project = join(cache, 'bicep.csproj');
  await mkdir(cache, { recursive: true });
  await writeFile(
    project,
    `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>netstandard2.0</TargetFramework>
    <DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences>
  </PropertyGroup>
  <ItemGroup><PackageDownload Include="${PACKAGE}" Version="[${VERSION}]" /></ItemGroup>
</Project>
`,
  );
  const { status, stdout, stderr } = await runCommand('dotnet', ['restore', project, '--packages', cache], environment);
  return { status, said: `${stdout}\n${stderr}`.trim().split('\n').at(-1)?.trim() ?? '' };
}
