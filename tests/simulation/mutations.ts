import type { SourceChange } from './harness/loader.ts';

/**
 * Ways in which the engine is broken on purpose, to show that the simulation finds what it promises to find. Each changes a line of a source while
 * it is loaded; nothing of it is in the product.
 */
export interface Mutation {
  readonly name: string;
  /** Which invariant must be seen to fail. */
  readonly breaks: string;
  /** The kinds of failure by which that shows. */
  readonly shows: readonly string[];
  readonly changes: readonly SourceChange[];
}

export const mutations: readonly Mutation[] = [];

/** @throws Error for a name that is none */
export function mutationNamed(name: string): Mutation {
  const found = mutations.find((mutation) => mutation.name === name);
  if (!found)
    throw new Error(`There is no mutation ${name}; there are ${mutations.map((each) => each.name).join(', ')}.`);
  return found;
}
