import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from '@jest/globals';

/**
 * Tests that need a program that may be absent. Without it they are reported as skipped, with the package to install; under
 * HETK_REQUIRE_ALL=1 its absence is a failure.
 * @param program its name on the PATH
 * @param debianPackage where Debian has it
 */
export function describeWith(program: string, debianPackage: string, name: string, tests: () => void): void {
  if (isOnPath(program)) {
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

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
