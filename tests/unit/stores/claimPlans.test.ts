import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from '@jest/globals';
import { statementsOfStores } from '../../../local/sql/recordedStatements.ts';
import { databaseOf } from '../../../shared/stores/database.ts';
import { sqliteDialect } from '../../../shared/stores/dialects/sqlite.ts';
import { migrate } from '../../../shared/stores/migrations.ts';

/** The plans of SQLite for statements of the stores. */
async function plansOf(chosen: (sql: string) => boolean): Promise<string[][]> {
  const folder = mkdtempSync(join(tmpdir(), 'hetk-plans-'));
  try {
    const file = join(folder, 'hetk.sqlite');
    const dialect = await sqliteDialect(file);
    const database = databaseOf(dialect);
    await migrate(database);
    await database.close();
    const db = new DatabaseSync(file);
    const statements = (await statementsOfStores(dialect)).filter(({ sql }) => chosen(sql));
    const plans = statements.map(({ sql }) =>
      db
        .prepare(`explain query plan ${sql}`)
        .all()
        .map(({ detail }) => String(detail)),
    );
    db.close();
    return plans;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('looks up each calendar and account that a timer claims, however many are due', async () => {
  const plans = await plansOf((sql) => sql.includes('as "claims"'));
  expect(plans).toHaveLength(5);
  for (const [first, second] of plans) {
    expect(first).toMatch(/^SCAN json_each/);
    expect(second).toMatch(/^SEARCH (calendars|accounts) USING INDEX sqlite_autoindex_\w+ \(id=\?\)$/);
  }
});

it('finds abandoned calendars in indexes that hold no others', async () => {
  const plans = await plansOf(
    (sql) => /^select "id" from "calendars" where "live_source" = .* limit/.test(sql) && !sql.includes('next_'),
  );
  expect(plans.flat().sort()).toEqual([
    'SEARCH calendars USING INDEX calendars_dirty (live_source=? AND lease_until=?)',
    'SEARCH calendars USING INDEX calendars_lease (live_source=? AND lease_until>? AND lease_until<?)',
  ]);
});
