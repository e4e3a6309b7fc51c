import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { SettingError } from '../shared/platform/settings.ts';
import { PortTaken } from './listen.ts';
import { anyPorts, type LocalWorld, startLocalWorld } from './world.ts';

/**
 * `npm start`: the whole product on this machine, until Ctrl-C. Options:
 * `--seed FILE.ics` fills a simulated calendar instead of the sample events; `--functions dist/functions` runs the built package; `--isolated` takes free ports, keeps nothing, and heeds only settings given as `--set NAME=VALUE`;
 * `--private-domain NAME` has the DNS of that domain demand that copies are private; `--quiet` says nothing but errors; `--json` prints the addresses as one line of JSON.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      functions: { type: 'string' },
      isolated: { type: 'boolean', default: false },
      set: { type: 'string', multiple: true, default: [] },
      'private-domain': { type: 'string', multiple: true, default: [] },
      quiet: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const world = await startLocalWorld({
    quiet: values.quiet,
    privateDomains: values['private-domain'],
    ...(values.seed ? { seed: await readSeed(values.seed) } : { samples: !values.isolated }),
    ...(values.functions ? { functions: values.functions } : {}),
    ...(values.isolated ? { isolated: true, ports: anyPorts, persist: false } : {}),
    settings: Object.fromEntries(
      values.set.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    ),
  });
  for (const problem of world.seedProblems) console.warn(`${values.seed}: ${problem}`);
  console.log(values.json ? JSON.stringify(world) : banner(world));
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  if (!values.quiet) console.log('\nFinishing what is in flight. Ctrl-C again ends at once.');
  process.once('SIGINT', () => process.exit(130));
  await world.stop();
}

async function readSeed(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new SettingError(
      '--seed',
      `--seed ${file} cannot be read: it names an iCalendar file. Example: npm start -- --seed holidays.ics`,
    );
  }
}

function banner({ appUrl, microsoftUrl, googleUrl, icloudUrl, people, persistent }: LocalWorld): string {
  const lines = [
    '',
    `  Hetk                  ${appUrl}/`,
    `  Microsoft             ${microsoftUrl ? `${microsoftUrl}/  (simulated; its calendars as a week)` : 'as your settings say'}`,
    `  Google                ${googleUrl ? `${googleUrl}/  (simulated; its calendars as a week)` : 'as your settings say'}`,
    `  iCloud                ${icloudUrl ? `${icloudUrl}/  (simulated; its calendars as a week)` : 'as your settings say'}`,
    '',
  ];
  if (people.length > 0) {
    lines.push('  Sign in as');
    for (const { service, email, name, password } of people) {
      const words = password ? `${name}; app-specific password ${password}` : name;
      lines.push(`    ${service.padEnd(18)}  ${email}  (${words})`);
    }
    lines.push('');
  }
  lines.push(
    '  To use the real services instead, copy local.settings.example.json to local.settings.json and fill it in.',
    persistent
      ? '  Everything is kept in .hetk/.'
      : '  With simulated services each start begins anew: their calendars are in memory.',
    '  Ctrl-C stops.',
    '',
  );
  return lines.join('\n');
}

try {
  await main();
  process.exit(0);
} catch (error) {
  // What the reader can mend is told in one line.
  const known = error instanceof SettingError || error instanceof PortTaken;
  console.error(known ? error.message : error);
  process.exit(1);
}
