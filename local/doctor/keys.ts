import { existsSync, statSync } from 'node:fs';
import { readFileKeyring } from '../../shared/platform/fileKeyring.ts';
import type { Keyring } from '../../shared/platform/keyring.ts';
import { readVaultKeyring } from '../../shared/platform/vaultKeyring.ts';
import { type Finding, reason, well, wrong } from './finding.ts';
import type { Patient } from './patient.ts';

const VAULT_REMEDY =
  'npm run azure:settle, as a member of the operators’ group (a role that was just given takes some minutes)';

/** Keys, and the client secrets of the registrations that are used. */
export async function examineKeys(patient: Patient): Promise<readonly Finding[]> {
  const { settings, environment, credential } = patient;
  const place = settings.HETK_KEYS;
  if (!place) return [];
  const where = place.replace(/^(file|vault):/, '');
  if (place.startsWith('file:')) {
    if (!existsSync(where)) return [well('HETK_KEYS', `${where} is not there yet: made at the first start`)];
    if (process.platform !== 'win32' && (statSync(where).mode & 0o077) !== 0)
      return [wrong('HETK_KEYS', `others may read ${where}`, `chmod 600 ${where}`)];
  }
  try {
    const keyring = place.startsWith('file:')
      ? readFileKeyring(where, {
          secrets: {
            microsoft: environment.HETK_MICROSOFT_CLIENT_SECRET,
            google: environment.HETK_GOOGLE_CLIENT_SECRET,
          },
        })
      : await readVaultKeyring(where, await credential());
    return [well('HETK_KEYS', `${where} holds a keyring`), ...clientSecrets(patient, keyring)];
  } catch (error) {
    const remedy = place.startsWith('vault:')
      ? VAULT_REMEDY
      : 'restore the file; without its keys every account must be connected anew';
    return [wrong('HETK_KEYS', reason(error), remedy)];
  }
}

function clientSecrets({ settings, deployed }: Patient, keyring: Keyring): Finding[] {
  const used = [
    { name: 'microsoft', id: settings.HETK_MICROSOFT_CLIENT_ID, variable: 'HETK_MICROSOFT_CLIENT_SECRET' },
    { name: 'google', id: settings.HETK_GOOGLE_CLIENT_ID, variable: 'HETK_GOOGLE_CLIENT_SECRET' },
  ] as const;
  return used.flatMap(({ name, id, variable }) => {
    if (!id) return [];
    if (keyring.secret(name)) return [well(variable, 'known')];
    return [
      wrong(
        variable,
        'not known: nobody can sign in',
        deployed ? 'npm run azure:settle, which asks for it' : `set ${variable}`,
      ),
    ];
  });
}
