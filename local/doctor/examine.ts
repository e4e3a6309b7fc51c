import { triedSettings } from '../../shared/platform/settings.ts';
import { examineAddresses } from './addresses.ts';
import { examineDatabase } from './database.ts';
import { type Finding, well } from './finding.ts';
import { examineKeys } from './keys.ts';
import type { Patient } from './patient.ts';
import { examineStorage } from './storage.ts';

/** Looks at everything that an installation needs, changes nothing, and tells of each thing in one line. */
export async function examine(patient: Omit<Patient, 'settings'>): Promise<readonly Finding[]> {
  const { settings, errors } = triedSettings(patient.environment);
  const unset = errors.map(({ setting, message }): Finding => {
    if (setting === 'HETK_STORAGE' && !patient.deployed && !patient.environment.HETK_STORAGE)
      return well(setting, 'not set: npm start brings a storage emulator along');
    const [, says = message, example = ''] = /^\S+ (.*?)\.? (Example: .*)$/.exec(message) ?? [];
    return { of: setting, says, remedy: `set it. ${example}` };
  });
  const whole = { ...patient, settings };
  const parts = [examineAddresses, examineKeys, examineDatabase, examineStorage];
  return [...unset, ...(await Promise.all(parts.map((part) => part(whole)))).flat()];
}
