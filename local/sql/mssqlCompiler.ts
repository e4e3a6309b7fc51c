import { DummyDriver, MssqlAdapter, MssqlIntrospector, MssqlQueryCompiler } from 'kysely';
import type { Dialect } from '../../shared/stores/dialects/dialect.ts';
import { mssqlLanguage } from '../../shared/stores/dialects/mssql.ts';

/** SQL Server's dialect without a server: it compiles statements and runs none. */
export const mssqlCompiler: Dialect = {
  ...mssqlLanguage,
  kysely: {
    createDriver: () => new DummyDriver(),
    createAdapter: () => new MssqlAdapter(),
    createQueryCompiler: () => new MssqlQueryCompiler(),
    createIntrospector: (db) => new MssqlIntrospector(db),
  },
};
