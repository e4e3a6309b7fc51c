import { isProviderError } from './errors.ts';

/**
 * Reads one event of many. A single one that makes no sense must neither stop the others nor pass for one that is gone.
 * @returns undefined where it is malformed
 */
export function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isProviderError(error, 'malformed')) return undefined;
    throw error;
  }
}
