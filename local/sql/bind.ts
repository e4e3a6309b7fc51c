import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CompiledQuery } from 'kysely';
import { z } from 'zod';
import { runCommand } from '../infra/commands.ts';

const program = fileURLToPath(new URL('bind.cs', import.meta.url));

/** File-based programs came with .NET 10: https://learn.microsoft.com/dotnet/core/sdk/file-based-apps */
const OLDEST_SDK = 10;

const answer = z.object({ bound: z.number(), findings: z.array(z.string()) });

/** Why statements cannot be bound here; undefined when they can. */
export async function binderMissing(environment: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const { status, stdout } = await runCommand('dotnet', ['--version'], environment);
  if (status === 0 && Number.parseInt(stdout, 10) >= OLDEST_SDK) return undefined;
  return `the .NET SDK ${OLDEST_SDK} or newer is not on the PATH (https://dotnet.microsoft.com/download)`;
}

/**
 * What Microsoft's parser and model of SQL Server find wrong with statements on a schema; nothing is run.
 * @param schema the statements of all migrations, in their order
 * @throws Error when the program cannot be built or does not answer
 */
export async function bindStatements(
  schema: readonly string[],
  statements: readonly Pick<CompiledQuery, 'sql' | 'parameters'>[],
): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'hetk-sql-'));
  try {
    const file = join(folder, 'statements.json');
    const typed = statements.map(({ sql, parameters }) => ({ sql, parameters: parameters.map(typeOf) }));
    await writeFile(file, JSON.stringify({ schema, statements: typed }));
    const { status, stdout, stderr } = await runCommand('dotnet', ['run', program, '--', file]);
    const said = stdout.trim().split('\n').at(-1) ?? '';
    if (status !== 0) throw new Error(`local/sql/bind.cs did not answer:\n${stderr || stdout}`);
    const { bound, findings } = answer.parse(JSON.parse(said));
    if (bound !== statements.length)
      throw new Error(`local/sql/bind.cs read ${bound} of ${statements.length} statements.`);
    return findings;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The type with which the driver sends a value: `MssqlDriver` of Kysely goes by what it is in JavaScript. */
function typeOf(value: unknown): string {
  if (typeof value !== 'number') return 'nvarchar(max)';
  return Math.abs(value) < 2 ** 31 ? 'int' : 'bigint';
}
