import type { Database } from './database.ts';
import type { Users } from './stores.ts';

export function createUsers(database: Database): Users {
  return {
    async create(id, now) {
      await database.run((db) => db.insertInto('users').values({ id, created_at: now }).execute());
    },
    async exists(id) {
      const row = await database.run((db) =>
        db.selectFrom('users').select('id').where('id', '=', id).executeTakeFirst(),
      );
      return row !== undefined;
    },
    async remove(id) {
      await database.run((db) => db.deleteFrom('users').where('id', '=', id).execute());
    },
  };
}
