import { describe, expect, it } from '@jest/globals';
import { binderMissing, bindStatements } from '../../../local/sql/bind.ts';
import { mssqlCompiler } from '../../../local/sql/mssqlCompiler.ts';
import { statementsOfSchema, statementsOfStores } from '../../../local/sql/recordedStatements.ts';
import { describeUnless } from '../../need.ts';

describe('binding statements without .NET', () => {
  it('says what to install', async () => {
    expect(await binderMissing({ PATH: '' })).toMatch(/\.NET SDK 10 .*dotnet\.microsoft\.com/);
  });
});

describeUnless(await binderMissing(), 'what the stores say to SQL Server', () => {
  it('is understood by its own parser, and every name in it is one of the migrated schema', async () => {
    const [schema, statements] = [await statementsOfSchema(mssqlCompiler), await statementsOfStores(mssqlCompiler)];
    expect(await bindStatements(schema, statements)).toEqual([]);
  });

  it('would be refused with a word of another database, an unknown name or a lost parameter, each by itself', async () => {
    const schema = [
      'create table "t" ("id" nvarchar(64) primary key)',
      'alter table "t" add "way" int default 0 not null',
    ];
    const wrong = [
      'select "way" from "t" limit 1',
      'select "gone" from "t"',
      'select "way" from "gone"',
      'update "t" set "way" = 1 output "inserted"."gone"',
      'insert into "t" ("id", "gone") values (@1, @2)',
      'select "way" from "t" where "id" = @3',
    ];
    const right = 'update "t" set "way" = @1 output "inserted"."id" where "id" = @2';
    const findings = await bindStatements(
      schema,
      [right, ...wrong].map((sql) => ({ sql, parameters: [1, 'i'] })),
    );
    expect(wrong.filter((sql) => !findings.some((finding) => finding.endsWith(`In: ${sql}`)))).toEqual([]);
    expect(findings.filter((finding) => finding.includes(right))).toEqual([]);
  });

  it('would be refused with a migration that changes a table that is not there', async () => {
    expect(await bindStatements(['alter table "t" add "way" int'], [])).toEqual([
      'There is no such table. In: alter table "t" add "way" int',
    ]);
  });
});
