import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answers } from './answers.ts';
import { command } from './command.ts';
import { terminal } from './operator.ts';
import { outputsOf } from './outputs.ts';
import { said } from './said.ts';
import { settle } from './settle.ts';
import { zipOf } from './zip.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** `npm run azure:up`: what `azd up` does, with the Azure command line alone. Makes the installation, or brings it to this version. */
await command(async () => {
  const given = { ...process.env, ...(await answers(process.env, terminal)) };
  const deployment = `hetk-${given.AZURE_ENV_NAME ?? 'hetk'}`;
  const show = ['deployment', 'sub', 'show', '--name', deployment, '--query', 'properties.outputs', '--output', 'json'];
  // The first month of the budget cannot be changed later, so every further deployment is told it.
  const before = await said('az', show).then(outputsOf, () => ({}));
  terminal.say('Azure: making what is in bicep/, which takes some minutes.');
  const create = ['deployment', 'sub', 'create', '--name', deployment, '--location', 'northeurope'];
  const template = ['--parameters', join(root, 'bicep/main.bicepparam'), '--output', 'none'];
  await said('az', [...create, ...template], { ...before, ...given });
  const environment = { ...given, ...outputsOf(await said('az', show)) };
  await settle(environment, terminal);

  terminal.say('Package: building.');
  await said(process.execPath, [join(root, 'local/build.ts')]);
  const folder = await mkdtemp(join(tmpdir(), 'hetk-package-'));
  try {
    const file = join(folder, 'hetk.zip');
    await writeFile(file, await zipOf(join(root, 'dist')));
    const { HETK_RESOURCE_GROUP = '', HETK_APP_NAME = '' } = environment;
    const where = ['--resource-group', HETK_RESOURCE_GROUP, '--name', HETK_APP_NAME];
    await said('az', [
      'functionapp',
      'deployment',
      'source',
      'config-zip',
      ...where,
      '--src',
      file,
      '--output',
      'none',
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
  terminal.say(`Hetk is at ${environment.HETK_PUBLIC_URL}`);
});
