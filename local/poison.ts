import { parseArgs } from 'node:util';
import { command } from './azure/command.ts';
import { installation } from './azure/installation.ts';
import { terminal } from './azure/operator.ts';
import { poisoned, replay } from './azure/poisonQueues.ts';

/**
 * `npm run poison`: the messages that failed five times, by queue and kind. `-- --replay` puts them back to where they came from;
 * `-- --deployed` takes the installation that azd or `npm run azure:up` made, instead of the settings of this machine.
 */
await command(async () => {
  const { values } = parseArgs({
    options: { replay: { type: 'boolean', default: false }, deployed: { type: 'boolean', default: false } },
  });
  const { HETK_STORAGE } = await installation(values.deployed);
  if (!HETK_STORAGE)
    throw new Error(
      'HETK_STORAGE is missing: it says where the queues are. For an installation in Azure: npm run poison -- --deployed',
    );
  for (const { queue, count, kinds } of await poisoned(HETK_STORAGE)) {
    const what = kinds.length > 0 ? ` (${kinds.join(', ')})` : '';
    terminal.say(`${queue}-poison: ${count} messages${what}`);
  }
  if (!values.replay) return;
  for (const { queue, count } of await replay(HETK_STORAGE)) terminal.say(`${queue}: ${count} messages put back`);
});
