import { appPromises } from './promises/app.ts';
import { networkPromises } from './promises/network.ts';
import type { InfraPromise } from './promises/promise.ts';
import { regionPromises } from './promises/region.ts';
import { rolePromises } from './promises/roles.ts';
import { secretPromises } from './promises/secrets.ts';
import { sqlPromises } from './promises/sql.ts';
import { storagePromises } from './promises/storage.ts';
import { vaultPromises } from './promises/vault.ts';
import { watchPromises } from './promises/watch.ts';
import type { Template } from './template.ts';

/** What operators and users may rely on, and a careless change must not take away. */
export const promises: readonly InfraPromise[] = [
  ...regionPromises,
  ...sqlPromises,
  ...storagePromises,
  ...vaultPromises,
  ...rolePromises,
  ...appPromises,
  ...secretPromises,
  ...networkPromises,
  ...watchPromises,
];

/** One line for each way in which a template breaks a promise. */
export function brokenPromises(template: Template): readonly string[] {
  return promises.flatMap(({ says, broken }) => broken(template).map((how) => `${says} Broken: ${how}`));
}
