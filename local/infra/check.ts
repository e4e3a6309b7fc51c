import { findCompiler } from './compiler.ts';
import { report } from './report.ts';

/** `npm run check:infra`. Without a compiler it says so and passes, unless HETK_REQUIRE_ALL=1. */
const { passed, lines } = await report(await findCompiler(), process.env.HETK_REQUIRE_ALL === '1');
for (const line of lines) console.log(line);
if (!passed) process.exitCode = 1;
