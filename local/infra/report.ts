import { compile, lint } from './compile.ts';
import type { Compiler } from './compiler.ts';
import { brokenPromises, promises } from './promises.ts';
import { parseTemplate } from './template.ts';

export interface Report {
  readonly passed: boolean;
  /** What is wrong, a line each, or the one line that says that nothing is. */
  readonly lines: readonly string[];
}

/**
 * Compiles and lints bicep/, and holds what comes out against the promises.
 * @param required whether a missing compiler is a failure
 */
export async function report(compiler: Compiler, required: boolean): Promise<Report> {
  if ('missing' in compiler) {
    const line = `${required ? 'Failed' : 'Skipped'}: the infrastructure was not checked: ${compiler.missing}`;
    return { passed: !required, lines: [line] };
  }
  const template = parseTemplate(await compile(compiler.command));
  const wrong = [...(await lint(compiler.command)), ...brokenPromises(template)];
  if (wrong.length > 0) return { passed: false, lines: wrong };
  const line = `bicep/: compiled by Bicep ${compiler.version}, no diagnostics, ${promises.length} promises kept`;
  return { passed: true, lines: [line] };
}
