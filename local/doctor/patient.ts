import type { TokenCredential } from '@azure/identity';
import type { Settings } from '../../shared/platform/settings.ts';
import type { Environment } from '../localSettings.ts';

/** What an examination needs of the world. */
export interface Patient {
  readonly environment: Environment;
  /** Those that could be read. */
  readonly settings: Partial<Settings>;
  /** Made by the templates in bicep/, and not one machine. */
  readonly deployed: boolean;
  readonly fetch: typeof fetch;
  /** Who looks, in Azure. */
  readonly credential: () => Promise<TokenCredential>;
  readonly now: () => number;
}
