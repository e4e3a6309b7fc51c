import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { runCommand } from './commands.ts';

/** The folder of main.bicep, main.bicepparam and bicepconfig.json. */
export const bicepFolder = fileURLToPath(new URL('../../bicep/', import.meta.url));

/** What the parameter file asks of the environment; nobody's values. */
const nobody = {
  AZURE_ENV_NAME: 'check',
  HETK_OPERATORS_GROUP: 'Operators',
  HETK_OPERATORS_OBJECT_ID: '00000000-0000-0000-0000-000000000000',
  HETK_OPERATORS_EMAIL: 'operators@example.com',
};

/**
 * Compiles main.bicep and its modules.
 * @returns the template as JSON
 * @throws Error with what the compiler said
 */
export async function compile(command: string, folder = bicepFolder): Promise<string> {
  const { status, stdout, stderr } = await runCommand(command, ['build', join(folder, 'main.bicep'), '--stdout']);
  if (status !== 0) throw new Error(`bicep/main.bicep does not compile:\n${stderr.trim()}`);
  return stdout;
}

// SARIF 2.1.0, as far as it is needed: https://docs.oasis-open.org/sarif/sarif/v2.1.0/
const sarif = z.object({
  runs: z.array(
    z.object({
      results: z.array(
        z.object({
          ruleId: z.string(),
          message: z.object({ text: z.string() }),
          locations: z.array(
            z.object({
              physicalLocation: z.object({
                artifactLocation: z.object({ uri: z.string() }),
                region: z.object({ startLine: z.number() }).optional(),
              }),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** All that compiler and linter have to say, of any level, about parameter file, template and modules. */
export async function lint(command: string, folder = bicepFolder): Promise<readonly string[]> {
  const args = ['lint', join(folder, 'main.bicepparam'), '--diagnostics-format', 'sarif'];
  const { stdout, stderr } = await runCommand(command, args, { ...process.env, ...nobody });
  const found = /\{[\s\S]*\}/.exec(stdout)?.[0] ?? /\{[\s\S]*\}/.exec(stderr)?.[0];
  if (!found) throw new Error(`bicep lint gave no report:\n${stderr.trim()}`);
  const results = sarif.parse(JSON.parse(found)).runs.flatMap((run) => run.results);
  return results.map(({ ruleId, message, locations }) => {
    const place = locations[0]?.physicalLocation;
    return `${place?.artifactLocation.uri ?? '?'}:${place?.region?.startLine ?? '?'} ${ruleId} ${message.text}`;
  });
}
