import { describe, it } from '@jest/globals';
import type { Compiler } from '../../../local/infra/compiler.ts';

/** Tests that need the Bicep compiler: skipped without it, or failed under HETK_REQUIRE_ALL=1. */
export function describeWithCompiler(compiler: Compiler, name: string, tests: () => void): void {
  if ('command' in compiler) {
    describe(name, tests);
    return;
  }
  if (process.env.HETK_REQUIRE_ALL === '1') {
    it(name, () => {
      throw new Error(compiler.missing);
    });
    return;
  }
  console.warn(`Skipped: ${name}. ${compiler.missing}`);
  describe.skip(`${name} (${compiler.missing})`, tests);
}
