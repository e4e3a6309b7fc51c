import type { Transaction } from 'kysely';
import type { Tries } from './consentStores.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';

export function createTries(database: Database): Tries {
  return {
    async count(key, now, spanMs) {
      const once = () => database.transaction((db) => countOne(db, key, now, spanMs));
      try {
        return await once();
      } catch (thrown) {
        // Two firsts at once: the second finds what the other added.
        if (!database.dialect.isUniqueViolation(database.dialect.errorOf(thrown))) throw thrown;
        return once();
      }
    },

    async undo(key) {
      await database.run((db) =>
        db
          .updateTable('tries')
          .set((eb) => ({ tries: eb('tries', '-', 1) }))
          .where('id', '=', key)
          .where('tries', '>', 0)
          .execute(),
      );
    },

    async forget(key) {
      await database.run((db) => db.deleteFrom('tries').where('id', '=', key).execute());
    },

    async forgetOld(now) {
      await database.run((db) => db.deleteFrom('tries').where('ends_at', '<=', now).execute());
    },
  };
}

/** The row is written first, so that of two at once one waits and counts after the other. */
async function countOne(db: Transaction<Schema>, key: string, now: number, spanMs: number): Promise<number> {
  const counted = await db
    .updateTable('tries')
    .set((eb) => ({ tries: eb('tries', '+', 1) }))
    .where('id', '=', key)
    .where('ends_at', '>', now)
    .executeTakeFirst();
  if (counted.numUpdatedRows === 0n) {
    await db.deleteFrom('tries').where('id', '=', key).execute();
    await db
      .insertInto('tries')
      .values({ id: key, tries: 1, ends_at: now + spanMs })
      .execute();
    return 1;
  }
  const { tries } = await db.selectFrom('tries').select('tries').where('id', '=', key).executeTakeFirstOrThrow();
  return tries;
}
