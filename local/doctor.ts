import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { azureIdentity } from '../shared/platform/azureIdentity.ts';
import { command } from './azure/command.ts';
import { installation } from './azure/installation.ts';
import { examine } from './doctor/examine.ts';
import { printed } from './doctor/finding.ts';

const root = fileURLToPath(new URL('../.hetk/', import.meta.url));

/** What `npm start` takes where nothing is set. */
const asStarted = {
  HETK_PUBLIC_URL: 'http://localhost:7071',
  HETK_DATABASE: `sqlite:${root}hetk.sqlite`,
  HETK_KEYS: `file:${root}keys.json`,
};

/**
 * `npm run doctor`: looks at the settings of this machine and at all that they name, and says in one line each what is well, what is wrong and
 * what to do. `-- --deployed` looks at the installation in Azure instead, as whoever is signed in. Ends with 1 when something is wrong.
 */
await command(async () => {
  const { values } = parseArgs({ options: { deployed: { type: 'boolean', default: false } } });
  const found = await installation(values.deployed);
  const environment = values.deployed
    ? found
    : { ...asStarted, ...found, HETK_STORAGE: found.HETK_STORAGE ?? found.AzureWebJobsStorage };
  const findings = await examine({
    environment,
    deployed: values.deployed,
    fetch,
    credential: azureIdentity,
    now: Date.now,
  });
  for (const finding of findings) console.log(printed(finding));
  const wrong = findings.filter(({ remedy }) => remedy).length;
  console.log(wrong > 0 ? `${wrong} of ${findings.length} need something done.` : 'All is well.');
  if (wrong > 0) process.exitCode = 1;
});
