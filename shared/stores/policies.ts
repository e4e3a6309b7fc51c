import type { DomainPolicy, Policies } from './consentStores.ts';
import type { Database } from './database.ts';
import type { PolicyRow } from './schema.ts';

export function createPolicies(database: Database): Policies {
  return {
    async find(domain) {
      const row = await database.run((db) =>
        db.selectFrom('policies').selectAll().where('domain', '=', domain).executeTakeFirst(),
      );
      return row && policyOf(row);
    },

    async put({ domain, policy, checkedAt, nextCheckAt }) {
      const rest = { policy, checked_at: checkedAt, next_check_at: nextCheckAt };
      const update = () =>
        database.run((db) => db.updateTable('policies').set(rest).where('domain', '=', domain).executeTakeFirst());
      if ((await update()).numUpdatedRows > 0n) return;
      try {
        await database.run((db) =>
          db
            .insertInto('policies')
            .values({ domain, ...rest })
            .execute(),
        );
      } catch (thrown) {
        // Somebody else added it between the two.
        if (!database.dialect.isUniqueViolation(database.dialect.errorOf(thrown))) throw thrown;
        await update();
      }
    },

    async remove(domain) {
      await database.run((db) => db.deleteFrom('policies').where('domain', '=', domain).execute());
    },

    async takeDue(now, limit, nextAt) {
      const due = await database.run((db) =>
        db
          .selectFrom('policies')
          .select('domain')
          .where('next_check_at', '<=', now)
          .orderBy('next_check_at')
          .limit(limit)
          .execute(),
      );
      if (due.length === 0) return [];
      const domains = due.map(({ domain }) => domain);
      const taken = await database.run((db) =>
        db
          .updateTable('policies')
          .set({ next_check_at: nextAt })
          .where('domain', 'in', domains)
          .where('next_check_at', '<=', now)
          .returning('domain')
          .execute(),
      );
      return taken.map(({ domain }) => domain);
    },
  };
}

function policyOf(row: PolicyRow): DomainPolicy {
  return { domain: row.domain, policy: row.policy, checkedAt: row.checked_at, nextCheckAt: row.next_check_at };
}
