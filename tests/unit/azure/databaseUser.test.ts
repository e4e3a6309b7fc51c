import { describe, expect, it } from '@jest/globals';
import { sidOf, userStatements } from '../../../local/azure/databaseUser.ts';
import { binderMissing, bindStatements } from '../../../local/sql/bind.ts';
import { describeUnless } from '../../need.ts';

describe('the SID of a managed identity', () => {
  // What SQL Server says to: select cast(cast('00112233-4455-6677-8899-aabbccddeeff' as uniqueidentifier) as binary(16))
  it('is its client id as SQL Server keeps a uniqueidentifier', () => {
    expect(sidOf('00112233-4455-6677-8899-aabbccddeeff')).toBe('0x33221100554477668899AABBCCDDEEFF');
    expect(sidOf('00112233-4455-6677-8899-AABBCCDDEEFF')).toBe('0x33221100554477668899AABBCCDDEEFF');
  });

  it.each(['', 'id-hetk', '00112233-4455-6677-8899', '0x33221100554477668899AABBCCDDEEFF'])(
    'is not made of %p',
    (clientId) => {
      expect(() => sidOf(clientId)).toThrow('is no client id');
    },
  );
});

describe('the database user of the app', () => {
  const statements = userStatements("id]-o'hetk", '00112233-4455-6677-8899-aabbccddeeff');

  it('is made with the SID, in the place of one with another, and may read and write rows and nothing else', () => {
    expect(statements).toEqual([
      "if exists (select 1 from sys.database_principals where name = N'id]-o''hetk' and sid <> 0x33221100554477668899AABBCCDDEEFF) drop user [id]]-o'hetk]",
      "if not exists (select 1 from sys.database_principals where name = N'id]-o''hetk') create user [id]]-o'hetk] with sid = 0x33221100554477668899AABBCCDDEEFF, type = E",
      "alter role db_datareader add member [id]]-o'hetk]",
      "alter role db_datawriter add member [id]]-o'hetk]",
    ]);
  });
});

describeUnless(await binderMissing(), 'the statements that make it', () => {
  it('are understood by the parser of Azure SQL', async () => {
    const statements = userStatements('id-hetk', '00112233-4455-6677-8899-aabbccddeeff');
    const findings = await bindStatements(
      [],
      statements.map((sql) => ({ sql, parameters: [] })),
    );
    // The model has no users and roles of a server; what the parser does not understand is a finding by the number 46010.
    expect(findings.filter((finding) => /SQL46\d\d\d/.test(finding))).toEqual([]);
  });
});
