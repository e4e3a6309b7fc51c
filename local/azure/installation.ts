import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { runCommand } from '../infra/commands.ts';
import { type Environment, readLocalSettings } from '../localSettings.ts';
import { outputsOf } from './outputs.ts';

const local = fileURLToPath(new URL('../../local.settings.json', import.meta.url));

/**
 * The settings of an installation: of this machine (environment, then local.settings.json); or of the one in Azure, from azd, or from what
 * `npm run azure:up` deployed.
 * @throws Error when there is none in Azure that anybody here knows of
 */
export async function installation(deployed: boolean): Promise<Environment> {
  if (!deployed) return { ...readLocalSettings(local), ...process.env };
  const azd = await runCommand('azd', ['env', 'get-values', '--output', 'json']);
  if (azd.status === 0) {
    const values = z.record(z.string(), z.string()).parse(JSON.parse(azd.stdout));
    if (values.HETK_APP_NAME) return { ...process.env, ...values };
  }
  const name = `hetk-${process.env.AZURE_ENV_NAME ?? 'hetk'}`;
  const show = ['deployment', 'sub', 'show', '--name', name, '--query', 'properties.outputs', '--output', 'json'];
  const az = await runCommand('az', show);
  if (az.status === 0) return { ...process.env, ...outputsOf(az.stdout) };
  throw new Error(
    `No installation is known: neither azd (azd env select NAME) nor az (a deployment ${name} in this subscription) has one.`,
  );
}
