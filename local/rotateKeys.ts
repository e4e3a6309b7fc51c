import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { azureIdentity } from '../shared/platform/azureIdentity.ts';
import { type RotatedPurpose, rotated } from '../shared/platform/keyRotation.ts';
import { systemRandom } from '../shared/platform/random.ts';
import { openDatabase } from '../shared/stores/createStores.ts';
import { command } from './azure/command.ts';
import { installation } from './azure/installation.ts';
import { openKeyStore } from './rotation/keyStore.ts';
import { rotate } from './rotation/rotate.ts';

const kept = fileURLToPath(new URL('../.hetk/', import.meta.url));

/**
 * `npm run rotate-keys`: gives the installation new keys while it runs, encrypts all stored credentials anew, and takes the old keys out. Can be stopped and
 * run again at any time. Run one at a time. `-- --deployed` takes the installation in Azure, as whoever is signed in; `-- --only credentials|push|session` leaves the
 * other keys alone; `-- --no-wait` does what can be done now and says when to come back; `-- --json` ends with one JSON object.
 */
await command(async () => {
  const { values } = parseArgs({
    options: {
      deployed: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      'no-wait': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const settings = await installation(values.deployed);
  const database = await openDatabase(settings.HETK_DATABASE ?? `sqlite:${kept}hetk.sqlite`);
  try {
    const outcome = await rotate({
      store: await openKeyStore(settings.HETK_KEYS ?? `file:${kept}keys.json`, azureIdentity),
      database,
      purposes: purposesOf(values.only),
      random: systemRandom,
      now: Date.now,
      pause: values['no-wait'] ? undefined : (ms) => setTimeout(ms),
      say: (line) => console.log(line),
    });
    if (values.json) console.log(JSON.stringify(outcome));
  } finally {
    await database.close();
  }
});

function purposesOf(only: readonly string[]): readonly RotatedPurpose[] {
  const unknown = only.find((name) => !rotated.some((purpose) => purpose === name));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: there are ${rotated.join(', ')}.`);
  return only.length === 0 ? rotated : rotated.filter((purpose) => only.includes(purpose));
}
