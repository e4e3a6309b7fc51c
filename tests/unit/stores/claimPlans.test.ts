import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from '@jest/globals';
import { statementsOfStores } from '../../../local/sql/recordedStatements.ts';
import { databaseOf } from '../../../shared/stores/database.ts';
import { sqliteDialect } from '../../../shared/stores/dialects/sqlite.ts';
import { migrate } from '../../../shared/stores/migrations.ts';

it('looks up each calendar and account that a timer claims, however many are due', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hetk-plans-'));
  try {
    const file = join(folder, 'hetk.sqlite');
    const dialect = await sqliteDialect(file);
    const database = databaseOf(dialect);
    await migrate(database);
    await database.close();
    const db = new DatabaseSync(file);
    const claiming = (await statementsOfStores(dialect)).filter(({ sql }) => sql.includes('as "claims"'));
    const plans = claiming.map(({ sql }) =>
      db
        .prepare(`explain query plan ${sql}`)
        .all()
        .map(({ detail }) => String(detail)),
    );
    db.close();
    expect(plans).toHaveLength(5);
    for (const [first, second] of plans) {
      expect(first).toMatch(/^SCAN json_each/);
      expect(second).toMatch(/^SEARCH (calendars|accounts) USING INDEX sqlite_autoindex_\w+ \(id=\?\)$/);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
