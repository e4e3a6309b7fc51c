import type { Keyring } from '../platform/keyring.ts';
import type { Random } from '../platform/random.ts';
import { CredentialUnreadable, openCredential, sealCredential } from './credentialSeal.ts';
import type { Database } from './database.ts';

const PAGE = 200;

export interface Resealed {
  /** Encrypted anew, so far. */
  readonly done: number;
  /** That no key opens: their accounts have to be connected again anyway. */
  readonly unreadable: number;
}

/**
 * Encrypts every credential anew that is not under the newest key, page by page. One that its account's own work replaces meanwhile is left as that work
 * wrote it. Can be interrupted anywhere and run again: what is done is not met any more.
 */
export async function* resealCredentials(
  database: Database,
  keyring: Keyring,
  random: Random,
): AsyncGenerator<Resealed, Resealed> {
  const newest = `${keyring.newest('credentials').id}.`;
  let done = 0;
  let unreadable = 0;
  for (let after = ''; ; ) {
    const page = await database.run((db) =>
      db
        .selectFrom('credentials')
        .selectAll()
        .where('account_id', '>', after)
        .orderBy('account_id')
        .limit(PAGE)
        .execute(),
    );
    for (const { account_id: accountId, sealed } of page) {
      if (sealed.startsWith(newest)) continue;
      try {
        const anew = sealCredential(keyring, random, accountId, openCredential(keyring, accountId, sealed));
        if (await replaceCredential(database, accountId, sealed, anew)) done += 1;
      } catch (error) {
        if (!(error instanceof CredentialUnreadable)) throw error;
        unreadable += 1;
      }
    }
    const last = page.at(-1);
    if (!last || page.length < PAGE) return { done, unreadable };
    after = last.account_id;
    yield { done, unreadable };
  }
}

/** Only if it is still the same (then true): a token that was refreshed meanwhile must not be undone. */
async function replaceCredential(
  database: Database,
  accountId: string,
  before: string,
  after: string,
): Promise<boolean> {
  const { numUpdatedRows } = await database.run((db) =>
    db
      .updateTable('credentials')
      .set({ sealed: after })
      .where('account_id', '=', accountId)
      .where('sealed', '=', before)
      .executeTakeFirst(),
  );
  return numUpdatedRows > 0n;
}
