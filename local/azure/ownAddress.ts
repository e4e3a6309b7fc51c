/**
 * The address that a database server refused, from what it says (error 40615): so nobody needs to be asked where we are.
 * https://learn.microsoft.com/sql/relational-databases/errors-events/mssqlserver-40615-database-engine-error
 */
export function refusedAddress(error: unknown): string | undefined {
  const texts: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) texts.push(at.message);
  return /Client with IP address '([0-9.]+)' is not allowed/.exec(texts.join('\n'))?.[1];
}

/** Opens the door to an address, and closes it again. */
export interface Door {
  open(address: string): Promise<void>;
  close(): Promise<void>;
}

/** A new rule of the server's firewall takes up to this long, ms. */
const PATIENCE_MS = 300_000;
const EVERY_MS = 10_000;

/**
 * Does something at a server that may not let us in: then its door is opened to our address only, and closed when it is done.
 * @param pause waits so many ms
 * @throws what the work throws, and what it threw at last when the door did not open
 */
export async function throughDoor<T>(
  work: () => Promise<T>,
  door: Door,
  pause: (ms: number) => Promise<unknown>,
): Promise<T> {
  let opened = false;
  try {
    for (let waited = 0; ; waited += EVERY_MS) {
      try {
        return await work();
      } catch (error) {
        const address = refusedAddress(error);
        if (!address || waited >= PATIENCE_MS) throw error;
        if (!opened) await door.open(address);
        opened = true;
        await pause(EVERY_MS);
      }
    }
  } finally {
    if (opened) await door.close();
  }
}
