import { describe, it } from '@jest/globals';
import { findOnPath } from './findOnPath.ts';

/**
 * Tests that need a program that may be absent. Without it they are reported as skipped, with the package to install; under
 * HETK_REQUIRE_ALL=1 its absence is a failure.
 * @param program its name on the PATH
 * @param debianPackage where Debian has it
 */
export function describeWith(program: string, debianPackage: string, name: string, tests: () => void): void {
  if (findOnPath(program)) {
    describe(name, tests);
    return;
  }
  const why = `${program} is not installed: apt-get install ${debianPackage}`;
  if (process.env.HETK_REQUIRE_ALL === '1') {
    it(name, () => {
      throw new Error(why);
    });
    return;
  }
  console.warn(`Skipped: ${name}. ${why}`);
  describe.skip(`${name} (${why})`, tests);
}
