import type { Transaction } from 'kysely';
import type { Tries } from './consentStores.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';

/** Keys that are remembered as used up, at most. */
const MOST_REMEMBERED = 10_000;

export function createTries(database: Database): Tries {
  /** Until when a key is used up, epoch ms: whoever goes on trying costs no database. */
  const usedUp = new Map<string, number>();

  function remember(key: string, until: number): void {
    usedUp.set(key, until);
    const [oldest] = usedUp.keys();
    if (usedUp.size > MOST_REMEMBERED && oldest !== undefined) usedUp.delete(oldest);
  }

  return {
    async take(key, now, spanMs, most) {
      if ((usedUp.get(key) ?? 0) > now) return false;
      const once = () => database.transaction((db) => takeOne(db, key, now, spanMs));
      const { tries, endsAt } = await once().catch((thrown: unknown) => {
        // Two firsts at once: the second finds what the other added.
        if (!database.dialect.isUniqueViolation(database.dialect.errorOf(thrown))) throw thrown;
        return once();
      });
      if (tries > most) remember(key, endsAt);
      return tries <= most;
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
      usedUp.delete(key);
      await database.run((db) => db.deleteFrom('tries').where('id', '=', key).execute());
    },

    async forgetOld(now) {
      await database.run((db) => db.deleteFrom('tries').where('ends_at', '<=', now).execute());
    },
  };
}

interface Counted {
  readonly tries: number;
  readonly endsAt: number;
}

/** The row is written first, so that of two at once one waits and counts after the other. */
async function takeOne(db: Transaction<Schema>, key: string, now: number, spanMs: number): Promise<Counted> {
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
    return { tries: 1, endsAt: now + spanMs };
  }
  const row = await db.selectFrom('tries').select(['tries', 'ends_at']).where('id', '=', key).executeTakeFirstOrThrow();
  return { tries: row.tries, endsAt: row.ends_at };
}
