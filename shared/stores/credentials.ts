import type { Keyring } from '../platform/keyring.ts';
import type { Random } from '../platform/random.ts';
import { openCredential, sealCredential } from './credentialSeal.ts';
import type { Database } from './database.ts';
import type { Credentials } from './stores.ts';

/** `read` throws CredentialUnreadable for one that no valid key opens; `write` does nothing for an account that is gone. */
export function createCredentials(database: Database, keyring: Keyring, random: Random): Credentials {
  return {
    async read(accountId) {
      const row = await database.run((db) =>
        db.selectFrom('credentials').select('sealed').where('account_id', '=', accountId).executeTakeFirst(),
      );
      return row && openCredential(keyring, accountId, row.sealed);
    },

    async write(accountId, credential) {
      const sealed = sealCredential(keyring, random, accountId, credential);
      await database.transaction(async (db) => {
        // Holds the account's row: of two writers the second finds what the first added, and a removal waits or has happened.
        const held = await db
          .updateTable('accounts')
          .set((eb) => ({ status: eb.ref('status') }))
          .where('id', '=', accountId)
          .executeTakeFirst();
        if (held.numUpdatedRows === 0n) return;
        const updated = await db
          .updateTable('credentials')
          .set({ sealed })
          .where('account_id', '=', accountId)
          .executeTakeFirst();
        if (updated.numUpdatedRows > 0n) return;
        await db.insertInto('credentials').values({ account_id: accountId, sealed }).execute();
      });
    },

    async remove(accountId) {
      await database.run((db) => db.deleteFrom('credentials').where('account_id', '=', accountId).execute());
    },
  };
}
