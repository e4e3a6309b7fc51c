import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { SettingError } from '../shared/platform/settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const file = z.object({ Values: z.record(z.string(), z.string()).default({}) });

/**
 * What local.settings.json sets, as the Functions tools read it: `{"Values": {"NAME": "value"}}`. Empty without the file.
 * @throws SettingError when the file is not like that
 */
export function readLocalSettings(path: string): Environment {
  if (!existsSync(path)) return {};
  try {
    return file.parse(JSON.parse(readFileSync(path, 'utf8'))).Values;
  } catch {
    throw new SettingError(
      'local.settings.json',
      'local.settings.json is malformed: it holds settings for this machine. Example: {"Values": {"HETK_POLL_SECONDS": "600"}}',
    );
  }
}
