import { describe, it } from '@jest/globals';
import { findOnPath } from './findOnPath.ts';

/**
 * Tests that need a program that may be absent. Without it they are reported as skipped, with the package to install; under
 * HETK_REQUIRE_ALL=1 its absence is a failure.
 * @param program its name on the PATH
 * @param debianPackage where Debian has it
 */
export function describeWith(program: string, debianPackage: string, name: string, tests: () => void): void {
  const missing = findOnPath(program) ? undefined : `${program} is not installed: apt-get install ${debianPackage}`;
  describeUnless(missing, name, tests);
}

/** @param missing what the tests need and is not there, and where to get it; undefined when all is there */
export function describeUnless(missing: string | undefined, name: string, tests: () => void): void {
  if (missing === undefined) {
    describe(name, tests);
    return;
  }
  if (process.env.HETK_REQUIRE_ALL === '1') {
    it(name, () => {
      throw new Error(missing);
    });
    return;
  }
  console.warn(`Skipped: ${name}. ${missing}`);
  describe.skip(`${name} (${missing})`, tests);
}
