import { describe, expect, it } from '@jest/globals';
import { mssqlCompiler } from '../../../local/sql/mssqlCompiler.ts';
import {
  aRowToEverything,
  recordingServer,
  statementsOfSchema,
  statementsOfStores,
} from '../../../local/sql/recordedStatements.ts';
import { createAccounts } from '../../../shared/stores/accounts.ts';
import { createCalendars } from '../../../shared/stores/calendars.ts';
import { mssqlLanguage } from '../../../shared/stores/dialects/mssql.ts';
import { createUsers } from '../../../shared/stores/users.ts';

describe('the stores on SQL Server', () => {
  it('say nothing that only other databases understand', async () => {
    const statements = await statementsOfStores(mssqlCompiler);
    expect(statements.length).toBeGreaterThan(60);
    for (const { sql } of statements) {
      expect(sql).not.toMatch(/\b(limit|returning|on conflict|for update|json_each|->>|begin immediate)\b/i);
      // Two at once can both miss in a merge, and both insert.
      expect(sql).not.toMatch(/^merge\b/i);
    }
  });

  it('send only parameters that the driver types as we mean them', async () => {
    for (const { parameters } of await statementsOfStores(mssqlCompiler)) {
      for (const parameter of parameters) {
        expect(parameter === null || typeof parameter === 'string' || Number.isSafeInteger(parameter)).toBe(true);
      }
    }
  });

  it('say exactly this', async () => {
    const statements = await statementsOfStores(mssqlCompiler);
    expect(statements.map(({ sql }) => sql).sort()).toMatchSnapshot();
  });

  it('have exactly this schema', async () => {
    expect(await statementsOfSchema(mssqlCompiler)).toMatchSnapshot();
  });

  it('read times as numbers although the driver hands them over as text', async () => {
    const database = recordingServer(mssqlCompiler, aRowToEverything, () => {});
    expect(await createCalendars(database, { now: () => 1 }).lease('i', 1, 2)).toEqual({
      calendarId: 'i',
      fence: 7,
      until: 3,
      abandoned: false,
    });
  });
});

describe('errors of SQL Server', () => {
  const failure = (number: number) => Object.assign(new Error(`number ${number}`), { number });

  it('that come several at once are told by the one that can be acted upon', () => {
    const { errorOf, isUniqueViolation } = mssqlLanguage;
    expect(isUniqueViolation(errorOf([failure(3621), failure(2627)]))).toBe(true);
    expect(isUniqueViolation(errorOf(new AggregateError([failure(2601)])))).toBe(true);
    expect(errorOf('nothing').message).toContain('SQL Server');
  });

  it('that pass are tried again as a whole, and others are not', async () => {
    const failing = (error: Error, times: number) => {
      let begun = 0;
      const database = recordingServer(mssqlCompiler, aRowToEverything, () => {
        begun += 1;
        if (begun <= times) throw error;
      });
      return { run: () => createUsers(database).create('u', 1), begun: () => begun };
    };
    const deadlock = failing(failure(1205), 2);
    await deadlock.run();
    expect(deadlock.begun()).toBe(3);
    const broken = failing(failure(208), 1);
    await expect(broken.run()).rejects.toThrow('number 208');
    expect(broken.begun()).toBe(1);
    const hopeless = failing(failure(40613), 99);
    await expect(hopeless.run()).rejects.toThrow('number 40613');
  });

  it('in the middle of a transaction has all of it done again, from its first statement', async () => {
    const said: string[] = [];
    let failed = false;
    const database = recordingServer(mssqlCompiler, aRowToEverything, ({ sql }) => {
      said.push(sql.split(' ').slice(0, 3).join(' '));
      if (!failed && sql.startsWith('update "calendars"')) {
        failed = true;
        throw failure(1205);
      }
    });
    await createAccounts(database, { now: () => 1 }).setStatus('i', 'active');
    const once = said.slice(0, said.lastIndexOf('select "id" from'));
    expect(once).toEqual(['select "id" from', 'update "calendars" set']);
    expect(said.slice(once.length)).toEqual([
      'select "id" from',
      'update "calendars" set',
      'update "accounts" set',
      'update "calendars" set',
      'update "calendars" set',
    ]);
  });
});
