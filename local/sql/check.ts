import { binderMissing, bindStatements } from './bind.ts';
import { mssqlCompiler } from './mssqlCompiler.ts';
import { statementsOfSchema, statementsOfStores } from './recordedStatements.ts';

/** `npm run check:sql`. Without .NET it says so and passes, unless HETK_REQUIRE_ALL=1. */
const missing = await binderMissing();
if (missing) {
  const required = process.env.HETK_REQUIRE_ALL === '1';
  console.log(`${required ? 'Failed' : 'Skipped'}: the statements for SQL Server were not bound: ${missing}`);
  process.exitCode = required ? 1 : 0;
} else {
  const [schema, statements] = [await statementsOfSchema(mssqlCompiler), await statementsOfStores(mssqlCompiler)];
  const findings = await bindStatements(schema, statements);
  for (const finding of findings) console.log(finding);
  console.log(
    findings.length > 0
      ? `SQL Server would refuse ${findings.length} of what it is told.`
      : `${schema.length} statements of migrations and ${statements.length} of the stores, parsed and bound by SqlServer.DacFx`,
  );
  if (findings.length > 0) process.exitCode = 1;
}
