import type { Clock } from './clock.ts';
import type { Keyring } from './keyring.ts';

/** A keyring that takes over what is changed where its keys are kept, while the process runs. */
export interface LiveKeyring extends Keyring {
  /** To be called before each piece of work. Reads the keys anew when they were read a while ago; keeps the known ones when that fails. */
  refresh(): Promise<void>;
}

/** Keys are read anew after this, ms. A rotation waits three times as long before it relies on everybody knowing. */
export const REFRESH_MS = 5 * 60_000;
/** After a reading that failed, ms. */
const AGAIN_MS = 60_000;

/** @param read the keys as they are now; called by one at a time */
export async function liveKeyring(read: () => Promise<Keyring>, clock: Clock): Promise<LiveKeyring> {
  let keyring = await read();
  let due = clock.now() + REFRESH_MS;
  let reading: Promise<void> | undefined;

  async function readAnew(): Promise<void> {
    try {
      keyring = await read();
      due = clock.now() + REFRESH_MS;
    } catch {
      // The keys at hand are still good; where they are kept may be out of reach for a moment.
      due = clock.now() + AGAIN_MS;
    }
  }

  return {
    newest: (purpose) => keyring.newest(purpose),
    find: (purpose, id) => keyring.find(purpose, id),
    secret: (name) => keyring.secret(name),
    async refresh() {
      if (clock.now() < due) return;
      reading ??= readAnew().finally(() => {
        reading = undefined;
      });
      await reading;
    },
  };
}
